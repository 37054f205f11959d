// What an agent said as it worked, a page at a time.
import { z } from 'zod'
import type { House, TranscriptPage } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { attemptId } from '../words.ts'
import { attemptEver } from './ever.ts'

export interface LogPage extends TranscriptPage {
  readonly attempt: string
}

export const attemptLog = reads({
  name: 'attempt/log',
  needs: 'read',
  caption: 'What an agent said as it worked, a page at a time; `next` is where to read on.',
  params: z.strictObject({ attempt: attemptId, from: z.int().min(0).default(0) }),
  about: (params) => params.attempt,
  read: async (house: House, { attempt, from }): Promise<LogPage | Refusal> => {
    const found = await attemptEver(house, attempt)
    if (isRefusal(found)) return found
    const page = await house.transcript(attempt, from)
    return { attempt, ...page, done: page.done || (page.parts.length === 0 && found.attempt.endedAt !== undefined) }
  },
})

// What an agent said as it worked, a page at a time.
import { z } from 'zod'
import type { House, TranscriptPage } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf } from '../../core/state.ts'
import { reads } from '../method.ts'
import { attemptId } from '../words.ts'

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
    if (attemptOf(house.state, attempt) === undefined)
      return refuse('not-found', `attempt ${attempt}`, 'no open item has it', 'baton status <step> lists its attempts')
    return { attempt, ...(await house.transcript(attempt, from)) }
  },
})

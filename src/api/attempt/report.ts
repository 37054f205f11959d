// An agent says how far it is; that goes into its transcript, and is no fact.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { deeds } from '../method.ts'
import { attemptId, sentence } from '../words.ts'

export interface Heard {
  readonly heard: true
}

const entry = z.strictObject({
  text: sentence.describe('What is to be done, in a line.'),
  status: z.enum(['pending', 'doing', 'done']),
})

export const attemptReport = deeds({
  name: 'attempt/report',
  tool: 'report_progress',
  needs: 'run',
  forAgents: true,
  caption:
    'Says how far you are, for people who watch. Nothing is decided by it: what counts is what you leave in the files.',
  params: z.strictObject({
    attempt: attemptId,
    says: sentence,
    todo: z.array(entry).max(50).exactOptional(),
  }),
  about: (params) => params.attempt,
  act: async (house: House, { attempt, says, todo }): Promise<Heard | Refusal> => {
    const heard = (await house.tell?.(attempt, { kind: 'notice', text: `${says}\n` })) ?? false
    if (!heard) return refuse('conflict', `attempt ${attempt}`, 'nobody listens to it: it has ended', 'end your turn')
    if (todo !== undefined) await house.tell?.(attempt, { kind: 'plan', entries: todo })
    return { heard: true }
  },
})

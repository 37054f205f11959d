// An obstacle is declared on an item or a step, with its kind and who can remove it.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence, stepId, word } from '../words.ts'

export interface Raised extends Done {
  readonly blocker: string
}

export const blockerRaise = wishes({
  name: 'blocker/raise',
  needs: 'run',
  caption: 'An obstacle is declared on an item or a step.',
  params: z.strictObject({
    on: z.union([itemId, stepId]),
    kind: word.default('external'),
    owner: sentence.optional(),
    notes: sentence,
  }),
  wish: ({ on, kind, owner, notes }, caller) =>
    wish('blocker.raise', caller.name, { on, kind, owner: owner ?? caller.name, notes }),
  result: (answer): Raised => {
    const raised = answer.facts.find((entry) => entry.type === 'blocker.raised')?.data
    const blocker = typeof raised === 'object' && raised !== null && 'blocker' in raised ? String(raised.blocker) : ''
    return { ...done(answer), blocker }
  },
})

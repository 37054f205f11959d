// What becomes of two items that may be the same work: one ends, both are linked, or it was nothing.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { duplicateId, itemId, sentence } from '../words.ts'

export const duplicateSettle = wishes({
  name: 'duplicate/settle',
  needs: 'approve',
  caption: 'Settles a suspicion: one of the two items ends, both are linked, or they are two things.',
  params: z.strictObject({
    duplicate: duplicateId,
    verdict: z.enum(['merged', 'linked', 'closed', 'overturned']),
    into: itemId.optional(),
    rationale: sentence,
  }),
  wish: ({ into, ...said }, caller) =>
    wish('duplicate.settle', caller.name, { ...said, ...(into === undefined ? {} : { into }) }),
  result: (answer): Done => done(answer),
})

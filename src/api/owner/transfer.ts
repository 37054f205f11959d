// An item or a step is handed to somebody else, with the reason.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, personName, sentence, stepId } from '../words.ts'

export const ownerTransfer = wishes({
  name: 'owner/transfer',
  needs: 'run',
  caption: 'An item or a step is handed to somebody else, with the reason.',
  params: z.strictObject({ on: z.union([itemId, stepId]), to: personName, why: sentence }),
  wish: (params, caller) => wish('owner.transfer', caller.name, params),
  result: (answer): Done => done(answer),
})

// The run of an item is cancelled, ending what runs.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export const runCancel = wishes({
  name: 'run/cancel',
  tool: 'cancel',
  needs: 'run',
  caption: 'The run of an item is cancelled, ending what runs.',
  params: z.strictObject({ item: itemId, why: sentence.default('asked by a person') }),
  wish: (params, caller) => wish('run.cancel', caller.name, params),
  result: (answer): Done => done(answer),
})

// The run of an item is drained, letting what runs end.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export const runDrain = wishes({
  name: 'run/drain',
  needs: 'run',
  caption: 'The run of an item is drained, letting what runs end.',
  params: z.strictObject({ item: itemId, why: sentence.default('asked by a person') }),
  wish: (params, caller) => wish('run.drain', caller.name, params),
  result: (answer): Done => done(answer),
})

// The run of an item is resumed.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export const runResume = wishes({
  name: 'run/resume',
  needs: 'run',
  caption: 'The run of an item is resumed.',
  params: z.strictObject({ item: itemId, why: sentence.default('asked by a person') }),
  wish: (params, caller) => wish('run.resume', caller.name, params),
  result: (answer): Done => done(answer),
})

// An obstacle is gone.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { blockerId, sentence } from '../words.ts'

export const blockerClear = wishes({
  name: 'blocker/clear',
  needs: 'run',
  caption: 'An obstacle is gone.',
  params: z.strictObject({ blocker: blockerId, notes: sentence.default('cleared by a person') }),
  wish: (params, caller) => wish('blocker.clear', caller.name, params),
  result: (answer): Done => done(answer),
})

// A step counts as done without being done.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { sentence, stepId } from '../words.ts'

export const stepSkip = wishes({
  name: 'step/skip',
  needs: 'approve',
  caption: 'A step counts as done without being done.',
  params: z.strictObject({ step: stepId, why: sentence.default('asked by a person') }),
  wish: (params, caller) => wish('step.skip', caller.name, params),
  result: (answer): Done => done(answer),
})

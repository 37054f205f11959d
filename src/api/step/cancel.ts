// A step is ended and not tried again.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { sentence, stepId } from '../words.ts'

export const stepCancel = wishes({
  name: 'step/cancel',
  needs: 'run',
  caption: 'A step is ended and not tried again.',
  params: z.strictObject({ step: stepId, why: sentence.default('asked by a person') }),
  wish: (params, caller) => wish('step.cancel', caller.name, params),
  result: (answer): Done => done(answer),
})

// A step that ended badly is tried again, with a fresh count, and by another agent if one is named.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { agentName, sentence, stepId } from '../words.ts'

export const stepRetry = wishes({
  name: 'step/retry',
  needs: 'run',
  caption: 'A step is tried again with a fresh count, by another agent if one is named.',
  params: z.strictObject({ step: stepId, why: sentence.default('asked by a person'), agent: agentName.optional() }),
  wish: ({ step, why, agent }, caller) =>
    wish('step.retry', caller.name, { step, why, ...(agent === undefined ? {} : { agent }) }),
  result: (answer): Done => done(answer),
})

// Somebody outside gives back what they claimed, without a judgement: the step waits again, and no try is spent.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { attemptId, executorId, sentence } from '../words.ts'
import { speaker } from './complete.ts'

export const attemptRelease = wishes({
  name: 'attempt/release',
  needs: 'run',
  caption: 'A claim from outside is given back: the step waits again, and no try is spent.',
  params: z.strictObject({ attempt: attemptId, executor: executorId.optional(), why: sentence }),
  wish: ({ attempt, executor, why }, caller) =>
    wish('attempt.release', caller.name, { attempt, why, ...speaker(executor, caller) }),
  result: (answer): Done => done(answer),
})

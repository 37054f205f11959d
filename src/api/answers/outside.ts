// Answers to those whom Baton does not run: what they have claimed, and what became of it.
import { z } from 'zod'
import { judgements } from '../attempt/judged.ts'
import { attemptId, commit, head, stepId } from '../parts/measures.ts'
import { done } from './record.ts'

const judgedFields = {
  seq: head,
  attempt: attemptId,
  step: stepId,
  item: z.string(),
  judgement: z.enum(judgements),
  why: z.string().describe('One sentence.'),
  commit: commit.exactOptional().describe('Where it landed.'),
  gate: z.string().exactOptional().describe('What is asked about it.'),
  over: z.boolean().describe('Nothing more comes of it by itself.'),
}

const leftOut = z.array(z.strictObject({ path: z.string(), why: z.string() })).describe('What was not taken, and why.')

export const outsideAnswers = {
  'step/claim': z.strictObject({
    schemaVersion: z.literal('1.0'),
    attemptId,
    workItemId: z.string(),
    stepKey: z.string(),
    claimedAt: z.string().describe('In ISO 8601, UTC.'),
    executor: z.strictObject({ id: z.string(), displayName: z.string(), runId: z.string().exactOptional() }),
    status: z.literal('running'),
    artifactPath: z.string().describe('Below it lies, once it has ended, its handoff.'),
    previousAttemptId: attemptId.exactOptional(),
    base: commit.describe('The commit to work from.'),
    branch: z.string().describe('Where the result will land.'),
    handed: z
      .array(z.strictObject({ key: z.string(), says: z.string() }))
      .describe('What those before it have handed on.'),
    seq: head,
  }),
  'attempt/complete': z.strictObject({ ...judgedFields, leftOut }),
  'attempt/judged': z.strictObject(judgedFields),
  'attempt/release': done,
}

// Answers about handoffs: what was left for whoever comes next, and whether it is still as it was recorded.
import { z } from 'zod'
import type { HandoffEvent } from '../../core/handoffs/artifact.ts'
import { standings } from '../handoff/judge.ts'
import { attemptId, commit, count, head, time } from '../parts/measures.ts'

const event = z
  .enum([
    'attempt-started',
    'attempt-completed',
    'attempt-failed',
    'attempt-rejected',
    'gate-approved',
    'gate-rejected',
    'baseline-integration',
    'baseline-reverted',
  ] satisfies HandoffEvent[])
  .meta({ id: 'HandoffEvent', description: 'What left a handoff.' })

const line = {
  path: z.string().describe('Under the tip of refs/baton/record.'),
  digest: z.string().describe('SHA-256 of its bytes.'),
  event,
  item: z.string(),
  of: count.describe('The entry that it was written for.'),
  seq: count.describe('The entry that names it.'),
  at: time,
  commit: commit.describe('The commit of refs/baton/record that it came in with.'),
  attempt: attemptId.exactOptional(),
  gate: z.string().exactOptional(),
}

const word = 'missing and changed: not what was recorded. invalid: not what it must be. foreign: nothing names it.'

export const handoffAnswers = {
  'handoff/list': z.strictObject({
    seq: head,
    handoffs: z.array(z.strictObject(line)).describe('In the order in which they were written.'),
    more: count.describe('How many older ones there are.'),
    owed: z
      .array(
        z.strictObject({
          item: z.string(),
          of: count,
          event,
          attempt: z.string().exactOptional(),
          why: z.string().exactOptional().describe('Why it could not be written.'),
        }),
      )
      .describe('Not written yet.'),
  }),
  'handoff/verify': z.strictObject({
    seq: head,
    workspace: z.string(),
    item: z.string().exactOptional(),
    ref: z.string(),
    tip: commit.exactOptional(),
    recorded: z.boolean().describe('Whether this workspace keeps handoffs at all.'),
    whole: z.boolean(),
    counts: z.record(z.enum(standings), count),
    owed: count.describe('Not written yet.'),
    found: z.array(
      z.strictObject({
        standing: z.enum(['missing', 'changed', 'invalid', 'foreign']).describe(word),
        path: z.string(),
        why: z.string(),
        item: z.string().exactOptional(),
        of: count.exactOptional(),
      }),
    ),
    more: count.describe('How many more findings there are; they are in `counts`.'),
  }),
}

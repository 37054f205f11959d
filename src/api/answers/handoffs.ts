// Answers about handoffs: what was left for whoever comes next, and whether it is still as it was recorded.
import { z } from 'zod'
import { eventsOf11 } from '../../core/handoffs/schema.ts'
import { standings } from '../handoff/judge.ts'
import { attemptId, commit, count, forgotten, head, texts, time } from '../parts/measures.ts'

const event = z.enum(eventsOf11).meta({ id: 'HandoffEvent', description: 'What left a handoff.' })

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

const handoff = z
  .strictObject({
    schemaVersion: z.enum(['1.0', '1.1']),
    workItemId: z.string(),
    workflow: z.strictObject({ name: z.string(), version: z.string() }),
    step: z.strictObject({ key: z.string(), order: z.int() }),
    eventType: event,
    attemptId: z.string(),
    timestamp: z.string(),
    actor: z.string(),
    outcome: z.string(),
    nextAction: z.string(),
    baselineIntegration: z.enum(['pre', 'post']),
    links: texts,
  })
  .meta({ id: 'Handoff', description: 'A handoff artifact, 1.0 or 1.1.' })

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
  'handoff/show': z.strictObject({
    ...line,
    workspace: z.string(),
    ref: z.string(),
    standing: z.enum(standings).describe(word),
    why: z.string(),
    forgotten: forgotten.exactOptional().describe('What was said in its attempt was removed for good.'),
    handoff: handoff.exactOptional().describe('What it says; of one that is not whole, what was recorded.'),
  }),
  'handoff/verify': z.strictObject({
    seq: head,
    workspace: z.string(),
    item: z.string().exactOptional(),
    ref: z.string(),
    tip: commit.exactOptional(),
    recorded: z.boolean().describe('Whether this workspace keeps handoffs at all.'),
    whole: z.boolean(),
    counts: z.strictObject({ whole: count, missing: count, changed: count, invalid: count, foreign: count }),
    owed: count.describe('Not written yet.'),
    forgotten: z
      .array(attemptId)
      .describe('Attempts that left one, of which what was said was removed since; that is no fault.'),
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
  'handoff/repair': z.strictObject({
    item: z.string(),
    written: texts.describe('Paths that were written back, on the ref or as the copy that the home keeps.'),
    lost: texts.describe('Paths whose recorded bytes are gone as well.'),
  }),
}

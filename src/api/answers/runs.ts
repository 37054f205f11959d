// Answers about runs: what was started, in which order it would go, and what came of a wish.
import { z } from 'zod'
import { count, head, isolationNow, note, policy, texts } from '../parts/measures.ts'
import { done } from './record.ts'

const launched = z.strictObject({
  step: z.string(),
  start: z.number(),
  end: z.number(),
  agent: z.string(),
  because: z.string(),
})

const order = z
  .strictObject({
    policy,
    makespan: z.number(),
    bound: z
      .number()
      .describe('No schedule can be shorter: the longer of the longest path and the work over the slots.'),
    longestPath: z.number(),
    work: z.number(),
    slots: count,
    order: z.array(launched),
    unreached: texts.describe('Steps that would never start.'),
  })
  .meta({ id: 'Order', description: 'What the scheduler would launch, and when; played, not carried out.' })

const started = z.strictObject({
  item: z.string(),
  title: z.string(),
  branch: z.string(),
  run: z.string().exactOptional(),
  parallel: count,
  joined: z.boolean().describe('A run of this item was under way already, and this call joined it.'),
  unchanged: z.literal(true).exactOptional().describe('All that was asked for is done already: nothing was started.'),
  order: order.exactOptional().describe('With `dryRun`.'),
  review: z
    .strictObject({ gate: z.string(), asks: z.string(), suspects: texts })
    .exactOptional()
    .describe('Nobody has looked at it: nothing starts until this gate is answered.'),
})

export const runAnswers = {
  'run/start': z.strictObject({
    seq: head,
    workspace: z.string(),
    format: z.string(),
    source: z.string(),
    baseBranch: z.string(),
    isolation: isolationNow,
    clones: z.string(),
    notes: z.array(note),
    runs: z.array(started),
  }),
  'run/pause': done,
  'run/resume': done,
  'run/drain': done,
  'run/cancel': done,
  'step/retry': done,
  'account/free': done,
  'budget/set': done,
  'step/skip': done,
  'step/cancel': done,
  'schedule/simulate': order,
}

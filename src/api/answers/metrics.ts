// Answers about how work flows: times, throughput, rework, and the portfolio as a text.
import { z } from 'zod'
import { metricKeys } from '../../core/portfolio/measures.ts'
import { count, head, time } from '../parts/measures.ts'

const ms = z.number().min(0).describe('Milliseconds.')

const spread = z
  .strictObject({
    count,
    meanMs: ms,
    medianMs: ms,
    p90Ms: ms.describe('Nine in ten took no longer.'),
    maxMs: ms,
  })
  .meta({ id: 'Spread', description: 'How long things took, when there are many of them.' })

const line = z
  .strictObject({
    key: z.string().describe('The item, workflow, owner, workspace or day.'),
    items: count.describe('That the line is about; of a day, those open at its end.'),
    open: count.describe('Open at the end of the window, or of the day.'),
    inProgress: count.describe('Of those that are open: an attempt has begun.'),
    stepsInProgress: count.describe('Of steps; 0 in a line of a day.'),
    opened: count,
    integrated: count,
    closed: count.describe('Over without an integration.'),
    reverted: count,
    landed: count.describe('Steps, each once, at its last landing.'),
    reworks: count,
    reworkRate: z.number().exactOptional().describe('`reworks` over `landed`; absent while nothing has landed.'),
    lead: spread.exactOptional().describe('From opening an item to its integration or end; absent when none is over.'),
    cycle: spread.exactOptional().describe('From the first attempt at a step to its last landing.'),
    landedPerDay: z.number(),
    integratedPerDay: z.number(),
    blockedMs: ms.describe('At least one blocker was open.'),
    blockedBy: z.array(z.strictObject({ kind: z.string(), ms })).describe('Each kind for itself; empty in days.'),
    gateMs: ms.describe('At least one gate was open.'),
    attempts: count,
    costUsd: z.number().describe('Dollars.'),
    unpriced: count.describe('Tokens of attempts of which some have no known price.'),
    workMs: ms.describe('Time of agents at work, added up.'),
  })
  .meta({ id: 'MetricLine', description: 'How work flowed in one part of the portfolio.' })

export const metricAnswers = {
  'metrics/show': z.strictObject({
    seq: head,
    by: z.enum(metricKeys),
    from: time,
    to: time,
    total: line,
    lines: z.array(line),
    more: count.describe('How many more lines there are; what they add up to is in `total`.'),
    steps: z
      .array(
        z.strictObject({
          key: z.string(),
          landed: z.boolean(),
          cycleMs: ms.exactOptional(),
          reworks: count,
          blockedMs: ms,
        }),
      )
      .exactOptional()
      .describe('Of the one item that was asked for.'),
  }),
  'portfolio/export': z.strictObject({
    seq: head,
    format: z.enum(['json', 'csv', 'md']),
    items: count,
    more: count.describe('Items that the limit left out.'),
    text: z.string().describe('The whole export.'),
  }),
}

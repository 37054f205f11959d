// Answers about how work flows: times, throughput, rework, and the portfolio as a text.
import { z } from 'zod'
import { statuses } from '../../core/portfolio/life.ts'
import { metricKeys } from '../../core/portfolio/measures.ts'
import { attemptId, commit, count, head, stepId, texts, time } from '../parts/measures.ts'

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

const share = z.number().min(0).describe('From 0 to 1.').exactOptional()

const line = z
  .strictObject({
    key: z.string().describe('The item, workflow, owner, workspace or day.'),
    part: z.string().exactOptional().describe('What it is grouped by in the second place.'),
    items: count.describe('That the line is about; of a day, those open at its end.'),
    open: count.describe('Open at the end of the window, or of the day.'),
    inProgress: count.describe('Of those that are open: an attempt has begun.'),
    stepsInProgress: count.describe('Of steps; 0 in a line of a day.'),
    opened: count,
    integrated: count,
    closed: count.describe('Over without an integration.'),
    duplicates: count.describe('Of those that were closed: their work goes on under another item.'),
    reverted: count,
    landed: count.describe('Steps, each once, at its last landing.'),
    reworks: count,
    reworkRate: z.number().exactOptional().describe('`reworks` over `landed`; absent while nothing has landed.'),
    lead: spread
      .exactOptional()
      .describe('From opening an item to its integration or end, without duplicates; absent when none is over.'),
    cycle: spread.exactOptional().describe('From the first attempt at a step to its last landing.'),
    landedPerDay: z.number(),
    integratedPerDay: z.number(),
    openMs: ms.describe('How long items were open, added up.'),
    blockedMs: ms.describe('Of it, at least one blocker was open.'),
    blockedShare: share,
    leadBlockedMs: ms.describe('Of the lead times.'),
    leadBlockedShare: share,
    cycleBlockedMs: ms.describe('Of the cycle times.'),
    cycleBlockedShare: share,
    blockedBy: z
      .array(
        z.strictObject({
          kind: z.string(),
          ms,
          leadMs: ms.describe('Of the lead times.'),
          cycleMs: ms.describe('Of the cycle times.'),
        }),
      )
      .describe('Each kind for itself; words of one’s own count as other.'),
    gateMs: ms.describe('At least one gate was open.'),
    attempts: count,
    costUsd: z.number().describe('Dollars.'),
    unpriced: count.describe('Tokens of attempts of which some have no known price.'),
    workMs: ms.describe('Time of agents at work, added up.'),
  })
  .meta({ id: 'MetricLine', description: 'How work flowed in one part of the portfolio.' })

const part = z.number().min(0).describe('From 0 to 1.')
const blockedOf = z
  .strictObject({ ms, share: part, by: z.array(z.strictObject({ kind: z.string(), ms, share: part })) })
  .meta({ id: 'BlockedOf', description: 'What blockers cost of a time, in all and by kind.' })

const until = time.exactOptional().describe('Absent while it lasts.')

const item = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    workspace: z.string(),
    workflow: z.string(),
    owner: z.string(),
    status: z.enum(statuses),
    owners: z.array(z.strictObject({ owner: z.string(), at: time })).describe('Who had it, each until the next.'),
    spans: z
      .array(
        z.strictObject({
          openedAt: time,
          begunAt: time.exactOptional(),
          endedAt: time.exactOptional(),
          end: z.enum(['integrated', 'closed', 'duplicate']).exactOptional(),
          duplicateOf: z.string().exactOptional(),
          leadMs: ms.exactOptional(),
          blocked: blockedOf.exactOptional(),
          revertedAt: time.exactOptional(),
        }),
      )
      .describe('One for each time that it was opened.'),
    steps: z
      .array(
        z.strictObject({
          key: z.string(),
          owner: z.string(),
          begunAt: time.exactOptional(),
          landedAt: time.exactOptional(),
          cycleMs: ms.exactOptional(),
          reworks: count,
          blockedMs: ms.describe('Since the item was opened.'),
          blocked: blockedOf
            .exactOptional()
            .describe('Of the time from its first attempt to its landing, or until now.'),
        }),
      )
      .describe('Those at which anything was done, of the newest span.'),
    attempts: z
      .array(
        z.strictObject({
          attempt: attemptId,
          step: stepId,
          agent: z.string(),
          seq: count.describe('Of the entry with which it began.'),
          startedAt: time,
          endedAt: time.exactOptional(),
          outcome: z.string().exactOptional(),
          commit: commit.exactOptional(),
          costUsd: z.number().describe('Dollars.'),
          tokens: count,
          forgottenAt: time.exactOptional().describe('When what was said in it was removed by name.'),
          artifacts: texts.describe('Paths on refs/baton/record.'),
        }),
      )
      .describe('The newest 1000.'),
    blockers: z.array(
      z.strictObject({
        blocker: z.string(),
        kind: z.string(),
        step: stepId.exactOptional(),
        owner: z.string(),
        notes: z.string(),
        from: time,
        until,
      }),
    ),
    gates: z.array(
      z.strictObject({
        gate: z.string(),
        kind: z.string(),
        step: stepId.exactOptional(),
        from: time,
        until,
        answer: z.string().exactOptional(),
        by: z.string().exactOptional(),
      }),
    ),
    artifacts: texts.describe('Paths on refs/baton/record.'),
    history: z.strictObject({
      entries: count,
      first: count,
      last: count,
      seqs: z.array(count).describe('The newest 500.'),
    }),
  })
  .meta({ id: 'MetricItem', description: 'One item, with what its numbers came from.' })

export const metricAnswers = {
  'metrics/show': z.strictObject({
    seq: head,
    by: z.enum(metricKeys),
    splitBy: z.enum(metricKeys).exactOptional(),
    from: time,
    to: time,
    total: line,
    lines: z.array(line),
    more: count.describe('How many more lines there are; what they add up to is in `total`.'),
    days: z
      .array(z.strictObject({ day: z.string(), opened: count, landed: count, integrated: count }))
      .describe('The last 31 of the window, the newest last, those included on which nothing happened.'),
    item: item.exactOptional().describe('The one that was asked for.'),
  }),
  'portfolio/export': z.strictObject({
    seq: head,
    format: z.enum(['json', 'csv', 'md']),
    items: count,
    more: count.describe('Items that the limit left out.'),
    text: z.string().describe('The whole export.'),
  }),
}

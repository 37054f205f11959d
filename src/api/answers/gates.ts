// Answers about questions and obstacles: what holds work until somebody has spoken.
import { z } from 'zod'
import { gateKind, gateLine } from '../parts/lines.ts'
import { attemptId, count, head, stepId, texts, time } from '../parts/measures.ts'
import { stepSpec } from '../parts/plan-parts.ts'
import { done } from './record.ts'

const review = z.strictObject({
  by: z.string(),
  at: time,
  answer: z.string(),
  reasons: texts,
  reentry: z.string().exactOptional().describe('The earlier step that the work was sent back to.'),
})

const gate = z
  .strictObject({
    id: z.string(),
    kind: gateKind,
    item: z.string(),
    step: stepId.exactOptional(),
    attempt: attemptId.exactOptional(),
    asks: z.string().describe('One sentence for a person.'),
    options: texts.describe('The answers it takes.'),
    usual: z.string().describe('What happens if a person just says yes.'),
    shows: z.string().exactOptional().describe('Digest of what must be seen to answer it.'),
    drops: z
      .array(attemptId)
      .exactOptional()
      .describe('Attempts whose landing is not on what this gate would adopt: their steps are done again.'),
    proposes: z
      .strictObject({ by: attemptId, steps: z.array(stepSpec) })
      .exactOptional()
      .describe('Parts that an attempt would split its step into: approved, they join the item.'),
    suspects: texts
      .exactOptional()
      .describe('Of a look before any work: suspicions of duplicates that are to be seen.'),
    openedAt: time,
    reviews: z.array(review).describe('Every review is kept; the last one closes it.'),
    phase: z.enum(['open', 'answered', 'moot']),
  })
  .meta({ id: 'Gate', description: 'A question that must be answered before work goes on.' })

export const blocker = z
  .strictObject({
    id: z.string(),
    item: z.string(),
    step: stepId.exactOptional(),
    kind: z.string(),
    owner: z.string().describe('Who can remove it.'),
    notes: z.string(),
    startAt: time,
    endAt: time.exactOptional(),
  })
  .meta({ id: 'Blocker', description: 'A declared obstacle.' })

export const gateAnswers = {
  'gate/list': z.strictObject({ seq: head, gates: z.array(gate) }),
  'gate/show': z.strictObject({
    seq: head,
    gate,
    sides: z
      .string()
      .exactOptional()
      .describe(
        "Of a conflict, what landed and what was to land, path by path; of an agent's question, what it wants to do.",
      ),
  }),
  'gate/answer': done,
  'blocker/list': z.strictObject({
    seq: head,
    blockers: z.array(
      blocker.extend({
        holds: z
          .strictObject({
            count: count.describe('Steps that wait for it, directly or behind another step.'),
            left: count.describe('Steps of the item that are still to be done.'),
            steps: texts.describe('The first of those that wait.'),
          })
          .describe('Nothing, when it is gone.'),
      }),
    ),
    byKind: z
      .array(z.strictObject({ kind: z.string(), open: count }))
      .describe('Of those that are open; words of one’s own count as other.'),
  }),
  'blocker/raise': done.extend({ blocker: z.string().describe('The id of the new obstacle.') }),
  'blocker/clear': done,
  'item/revert': z.strictObject({
    item: z.string(),
    seq: head.describe('Of the decision: `integration.reverted` or `reversion.refused` follows it.'),
    commit: z.string().describe('The integration that is taken back.'),
    ref: z.string(),
  }),
  'item/integrate': z.strictObject({
    item: z.string(),
    seq: head,
    gate: gateLine
      .exactOptional()
      .describe('The release gate that still waits; absent when the integration is under way.'),
  }),
}

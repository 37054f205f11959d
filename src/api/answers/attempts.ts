// Answers about attempts: what was tried, what was found of it, what was said, and the folders that are left.
import { z } from 'zod'
import type { FailureReason } from '../../core/nouns/attempt.ts'
import { attemptId, commit, count, forgotten, stepId, texts, time } from '../parts/measures.ts'
import { update } from '../parts/updates.ts'

export const reason = z
  .enum([
    'quota',
    'rate-limited',
    'overloaded',
    'network',
    'auth',
    'context-overflow',
    'refused-tool',
    'no-change',
    'checks-failed',
    'conflict',
    'timeout',
    'stalled',
    'crashed',
    'lost',
    'no-handoff',
    'sandbox-missing',
    'budget',
    'cancelled',
    'given-up',
    'bad-output',
    'defect',
  ] satisfies FailureReason[])
  .meta({ id: 'FailureReason', description: 'The closed list of ways in which an attempt goes wrong.' })

const outcome = z
  .union([
    z.strictObject({ kind: z.literal('succeeded'), why: z.string() }),
    z.strictObject({
      kind: z.enum(['failed', 'rejected', 'stopped', 'lost']),
      reason,
      why: z.string(),
      until: time.exactOptional().describe('Unix time in milliseconds at which trying again makes sense.'),
    }),
  ])
  .meta({ id: 'Outcome', description: 'How an attempt ended.' })

const used = z
  .strictObject({
    tokensIn: count,
    tokensOut: count,
    cachedIn: count,
    cost: z.number().describe('In US dollars.'),
    ms: z.number(),
    unpriced: z.literal(true).exactOptional().describe('Nobody knows the price of the model: the cost is not known.'),
  })
  .meta({ id: 'Used', description: 'What an attempt took.' })

const verdict = z
  .strictObject({
    check: z.string(),
    passed: z.boolean(),
    why: z.string().describe('One sentence.'),
    evidence: z.string().describe('What the check printed, cut.'),
    ms: z.number(),
  })
  .meta({ id: 'Verdict', description: 'What one check found.' })

const held = z.strictObject({ attempt: attemptId, bytes: count, landed: z.boolean() })
const part = z.strictObject({
  at: time,
  from: z.string().describe('Who said it.'),
  text: z.string(),
  update: update.exactOptional().describe('What was done, where it is more than words.'),
})

export const attemptAnswers = {
  'attempt/show': z.strictObject({
    attempt: attemptId,
    step: stepId,
    title: z.string(),
    agent: z.string(),
    executor: z.string(),
    model: z.string().exactOptional().describe('Its name in the registry.'),
    mends: z
      .strictObject({ attempt: attemptId, what: z.enum(['checks', 'conflict']) })
      .exactOptional()
      .describe('The attempt whose work it goes on from, and what was found wrong with that.'),
    summary: z.string().exactOptional().describe('What the agent says of its work.'),
    fence: count.describe('Of its claim: a number that only rises.'),
    epoch: count.describe('The start of Baton that granted its claim.'),
    base: commit,
    startedAt: time,
    endedAt: time.exactOptional(),
    outcome: outcome.exactOptional(),
    used: used.exactOptional(),
    commit: commit.exactOptional(),
    tree: z.string().exactOptional(),
    landed: commit.exactOptional(),
    inputs: z.string().exactOptional(),
    transcript: z.string().exactOptional().describe('Digest of all that the agent said.'),
    forgotten: forgotten.exactOptional().describe('What its agent said was removed for good.'),
    handoff: z.string().exactOptional().describe('Where its newest handoff lies on refs/baton/record.'),
    protectedPaths: texts.describe('Protected paths that it changed.'),
    clone: z.string().describe('`kept`, `gone` or `none`.'),
    checks: z.strictObject({ tip: commit, tree: z.string(), passed: z.boolean() }).exactOptional(),
    verdicts: z.array(verdict),
    changes: z.array(z.strictObject({ path: z.string(), kind: z.string() })).describe('At most 1000.'),
    patch: z.string().describe('A unified diff from the base, cut at `limit` bytes.'),
  }),
  'attempt/log': z.strictObject({
    attempt: attemptId,
    parts: z.array(part),
    next: count.describe('The position to read on from.'),
    done: z.boolean().describe('Nothing will follow.'),
  }),
  'attempt/forget': z.strictObject({ forgotten: z.array(attemptId) }),
  'clone/list': z.strictObject({ clones: z.array(held), bytes: count }),
  'clone/discard': z.strictObject({
    discarded: z.array(attemptId),
    bytes: count,
    kept: z.array(attemptId).describe('Their work has not landed, and nobody named them.'),
  }),
}

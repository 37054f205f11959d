// Items, steps, gates and runs as lines: what tables show, and what larger answers are made of.
import { z } from 'zod'
import { count, isolationNow, policy, status, stepId, texts, time } from './measures.ts'

export const gateKind = z.enum([
  'approval',
  'check',
  'budget',
  'question',
  'permission',
  'conflict',
  'intake',
  'release',
  'foreign',
  'plan',
])

export const gateLine = z
  .strictObject({
    id: z.string(),
    kind: gateKind,
    step: stepId.exactOptional(),
    asks: z.string(),
    options: texts.describe('The answers it takes.'),
    usual: z.string().describe('What a person who is content would answer.'),
  })
  .meta({ id: 'GateLine', description: 'An open question.' })

const runLine = z
  .strictObject({
    id: z.string(),
    phase: z.enum(['active', 'paused', 'draining', 'ended']),
    parallel: count,
    startedAt: time,
    endedAt: time.exactOptional(),
    outcome: z.string().exactOptional(),
  })
  .meta({ id: 'RunLine', description: 'A run of an item, under way or ended.' })

/** Not yet under its own name, so that larger answers may grow from it. */
export const itemFields = {
  id: z.string(),
  title: z.string(),
  workspace: z.string(),
  branch: z.string(),
  policy,
  isolation: isolationNow,
  steps: count,
  counts: z.partialRecord(status, count).describe('How many steps have each status; only those that some step has.'),
  gates: z.array(gateLine),
  blockers: count.describe('Obstacles that are declared now.'),
  blockedBy: z
    .array(z.strictObject({ kind: z.string(), open: count }))
    .describe('Of them, by kind; words of one’s own count as other.'),
  run: runLine.exactOptional(),
}
export const itemLine = z
  .strictObject(itemFields)
  .meta({ id: 'ItemLine', description: 'An item at a glance: its counts, open gates and run.' })

export const stepFields = {
  id: stepId,
  key: z.string(),
  title: z.string(),
  group: z.string(),
  status,
  attempts: count,
  wanted: z.boolean().describe('A run asked for it.'),
  agent: z.string().exactOptional().describe('Who tried last.'),
  since: time.exactOptional(),
  why: z.string().exactOptional().describe('Why it is where it is, when that is not plain from its status.'),
}
export const stepLine = z.strictObject(stepFields).meta({ id: 'StepLine', description: 'A step at a glance.' })

export const summary = z
  .strictObject({
    version: z.literal(1),
    seq: count,
    at: time,
    items: z.array(itemLine),
    closed: z
      .array(z.strictObject({ id: z.string(), title: z.string(), why: z.string(), at: time }))
      .describe('Items that are over, newest first, at most 20.'),
  })
  .meta({ id: 'Summary', description: 'The whole house on one page.' })

/** What a step that does not go on waits for. */
export const holdFields = {
  step: stepId,
  kind: z.enum([
    'predecessors',
    'order',
    'group',
    'file',
    'lock',
    'slots',
    'seats',
    'gate',
    'blocker',
    'paused',
    'not-wanted',
    'backoff',
    'no-agent',
    'not-trusted',
    'no-isolation',
    'quota',
    'barred',
    'weighing',
    'budget',
    'running',
    'ended',
    'retired',
    'landing',
    'disk',
  ]),
  why: z.string().describe('What it waits for, in a sentence.'),
  until: z.string().describe('What would end the wait, and who can.'),
}
export const hold = z.strictObject(holdFields).meta({ id: 'Hold', description: 'Why a step is where it is.' })

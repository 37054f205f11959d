// Answers about workflows: their versions, their change log, and what a migration does to each step.
import { z } from 'zod'
import { count, head, texts, time } from '../parts/measures.ts'
import { done } from './record.ts'

const versioned = z.string().describe('<name>@<version>')
const standing = z
  .enum(['current', 'coming', 'superseded', 'withdrawn', 'built-in'])
  .describe(
    'current: new items follow it. coming: it holds later. superseded: a later one holds. withdrawn: taken back.',
  )
const said = z.strictObject({ at: time, by: z.string(), why: z.string(), impact: z.string() })
const keyMove = z.strictObject({ from: z.string(), to: z.string().describe('Empty: the step was dropped.') })

const pattern = z
  .strictObject({
    key: z.string(),
    order: count,
    parallelizable: z.boolean(),
    entryCriteria: texts,
    exitCriteria: texts,
    definitionOfDone: z.string(),
    role: z.string(),
    gate: z.string().exactOptional(),
    title: z.string().exactOptional(),
    brief: z.string().exactOptional(),
    after: texts.exactOptional().describe('Keys of the steps that must come before, whatever their order.'),
    writes: texts.exactOptional(),
    locks: texts.exactOptional(),
  })
  .meta({ id: 'StepPattern', description: 'A step as a workflow asks for it.' })

const line = z.strictObject({
  version: z.string(),
  standing: z.enum(['current', 'coming', 'superseded', 'withdrawn', 'built-in', 'unpublished']),
  effectiveFrom: time.exactOptional(),
  steps: count.exactOptional(),
  inFlight: count.describe('How many open items go by it.'),
})

const shown = z.strictObject({
  version: z.string(),
  standing,
  effectiveFrom: time.exactOptional(),
  published: said.exactOptional(),
  withdrawn: said.exactOptional(),
  items: texts.describe('Up to a hundred open items that go by it.'),
  steps: z.array(pattern),
})

const change = z.strictObject({
  seq: z.int().min(1).describe('The entry of the record that says so.'),
  at: time,
  by: z.string(),
  kind: z.enum(['published', 'rolled-back', 'migrated', 'policy']),
  of: z.string().describe('<name>@<version>; of a change of policy, the repository.'),
  to: z
    .string()
    .exactOptional()
    .describe('What holds afterwards, or what an item went over to; of a change of policy, the digest.'),
  item: z.string().exactOptional(),
  why: z.string(),
  impact: z.string(),
  mapping: z.array(keyMove).exactOptional(),
})

const phase = z.enum(['waiting', 'running', 'verifying', 'gated', 'landing', 'done', 'failed', 'skipped', 'cancelled'])
const moved = z.strictObject({
  kind: z
    .enum(['kept', 'carried', 'dropped', 'left', 'added', 'renewed'])
    .describe(
      'kept: as it was, under its key. carried: on under another key. dropped: by the mapping. left: over, and no step of the new version. added: new. renewed: other work under a known key.',
    ),
  from: z.string().exactOptional(),
  to: z.string().exactOptional(),
  phase: phase.describe('Where it stands afterwards; of what goes, where it stood.'),
})

export const workflowAnswers = {
  'workflow/list': z.strictObject({
    seq: head,
    workflows: z.array(
      z.strictObject({
        name: z.string(),
        current: z.string().exactOptional().describe('Absent when no version is in force.'),
        versions: z.array(line),
      }),
    ),
  }),
  'workflow/show': z.strictObject({
    seq: head,
    name: z.string(),
    current: z.string().exactOptional(),
    versions: z.array(shown).describe('The one published last comes first.'),
    more: count,
  }),
  'workflow/publish': z.strictObject({
    ...done.shape,
    name: z.string(),
    version: z.string(),
    steps: count,
    effectiveFrom: time.describe('New items follow it from then on.'),
  }),
  'workflow/rollback': z.strictObject({
    ...done.shape,
    name: z.string(),
    version: z.string().describe('The one that was taken back.'),
    current: z.string().exactOptional().describe('The one that holds now; absent when there is none.'),
  }),
  'workflow/migrate': z.strictObject({
    seq: head,
    item: z.string(),
    from: versioned,
    to: versioned,
    dryRun: z.boolean().describe('Nothing was changed.'),
    moves: z.array(moved),
  }),
  'workflow/changes': z.strictObject({ seq: head, changes: z.array(change), more: count }),
}

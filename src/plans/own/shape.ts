// Baton's own way to write a plan down: everything that it reads in any format, as JSON that programs can make and check.
import { z } from 'zod'

export const marker = 'baton-plan/1'

const words = z.string().max(20_000)
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/, 'must be letters, digits, dot, dash or underscore')
const labels = z.array(words.max(200)).max(100)
const priority = z.int().min(1).max(1000)

const step = z.strictObject({
  key: id,
  title: words.min(1).max(400),
  brief: z.string().max(200_000).optional(),
  group: words.max(400).default(''),
  parent: id.optional(),
  after: z.array(id).max(10_000).default([]),
  parallel: z.boolean().default(false),
  writes: z.array(words.min(1).max(400)).max(200).optional(),
  locks: z.array(id).max(100).default([]),
  role: words.min(1).max(200).default('coder'),
  readsOnly: z.boolean().optional(),
  gate: id.optional(),
  story: words.max(100).optional(),
  exitCriteria: z.array(words).max(500).optional(),
  estimateMs: z.number().min(0).max(1e12).optional(),
  owner: words.max(200).optional(),
  labels: labels.optional(),
  priority: priority.optional(),
  status: z.enum(['open', 'doing', 'review', 'blocked', 'deferred', 'done', 'cancelled']).optional(),
  ticked: z.boolean().default(false),
})

const group = z.strictObject({
  key: id,
  title: words.max(400),
  parent: id.optional(),
  ticked: z.boolean().default(false),
})

const item = z.strictObject({
  id,
  title: words.min(1).max(400),
  brief: z.string().max(200_000).optional(),
  branch: words.max(200).optional(),
  owner: words.max(200).optional(),
  labels: labels.optional(),
  priority: priority.default(3),
  policy: z.enum(['document', 'graph']),
  groups: z.array(group).max(100_000).default([]),
  steps: z.array(step).max(100_000),
})

export const planShape = z.object({ format: z.literal(marker), items: z.array(item).min(1).max(1000) })

export type OwnStep = z.output<typeof step>
export type OwnItem = z.output<typeof item>
export type OwnPlan = z.input<typeof planShape>

// What plans are made of: groups, steps and edges, as answers show them.
import { z } from 'zod'
import { attemptId, count, policy, texts } from './measures.ts'

const place = z
  .strictObject({ file: z.string(), line: count, column: count.exactOptional() })
  .meta({ id: 'Place', description: 'Where something stands in a file.' })

const edge = z
  .strictObject({
    key: z.string(),
    source: z
      .enum(['stated', 'phase', 'order'])
      .describe('Whether the plan states it, or it follows from phase or order.'),
    at: place.exactOptional(),
  })
  .meta({ id: 'Edge', description: 'A step that must come before.' })

const group = z
  .strictObject({
    key: z.string(),
    title: z.string(),
    parent: z.string().exactOptional().describe('The group that this one is part of.'),
    ticked: z.boolean().describe('Its own box or status says done.'),
    place: place.exactOptional(),
  })
  .meta({ id: 'PlanGroup', description: 'What holds steps together: a phase, a stage, a task with subtasks.' })

const part = z
  .strictObject({
    of: z.string().describe('Key of the step that was split.'),
    root: z.string().describe("Key of the plan's own step above it."),
    path: z.array(count).describe('Its numbers below the root, level by level.'),
    beside: z.boolean().describe('The plan lets the root run beside its neighbours.'),
    by: attemptId.describe('The attempt that proposed it.'),
  })
  .meta({ id: 'Part', description: 'Where a step stands that an agent proposed.' })

const fields = {
  key: z.string(),
  title: z.string(),
  brief: z.string(),
  order: z.number().describe('Position in the plan, from 1.'),
  group: z.string(),
  story: z.string().exactOptional(),
  after: z.array(edge),
  parallel: z.boolean(),
  writes: texts.describe('Paths that the plan says it touches.'),
  locks: texts,
  role: z.string(),
  readsOnly: z.boolean().exactOptional(),
  gate: z.string().exactOptional().describe('A gate that a person must pass before the work lands.'),
  entryCriteria: texts.exactOptional(),
  exitCriteria: texts.exactOptional(),
  estimateMs: z.number().exactOptional(),
  parent: z.string().exactOptional().describe('The innermost group that it is part of.'),
  owner: z.string().exactOptional(),
  labels: texts.exactOptional(),
  priority: z.number().exactOptional().describe('1 is the most urgent.'),
  ticked: z.boolean().describe("Already done in the plan's file."),
  status: z.enum(['open', 'doing', 'review', 'blocked', 'deferred', 'done', 'cancelled']).exactOptional(),
  mark: z.string().exactOptional().describe('The word that says so in the file.'),
  place: place.exactOptional(),
  part: part.exactOptional().describe('Absent for what the plan itself names.'),
}

/** As a plan or an agent describes it, wherever it stands. */
export const stepSpec = z.strictObject(fields).meta({ id: 'StepSpec', description: 'A step as it is described.' })

const step = z
  .strictObject({
    ...fields,
    state: z.string().describe('What the record says of it when its item was imported, else what the plan says.'),
  })
  .meta({ id: 'PlanStep', description: 'A step as its plan describes it, and where it stands.' })

const estimate = z.strictObject({
  slots: count,
  makespan: z.number(),
  bound: z.number().describe('No schedule can be shorter.'),
  unit: z.enum(['ms', 'steps']).describe('`steps` when no step says how long it takes: each then counts as one.'),
})

export const shownItem = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    policy,
    branch: z.string(),
    priority: z.number(),
    owner: z.string().exactOptional(),
    labels: texts,
    groups: z.array(group),
    steps: z.array(step),
    left: count.describe('How many steps are open.'),
    ready: texts.describe('Keys of what could start now, were there agents for all of it.'),
    critical: texts.describe('Keys along the longest chain, first to last.'),
    estimate: estimate.exactOptional().describe('Absent when the plan cannot be carried out as it is.'),
  })
  .meta({ id: 'PlanItem', description: 'An item of a plan: its tree, what can start now, and how long it would take.' })

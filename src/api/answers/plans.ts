// Answers about plans: what was read, what it would take, what changed.
import { z } from 'zod'
import { count, head, note, policy, stepId, texts } from '../parts/measures.ts'
import { shownItem } from '../parts/plan-parts.ts'

const found = { workspace: z.string(), format: z.string(), source: z.string().describe('Its path in the repository.') }
const notes = {
  notes: z.array(note),
  errors: count.describe('How many of the notes are errors: a plan with any does not run.'),
}
const uncommitted = texts.describe('Files of the plan that differ from what is committed; a run refuses them.')

const readStep = z.strictObject({
  key: z.string(),
  title: z.string(),
  group: z.string(),
  parallel: z.boolean(),
  ticked: z.boolean(),
  after: texts.describe('Keys of the steps that must come before.'),
})
const readItem = z.strictObject({ id: z.string(), title: z.string(), policy, steps: z.array(readStep) })

const decided = z.strictObject({
  what: z.string().describe('One word, e.g. `added`.'),
  step: stepId.exactOptional(),
  text: z.string().describe('One sentence.'),
})
const imported = z
  .strictObject({
    seq: head,
    ...found,
    notes: notes.notes,
    items: z.array(z.strictObject({ item: z.string(), steps: count, decided: z.array(decided) })),
  })
  .meta({ id: 'PlanImported', description: 'What reading a plan into the house decided.' })

const difference = z.strictObject({
  what: z.enum(['added', 'removed', 'edited', 'renumbered', 'moved', 'ticked', 'unticked', 'edges']),
  item: z.string(),
  step: z.string().describe("The step's key now; for a removed one, as it was."),
  was: z.string().exactOptional(),
  by: z.enum(['id', 'text', 'position']).exactOptional().describe('How the two were found to be one.'),
  text: z.string().describe('One sentence.'),
})
const side = z.strictObject({ source: z.string(), format: z.string() })

export const planAnswers = {
  'plan/read': z.strictObject({
    ...found,
    baseBranch: z.string(),
    ...notes,
    uncommitted,
    items: z.array(readItem),
  }),
  'plan/show': z.strictObject({
    ...found,
    tickFile: z.string().describe('What Baton writes as steps land; empty when the format holds no progress.'),
    ...notes,
    uncommitted,
    items: z.array(shownItem),
  }),
  'plan/diff': z.strictObject({
    old: side,
    now: side,
    notes: notes.notes,
    differences: z.array(difference),
  }),
  'plan/import': imported,
  'plan/sync': z.array(imported),
  'plan/change': z.strictObject({
    format: z.string(),
    files: texts.describe('What was written; empty when nothing had to change.'),
  }),
  'plan/convert': z.strictObject({
    from: z.string(),
    to: z.string(),
    files: z.array(z.strictObject({ path: z.string(), text: z.string() })),
    lost: texts.describe('What of the plan the other format cannot say, in sentences.'),
    notes: notes.notes,
  }),
}

// Writes any plan down in Baton's own JSON, with nothing lost but places in the old file.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanComposed } from '../../core/ports.ts'
import { marker, type OwnPlan } from './shape.ts'

export function composeJson(plan: PlanRead): PlanComposed {
  const own: OwnPlan = { format: marker, items: plan.items.map(itemOf) }
  return { files: [{ path: 'plan.json', bytes: Buffer.from(`${JSON.stringify(own, null, 2)}\n`) }], lost: [] }
}

function itemOf(item: PlanItem): OwnPlan['items'][number] {
  const { id, title, brief, branch, owner, labels, priority, policy, groups = [], steps } = item
  return {
    ...{ id, title, brief, branch, owner, priority, policy },
    ...(labels === undefined ? {} : { labels: [...labels] }),
    groups: groups.map(({ key, title: said, parent, ticked }) => ({ key, title: said, parent, ticked })),
    steps: steps.map(stepOf),
  }
}

function stepOf(step: StepSpec): OwnPlan['items'][number]['steps'][number] {
  const {
    order: _,
    after,
    place: __,
    mark: ___,
    entryCriteria: ____,
    writes,
    locks,
    labels,
    exitCriteria,
    ...said
  } = step
  return {
    ...said,
    after: after.filter((edge) => edge.source === 'stated').map((edge) => edge.key),
    writes: [...writes],
    locks: [...locks],
    ...(labels === undefined ? {} : { labels: [...labels] }),
    ...(exitCriteria === undefined ? {} : { exitCriteria: [...exitCriteria] }),
  }
}

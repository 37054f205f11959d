// Decides what reading a plan adds, changes and retires.
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import type { PlanItem } from '../nouns/plan.ts'
import { busyPhases, type Step, type StepSpec } from '../nouns/step.ts'
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

const stepsInOneFact = 200
const idShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/

export function importPlan(state: State, data: Wishes['plan.import']): Decided {
  const bad = unfit(data.item)
  if (bad !== undefined) return bad
  if (!state.workspaces.has(data.workspace)) {
    return refuse(
      'not-found',
      `workspace ${data.workspace}`,
      'Baton has not been set up for this repository',
      'run baton init in it',
    )
  }
  const known = state.items.get(data.item.id)
  if (known === undefined) return open(data)
  if (known.workspace !== data.workspace) {
    return refuse(
      'conflict',
      `item ${known.id}`,
      `it already belongs to ${known.workspace}`,
      'rename the feature folder, or use another BATON_HOME',
    )
  }
  return update(known, data.item)
}

function unfit(item: PlanItem): Decided | undefined {
  if (!idShape.test(item.id))
    return refuse(
      'invalid',
      `item ${item.id}`,
      'an id holds letters, digits, dot, dash and underscore only',
      'rename it',
    )
  const seen = new Set<string>()
  for (const step of item.steps) {
    if (!idShape.test(step.key))
      return refuse(
        'invalid',
        `step ${step.key}`,
        'a key holds letters, digits, dot, dash and underscore only',
        'rename it',
      )
    if (seen.has(step.key))
      return refuse('invalid', `step ${step.key}`, 'two steps have this key', 'renumber one of them')
    seen.add(step.key)
  }
  return undefined
}

function open(data: Wishes['plan.import']): Decided {
  const { item } = data
  const opened = fact('item.opened', item.id, {
    id: item.id,
    workspace: data.workspace,
    title: item.title,
    brief: item.brief,
    owner: item.owner ?? '',
    priority: item.priority,
    policy: item.policy,
    workflow: item.workflow,
    branch: item.branch ?? `baton/${item.id}`,
    base: data.tip,
    source: data.source,
    format: data.format,
    tickFile: data.tickFile,
  })
  return [opened, ...added(item.id, item.steps)]
}

function added(item: string, steps: readonly StepSpec[]): Fact[] {
  const facts: Fact[] = []
  for (let from = 0; from < steps.length; from += stepsInOneFact) {
    facts.push(fact('steps.added', item, { item, steps: steps.slice(from, from + stepsInOneFact) }))
  }
  return facts
}

/** State survives by key. What is in flight keeps the words it was started with; the plan's new words hold from its next attempt. */
function update(item: Item, read: PlanItem): Decided {
  const facts: Fact[] = []
  const fresh: StepSpec[] = []
  const seen = new Set<string>()
  if (read.title !== item.title || read.policy !== item.policy) {
    facts.push(fact('item.changed', item.id, { id: item.id, title: read.title, policy: read.policy }))
  }
  for (const spec of read.steps) {
    seen.add(spec.key)
    const step = item.steps[item.keys.get(spec.key) ?? -1]
    if (step === undefined) fresh.push(spec)
    else facts.push(...changed(item, step, spec))
  }
  for (const step of item.steps) {
    if (seen.has(step.spec.key) || step.retired || busyPhases.has(step.phase)) continue
    facts.push(fact('step.retired', item.id, { step: step.id, why: 'the plan no longer names it' }))
  }
  return [...facts, ...added(item.id, fresh)]
}

function changed(item: Item, step: Step, spec: StepSpec): Fact[] {
  if (busyPhases.has(step.phase)) return []
  const facts: Fact[] = []
  if (!same(step.spec, spec)) facts.push(fact('step.changed', item.id, { step: step.id, spec }))
  if (spec.ticked && step.phase === 'waiting') {
    facts.push(fact('step.skipped', item.id, { step: step.id, why: 'it was ticked in the plan', by: 'plan' }))
  }
  return facts
}

/** Ticks move with the work, and places with the text: neither is a change of what is asked. */
function same(a: StepSpec, b: StepSpec): boolean {
  const words = (spec: StepSpec): string =>
    JSON.stringify([
      spec.title,
      spec.brief,
      spec.order,
      spec.group,
      spec.parallel,
      spec.writes,
      spec.locks,
      spec.role,
      spec.gate ?? '',
      spec.after.map((edge) => [edge.key, edge.source]),
    ])
  return words(a) === words(b)
}

// Decides what reading a plan adds, changes and retires.
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import type { PlanItem } from '../nouns/plan.ts'
import { busyPhases, type Step, type StepSpec, settledPhases } from '../nouns/step.ts'
import { refuse } from '../refusals.ts'
import { byText } from '../schedule/heap.ts'
import { runOf, type State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'
import { circleIn } from './cycle.ts'
import { intake } from './intake.ts'

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
  const over = state.closed.get(data.item.id)
  if (over !== undefined) {
    return refuse(
      'conflict',
      `item ${over.id}`,
      `it is over: ${over.why}`,
      'give new work a name of its own, so that its record stays apart',
    )
  }
  if (known === undefined) return open(state, data)
  if (known.workspace !== data.workspace) {
    return refuse(
      'conflict',
      `item ${known.id}`,
      `it already belongs to ${known.workspace}`,
      'rename the feature folder, or use another BATON_HOME',
    )
  }
  if (known.tickFile !== data.tickFile) {
    return refuse(
      'conflict',
      `item ${known.id}`,
      `it is carried out from ${known.tickFile || known.source}, and ${data.tickFile || data.source} names it too`,
      'give one of the two a name of its own',
    )
  }
  return update(state, known, data.item)
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
  const circle = circleIn(item.steps)
  if (circle === undefined) return undefined
  const words = circle.length > 8 ? [...circle.slice(0, 7), '…', circle[0]] : circle
  return refuse(
    'invalid',
    `plan of ${item.id}`,
    `these wait for each other: ${words.join(' → ')}`,
    'take one of these dependencies out',
  )
}

function open(state: State, data: Wishes['plan.import']): Decided {
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
  const facts = [opened, ...added(item.id, item.steps)]
  return [...facts, ...intake(state, item, facts.length)]
}

function added(item: string, steps: readonly StepSpec[]): Fact[] {
  const facts: Fact[] = []
  for (let from = 0; from < steps.length; from += stepsInOneFact) {
    facts.push(fact('steps.added', item, { item, steps: steps.slice(from, from + stepsInOneFact) }))
  }
  return facts
}

/** State survives by key. What is in flight keeps the words it was started with; the plan's new words hold from its next attempt. */
function update(state: State, item: Item, read: PlanItem): Decided {
  const facts = itself(state, item, read)
  const fresh: StepSpec[] = []
  const seen = new Set<string>()
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
  facts.push(...added(item.id, fresh))
  return [...facts, ...intake(state, read, facts.length)]
}

/** A run under way keeps the launch policy that it was started with. */
function itself(state: State, item: Item, read: PlanItem): Fact[] {
  const run = runOf(state, item)
  const live = run !== undefined && run.phase !== 'ended'
  const changes = {
    ...(read.title === item.title ? {} : { title: read.title }),
    ...(read.brief === item.brief ? {} : { brief: read.brief }),
    ...(read.priority === item.priority ? {} : { priority: read.priority }),
    ...(read.owner === undefined || read.owner === item.owner ? {} : { owner: read.owner }),
    ...(live || read.policy === item.policy ? {} : { policy: read.policy }),
  }
  return Object.keys(changes).length === 0 ? [] : [fact('item.changed', item.id, { id: item.id, ...changes })]
}

function changed(item: Item, step: Step, spec: StepSpec): Fact[] {
  if (busyPhases.has(step.phase)) return []
  const facts: Fact[] = []
  if (step.retired || words(step.spec) !== words(spec))
    facts.push(fact('step.changed', item.id, { step: step.id, spec }))
  if (spec.ticked && !settledPhases.has(step.phase)) {
    facts.push(fact('step.skipped', item.id, { step: step.id, why: 'it was ticked in the plan', by: 'plan' }))
  }
  return facts
}

/** Ticks move with the work, and places with the text: neither is a change of what is asked. */
function words(spec: StepSpec): string {
  const { ticked: _ticked, place: _place, after, ...asked } = spec
  const edges = after.map((edge) => [edge.key, edge.source])
  const said = Object.entries(asked).filter(([, value]) => value !== undefined)
  return JSON.stringify([edges, said.sort(([a], [b]) => byText(a, b))])
}

// Decides what becomes of an item's steps when its plan is read again: what was done goes with the words, and work in flight asks.
import { type Fact, fact } from '../facts.ts'
import { match, type Pair, sameWork } from '../match.ts'
import { type Item, isLanding } from '../nouns/item.ts'
import type { PlanItem } from '../nouns/plan.ts'
import { busyPhases, endedPhases, type Step, type StepSpec, settledPhases } from '../nouns/step.ts'
import { placed } from '../parts.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { byText } from '../schedule/heap.ts'
import { latest, runOf, type State } from '../state.ts'
import { type Decided, nextId } from './answer.ts'
import { endlessNow, letGo } from './endless.ts'
import { intake } from './intake.ts'

const stepsInOneFact = 200

export function added(item: string, steps: readonly StepSpec[]): Fact[] {
  const facts: Fact[] = []
  for (let from = 0; from < steps.length; from += stepsInOneFact) {
    facts.push(fact('steps.added', item, { item, steps: steps.slice(from, from + stepsInOneFact) }))
  }
  return facts
}

export function sync(state: State, item: Item, read: PlanItem): Decided {
  const taken = takenByPart(item, read)
  if (taken !== undefined) return taken
  const { pairs, removed } = matched(item, read)
  const late = renumberedInFlight(item, read, pairs)
  if (late !== undefined) {
    const why = `${late.from} is ${late.to} in the plan now, and an attempt is at work on it`
    return refuse(
      'conflict',
      `plan of ${item.id}`,
      why,
      `it is read again when that is over; or: baton cancel ${late.from}`,
    )
  }
  const endless = endlessNow(state, item, read.policy, willBe(item, read))
  if (endless !== undefined) return endless
  const facts = [...itself(state, item, read), ...letGo(state, item)]
  const fresh: StepSpec[] = []
  const moves = movesOf(item, read, pairs)
  for (const spec of read.steps) {
    const step = item.steps[item.keys.get(spec.key) ?? -1]
    if (step === undefined) fresh.push(spec)
    else facts.push(...changed(state, item, step, spec, facts.length))
  }
  const kept = new Set(read.steps.map(({ key }) => key))
  const gone = new Set(removed)
  for (const step of item.steps) {
    if (kept.has(step.spec.key) || step.retired || step.spec.part !== undefined) continue
    const why = gone.has(step.index) ? 'the plan no longer names it' : goneOn(pairs, read, step)
    if (busyPhases.has(step.phase)) facts.push(...asksAboutRemoved(state, step, facts.length))
    else facts.push(fact('step.retired', item.id, { step: step.id, why }))
  }
  facts.push(...parts(state, item, read, pairs, facts.length))
  facts.push(...added(item.id, fresh))
  if (moves.carried.length > 0 || moves.renewed.length > 0)
    facts.push(fact('steps.carried', item.id, { item: item.id, ...moves }))
  facts.push(...widened(state, item, read))
  for (const spec of fresh) facts.push(...holding(state, item.id, spec, facts.length))
  return [...facts, ...intake(state, read, facts.length)]
}

/** Every step as the plan would leave it now: what is in flight stays as it is until it is over. */
function willBe(item: Item, read: PlanItem): readonly StepSpec[] {
  const named = new Set(read.steps.map(({ key }) => key))
  const said = read.steps.map((spec) => {
    return asItWillBe(item.steps[item.keys.get(spec.key) ?? -1], spec)
  })
  const kept = item.steps.filter(({ spec, phase }) => busyPhases.has(phase) && !named.has(spec.key))
  return [...said, ...kept.map(({ spec }) => spec)]
}

/** The plan knows nothing of parts: only what it names itself is compared with it. */
function matched(item: Item, read: PlanItem): { pairs: readonly Pair[]; removed: readonly number[] } {
  const planned = item.steps.filter(({ spec }) => spec.part === undefined)
  const { pairs, removed } = match(
    planned.map(({ spec }) => spec),
    read.steps,
  )
  const index = (at: number): number => planned[at]?.index ?? -1
  return { pairs: pairs.map((pair) => ({ ...pair, from: index(pair.from) })), removed: removed.map(index) }
}

function takenByPart(item: Item, read: PlanItem): Refusal | undefined {
  for (const { key } of read.steps) {
    const step = item.steps[item.keys.get(key) ?? -1]
    if (step?.spec.part === undefined || step.retired) continue
    const why = `it names ${key}, and that is a part of ${step.spec.part.of} which ${step.spec.part.by} proposed`
    return refuse('conflict', `plan of ${item.id}`, why, 'give that step another id')
  }
  return undefined
}

/** Parts go where their step goes: to its new place, under its new id, or out of the plan. */
function parts(state: State, item: Item, read: PlanItem, pairs: readonly Pair[], ahead: number): Fact[] {
  const facts: Fact[] = []
  for (const step of item.steps) {
    const { part } = step.spec
    if (part === undefined || step.retired) continue
    const root = item.keys.get(part.root)
    const said = read.steps[pairs.find(({ from }) => from === root)?.to ?? -1]
    const now = said === undefined ? undefined : asItWillBe(item.steps[root ?? -1], said)
    if (now !== undefined) {
      const spec = follow(step.spec, part.root, now)
      if (JSON.stringify(spec) !== JSON.stringify(step.spec))
        facts.push(fact('step.changed', item.id, { step: step.id, spec }))
    } else if (busyPhases.has(step.phase)) facts.push(...asksAboutRemoved(state, step, ahead + facts.length))
    else facts.push(fact('step.retired', item.id, { step: step.id, why: `the plan no longer names ${part.root}` }))
  }
  return facts
}

function follow(spec: StepSpec, before: string, root: StepSpec): StepSpec {
  const moved = placed(spec, root)
  if (before === root.key || moved.part === undefined) return moved
  const now = (key: string): string => (key === before ? root.key : key)
  const after = moved.after.map((edge) => ({ ...edge, key: now(edge.key) }))
  return { ...moved, after, part: { ...moved.part, of: now(moved.part.of) } }
}

/** A run of all of the plan takes in what the plan gains: what is new in it, and what was taken out of it and is back. */
function widened(state: State, item: Item, read: PlanItem): Fact[] {
  const run = runOf(state, item)
  if (run === undefined || run.phase === 'ended' || run.selection.length > 0) return []
  const steps = read.steps
    .map(({ key }) => key)
    .filter((key) => item.steps[item.keys.get(key) ?? -1]?.retired !== false)
  return steps.length === 0 ? [] : [fact('run.widened', item.id, { run: run.id, item: item.id, steps })]
}

function goneOn(pairs: readonly Pair[], read: PlanItem, step: Step): string {
  const pair = pairs.find(({ from }) => from === step.index)
  return `it is ${read.steps[pair?.to ?? -1]?.key ?? 'another'} in the plan now`
}

/** Work in flight is known by its id everywhere: a plan that calls it something else waits until it is over. */
function renumberedInFlight(
  item: Item,
  read: PlanItem,
  pairs: readonly Pair[],
): { from: string; to: string } | undefined {
  for (const { from, to } of pairs) {
    const [step, spec] = [item.steps[from], read.steps[to]]
    if (step === undefined || spec === undefined || step.spec.key === spec.key) continue
    if (busyPhases.has(step.phase)) return { from: step.id, to: spec.key }
  }
  return undefined
}

/** What goes over to another id, and which ids begin anew because what they stood for has gone elsewhere or is other work now. */
function movesOf(
  item: Item,
  read: PlanItem,
  pairs: readonly Pair[],
): { carried: { from: string; to: string }[]; renewed: string[] } {
  const carried: { from: string; to: string }[] = []
  const renewed: string[] = []
  const matched = new Map(pairs.map((pair) => [pair.to, pair]))
  for (const [to, spec] of read.steps.entries()) {
    const own = item.steps[item.keys.get(spec.key) ?? -1]
    const pair = matched.get(to)
    const before = pair === undefined ? undefined : item.steps[pair.from]
    if (own !== undefined && busyPhases.has(own.phase)) continue
    if (before !== undefined && before !== own) {
      if (own !== undefined || endedPhases.has(before.phase) || before.owner !== undefined)
        carried.push({ from: before.spec.key, to: spec.key })
      continue
    }
    const other = before === undefined || (pair?.alike ?? 1) < sameWork
    if (own === undefined || own.retired || !other) continue
    if (endedPhases.has(own.phase) || own.owner !== undefined) renewed.push(spec.key)
  }
  return { carried, renewed }
}

/** A run under way keeps the launch policy that it was started with. */
function itself(state: State, item: Item, read: PlanItem): Fact[] {
  const run = runOf(state, item)
  const live = run !== undefined && run.phase !== 'ended'
  const changes = {
    ...(read.title === item.title ? {} : { title: read.title }),
    ...(read.brief === item.brief ? {} : { brief: read.brief }),
    ...(read.priority === item.priority ? {} : { priority: read.priority }),
    ...(read.owner === undefined || item.handedOver === true || read.owner === item.owner ? {} : { owner: read.owner }),
    ...(live || read.policy === item.policy ? {} : { policy: read.policy }),
  }
  return Object.keys(changes).length === 0 ? [] : [fact('item.changed', item.id, { id: item.id, ...changes })]
}

function changed(state: State, item: Item, step: Step, spec: StepSpec, ahead: number): Fact[] {
  if (busyPhases.has(step.phase)) return changedInFlight(state, item, step, spec, ahead)
  const facts: Fact[] = []
  if (step.retired || words(step.spec) !== words(spec))
    facts.push(fact('step.changed', item.id, { step: step.id, spec }))
  const why = spec.ticked ? 'it was ticked in the plan' : 'the plan says that it is cancelled'
  if (!settledPhases.has(step.phase) && (spec.ticked || spec.status === 'cancelled'))
    facts.push(fact('step.skipped', item.id, { step: step.id, why, by: 'plan' }))
  return [...facts, ...holding(state, item.id, spec, ahead + facts.length)]
}

/** It holds the files and locks that it was started with; only what is asked of it may change, and that is a question. */
function changedInFlight(state: State, item: Item, step: Step, read: StepSpec, ahead: number): Fact[] {
  const spec = inFlight(step, read)
  if (spec === step.spec) return []
  return [fact('step.changed', item.id, { step: step.id, spec }), ...asksAboutChanged(state, step, spec, ahead + 1)]
}

function asItWillBe(step: Step | undefined, read: StepSpec): StepSpec {
  return step !== undefined && busyPhases.has(step.phase) ? inFlight(step, read) : read
}

function inFlight({ spec }: Step, read: StepSpec): StepSpec {
  return asked(spec) === asked(read) ? spec : { ...read, writes: spec.writes, locks: spec.locks }
}

/** Ticks move with the work, and places with the text: neither is a change of what is asked. */
function words(spec: StepSpec): string {
  const { ticked: _ticked, place: _place, mark: _mark, after, ...said } = spec
  const edges = after.map((edge) => [edge.key, edge.source])
  const kept = Object.entries(said).filter(([, value]) => value !== undefined)
  return JSON.stringify([edges, kept.sort(([a], [b]) => byText(a, b))])
}

/** What an agent at work has to know: not where the step stands, nor what waits for what. */
function asked({ title, brief, readsOnly, gate, exitCriteria }: StepSpec): string {
  return JSON.stringify([title, brief, readsOnly ?? false, gate ?? '', exitCriteria ?? []])
}

/** Once an attempt's landing is ordered, its result is as good as on the branch. */
function pastAsking(state: State, step: Step): boolean {
  const attempt = latest(step)
  const item = state.items.get(step.item)
  return attempt === undefined || (item !== undefined && isLanding(item, attempt.id))
}

function asksAboutChanged(state: State, step: Step, spec: StepSpec, ahead: number): Fact[] {
  const open = [...state.gates.values()].some(
    ({ kind, step: id, phase }) => kind === 'plan' && id === step.id && phase === 'open',
  )
  if (open || pastAsking(state, step)) return []
  const asks = `The plan of ${step.spec.key} has changed while it is ${step.phase}: "${spec.title}". Keep the work on its old words, or do it again?`
  return [planGate(state, step, asks, ['keep', 'again'], 'again', ahead)]
}

function asksAboutRemoved(state: State, step: Step, ahead: number): Fact[] {
  const attempt = latest(step)?.id
  const known = [...state.gates.values()].some(
    (gate) => gate.kind === 'plan' && gate.step === step.id && (gate.phase === 'open' || gate.attempt === attempt),
  )
  if (known || pastAsking(state, step)) return []
  const asks = `${step.spec.key} was taken out of the plan while it is ${step.phase}. Keep its work, or drop it?`
  return [planGate(state, step, asks, ['keep', 'drop'], 'keep', ahead)]
}

function planGate(
  state: State,
  step: Step,
  asks: string,
  options: readonly string[],
  usual: string,
  ahead: number,
): Fact {
  const gate = nextId(state, 'gate-', ahead)
  const attempt = latest(step)?.id ?? ''
  return fact('gate.opened', step.item, {
    gate,
    kind: 'plan',
    item: step.item,
    step: step.id,
    attempt,
    asks,
    options,
    usual,
  })
}

const markAtMost = 40

/** The plan's own word, unless it carries more than a word. */
function saidOf({ mark, status }: StepSpec, otherwise: string): string {
  return mark !== undefined && mark.length <= markAtMost ? mark : (status ?? otherwise)
}

const heldStates: ReadonlySet<string> = new Set(['blocked', 'deferred'])

/** A step that the plan calls blocked or deferred is held by a blocker, which goes when the plan says otherwise. */
export function holding(state: State, item: string, spec: StepSpec, ahead: number): Fact[] {
  const step = `${item}/${spec.key}`
  const held = !spec.ticked && heldStates.has(spec.status ?? '')
  const open = [...state.blockers.values()].filter(
    (one) => one.step === step && one.kind === 'plan' && one.endAt === undefined,
  )
  if (!held) {
    const notes = `the plan says "${saidOf(spec, 'open')}" now`
    return open.map((one) => fact('blocker.cleared', item, { blocker: one.id, by: 'plan', notes }))
  }
  if (open.length > 0) return []
  const blocker = nextId(state, 'blocker-', ahead)
  const notes = `the plan says "${saidOf(spec, 'blocked')}"`
  return [fact('blocker.raised', item, { blocker, item, step, kind: 'plan', owner: spec.owner ?? '', notes })]
}

// The state and the time in; decisions out, each with what it passed over and why.
import type { Mending } from '../nouns/attempt.ts'
import type { Decision, HoldKind, Launch } from '../nouns/decision.ts'
import type { Item } from '../nouns/item.ts'
import type { Run } from '../nouns/run.ts'
import type { Step } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import { type StepTerms, termsOf } from '../policy.ts'
import { type Routed, route } from '../routing/route.ts'
import { claimsStopAt } from '../spending/budget.ts'
import { budgetsOn, spentOf } from '../spending/tally.ts'
import { nextNumber, runOf, type State } from '../state.ts'
import { fresh } from './board.ts'
import { clash, type Held, heldBy, hold, locksHeld } from './conflicts.ts'
import { bestFirst, byText } from './heap.ts'

const mostPassedOver = 20

/** What is left and held over all items of one scheduling; counted on as it launches. */
export interface Room {
  house: number
  readonly seats: Map<string, number>
  readonly workspaces: Map<string, { free: number; readonly locks: Map<string, string> }>
}

export interface Holding {
  readonly because: HoldKind
  readonly on?: string
  /** The step that holds what this one needs. */
  readonly by?: string
}

/** Same state and time in, same decisions out: no clock, no chance, no locale. Decisions without a launch are not given. */
export function schedule(state: State, now: number): Decision[] {
  return scheduleInto(roomOf(state), state, now)
}

/** The same, and `room` is left as the launches leave it. */
export function scheduleInto(room: Room, state: State, now: number): Decision[] {
  const decisions: Decision[] = []
  const items: Item[] = []
  for (const item of state.items.values()) {
    fresh(item)
    if (item.board.heap.length > 0) items.push(item)
  }
  if (items.length > 1) items.sort((a, b) => a.priority - b.priority || byText(a.id, b.id))
  for (const item of items) {
    if (room.house <= 0) break
    const decision = decide(state, item, now, room)
    if (decision !== undefined) decisions.push(decision)
  }
  return decisions
}

export function roomOf(state: State): Room {
  return { house: state.cap - state.running, seats: new Map(state.seats), workspaces: new Map() }
}

export function within(room: Room, state: State, workspace: Workspace): { free: number; locks: Map<string, string> } {
  const known = room.workspaces.get(workspace.path)
  if (known !== undefined) return known
  const made = { free: workspace.desired - workspace.running, locks: locksHeld(state, workspace) }
  room.workspaces.set(workspace.path, made)
  return made
}

/** Why nothing of this item may start now, whatever its steps are; undefined when it may. */
export function itemHold(state: State, item: Item): { readonly kind: HoldKind } | undefined {
  const run = runOf(state, item)
  const workspace = state.workspaces.get(item.workspace)
  if (run === undefined || run.phase === 'ended') return { kind: 'not-wanted' }
  if (state.diskLow) return { kind: 'disk' }
  if (run.phase !== 'active') return { kind: 'paused' }
  if (item.gates > 0) return { kind: 'gate' }
  if (item.blockers > 0) return { kind: 'blocker' }
  if (workspace?.trusted === undefined) return { kind: 'not-trusted' }
  if (workspace.isolation === undefined) return { kind: 'no-isolation' }
  return undefined
}

function decide(state: State, item: Item, now: number, room: Room): Decision | undefined {
  const workspace = state.workspaces.get(item.workspace)
  const run = runOf(state, item)
  if (workspace === undefined || run === undefined || itemHold(state, item) !== undefined) return undefined
  const here = within(room, state, workspace)
  const slots = Math.min(here.free, room.house, run.parallel - item.running)
  if (slots <= 0) return undefined
  const launch: Launch[] = []
  const passedOver: { step: string; because: HoldKind; on?: string }[] = []
  const held = heldBy(item, here.locks)
  for (const index of bestFirst(item)) {
    if (launch.length === slots || noSeats(workspace, room)) break
    const step = item.steps[index] as Step
    const terms = termsOf(workspace, item, step, run)
    const routed = route(state, workspace, step, terms, now)
    const reason = stepHold({ state, workspace, item, step, terms, routed, held, seats: room.seats, now })
    if (reason === undefined && routed.ok) {
      launch.push(order(item, step, routed, launch.length))
      room.seats.set(routed.agent.name, (room.seats.get(routed.agent.name) ?? 0) + 1)
      hold(held, step, terms.locks)
    } else if (reason !== undefined && passedOver.length < mostPassedOver) passedOver.push(passed(step, reason))
  }
  if (launch.length === 0) return undefined
  room.house -= launch.length
  here.free -= launch.length
  const told = { ready: ready(item, launch), launch, passedOver, rationale: rationale(item, run, slots) }
  return { item: item.id, policy: item.policy, ...told }
}

/** Once no agent has a seat left there is nothing to find, however many candidates wait. */
function noSeats(workspace: Workspace, room: Room): boolean {
  return workspace.policy.agents.every((agent) => (room.seats.get(agent.name) ?? 0) >= agent.seats)
}

function passed(step: Step, { because, on, by }: Holding): Decision['passedOver'][number] {
  if (on === undefined) return { step: step.id, because }
  return { step: step.id, because, on: by === undefined ? on : `${on} (held by ${by})` }
}

export interface Asked {
  readonly state: State
  readonly workspace: Workspace
  readonly item: Item
  readonly step: Step
  readonly terms: StepTerms
  readonly routed: Routed
  readonly held: Held
  readonly seats: ReadonlyMap<string, number>
  readonly now: number
}

/** Why this candidate may not start now; undefined when it may. */
export function stepHold({
  state,
  workspace,
  item,
  step,
  terms,
  routed,
  held,
  seats,
  now,
}: Asked): Holding | undefined {
  if (step.blockers > 0) return { because: 'blocker' }
  if (step.notBefore > now) return { because: 'backoff' }
  if (!routed.ok) return { because: routed.because, on: routed.on }
  const { name, seats: most } = routed.agent
  if ((seats.get(name) ?? 0) >= most) return { because: 'seats', on: name }
  const spent = usedUp(state, workspace, item, step, now)
  if (spent !== undefined) return { because: 'budget', on: spent }
  const shared = clash(held, step, terms.locks)
  return shared === undefined ? undefined : { because: shared.kind, on: shared.on, by: shared.step }
}

function order(item: Item, step: Step, routed: Extract<Routed, { ok: true }>, place: number): Launch {
  const number = nextNumber(item, step)
  const first = place === 0 ? 'first in launch order with a free slot' : `launched together, place ${place + 1}`
  return {
    step: step.id,
    attempt: `${step.id}/${number}`,
    number,
    agent: routed.agent.name,
    executor: routed.agent.executor,
    base: item.tip,
    ...(routed.model === undefined ? {} : { model: routed.model }),
    ...(routed.advised === undefined ? {} : { advised: routed.advised }),
    ...mendsOf(step, routed.agent.name),
    because: routed.because === '' ? first : `${first}; ${routed.agent.name}, for ${routed.because}`,
  }
}

/** A session is gone on with only by whoever had it; both sides of a conflict can be given to anybody. */
function mendsOf(step: Step, agent: string): { mends?: Mending } {
  const { mend } = step
  if (mend === undefined) return {}
  const whose = step.attempts.find((one) => one.id === mend.attempt)?.agent
  return mend.what === 'conflict' || whose === agent ? { mends: mend } : {}
}

/** The budget that leaves nothing for another claim, in words; what runs may use the rest of it. */
function usedUp(state: State, workspace: Workspace, item: Item, step: Step, now: number): string | undefined {
  if (state.budgets.size === 0 && noBudgets(workspace)) return undefined
  const over = budgetsOn(state, workspace, item, step, undefined, now).find((one) => one.share >= claimsStopAt)
  return over === undefined ? undefined : `the ${over.scope}'s budget: ${spentOf(over)}`
}

function noBudgets({ policy: { budgets } }: Workspace): boolean {
  return budgets.step === undefined && budgets.item === undefined && budgets.day === undefined
}

function ready(item: Item, launch: readonly Launch[]): string[] {
  const heap = item.board.heap
  if (heap.length > mostPassedOver) return launch.map((one) => one.step)
  return [...bestFirst(item)].map((index) => (item.steps[index] as Step).id)
}

function rationale(item: Item, run: Run, slots: number): string {
  const rule =
    item.policy === 'graph'
      ? 'critical path first, then order, then key'
      : 'ascending order, then key; a parallel group launches together'
  return `${rule}; ${slots} of ${run.parallel} slots free`
}

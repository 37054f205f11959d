// Folds facts of items, their steps and runs.

import { worded } from '../duplicates/likeness.ts'
import type { Facts } from '../facts.ts'
import { handoffOf } from '../handoffs/compose.ts'
import { emptyBoard, type Integration, type Item } from '../nouns/item.ts'
import { endedPhases, type Step, type StepPhase, type StepSpec } from '../nouns/step.ts'
import { sameWords } from '../routing/weighed.ts'
import { resolve, resolveOne } from '../schedule/links.ts'
import { nothingSpent } from '../spending/budget.ts'
import { type Integrated, itemOf, latest, runOf, type State, stepIn, stepOf } from '../state.ts'
import { forgetSuspicions } from './duplicates.ts'
import { owe } from './handoffs.ts'
import { enter } from './phase.ts'

export function itemOpened(state: State, data: Facts['item.opened'], at: number): void {
  state.items.set(data.id, {
    ...data,
    openedAt: at,
    tip: data.base,
    unborn: true,
    spent: nothingSpent(),
    steps: [],
    keys: new Map(),
    board: emptyBoard(),
    lane: [],
    active: new Set(),
    running: 0,
    open: 0,
    gates: 0,
    blockers: 0,
    owes: [],
  })
}

export function itemChanged(state: State, data: Facts['item.changed']): void {
  const item = mustHave(state, data.id)
  const { id: _, ...changes } = data
  Object.assign(item, changes)
  item.board.stale = 'links'
}

export function itemClosed(state: State, data: Facts['item.closed'], at: number): void {
  const item = mustHave(state, data.id)
  const owes = [...(item.due ?? []), ...item.owes.map((one) => ({ of: one.of, handoff: handoffOf(state, item, one) }))]
  state.items.delete(data.id)
  if (item.run !== undefined) state.runs.delete(item.run)
  for (const [id, gate] of state.gates) if (gate.item === data.id) state.gates.delete(id)
  for (const [id, blocker] of state.blockers) if (blocker.item === data.id) state.blockers.delete(id)
  forgetSuspicions(state)
  state.closed.set(data.id, {
    id: item.id,
    workspace: item.workspace,
    title: item.title,
    steps: item.steps.length,
    done: item.steps.filter((step) => step.phase === 'done' || step.phase === 'skipped').length,
    closedAt: at,
    why: data.why,
    owner: item.owner,
    ...(item.handedOver === undefined ? {} : { handedOver: item.handedOver }),
    workflow: item.workflow,
    branch: item.branch,
    openedAt: item.openedAt,
    words: [...worded({ ...item, steps: item.steps.map(({ spec }) => spec) }).words].join(' '),
    attempts: item.steps.reduce(
      (most, step) => Math.max(most, step.attempts.at(-1)?.number ?? 0),
      item.attemptsBefore ?? 0,
    ),
    ...(item.integration?.done === true ? { integration: integrationOf(item, item.integration) } : {}),
    spent: item.spent,
    owes,
  })
}

function integrationOf(item: Item, { ref, commit, expected }: Integration): Integrated {
  const { source, format, tickFile, integrate: by = '' } = item
  return { ref, commit, before: expected, by, plan: { source, format, tickFile } }
}

export function itemReopened(state: State, data: Facts['item.reopened'], at: number): void {
  const { attempts, why: _why, by: _by, ...opened } = data
  const { owes: due = [], handedOver, spent } = state.closed.get(data.id) ?? {}
  state.closed.delete(data.id)
  itemOpened(state, opened, at)
  const item = mustHave(state, data.id)
  item.attemptsBefore = attempts
  if (spent !== undefined) item.spent = spent
  if (handedOver !== undefined) item.handedOver = handedOver
  if (due.length > 0) item.due = due
}

export function stepsAdded(state: State, data: Facts['steps.added'], at: number): void {
  const item = mustHave(state, data.item)
  const from = item.steps.length
  for (const spec of data.steps) {
    item.keys.set(spec.key, item.steps.length)
    item.steps.push(newStep(item, spec, at))
  }
  resolve(item, from)
  item.board.stale = 'links'
}

function newStep(item: Item, spec: StepSpec, at: number): Step {
  return {
    id: `${item.id}/${spec.key}`,
    item: item.id,
    index: item.steps.length,
    spec,
    phase: spec.ticked || spec.status === 'cancelled' ? 'skipped' : 'waiting',
    since: 0,
    after: [],
    unmet: 0,
    wanted: false,
    tries: 0,
    reworks: 0,
    blockers: 0,
    notBefore: 0,
    why: wasOver(spec),
    approved: false,
    attempts: [],
    attemptsBefore: 0,
    saidAt: at,
    heapAt: -1,
    retired: false,
  }
}

function wasOver(spec: StepSpec): string {
  if (spec.ticked) return 'it was ticked in the plan when the plan was read'
  return spec.status === 'cancelled' ? 'the plan says that it is cancelled' : ''
}

export function stepChanged(state: State, data: Facts['step.changed'], at: number): void {
  const { item, step } = mustBe(state, data.step)
  if (!sameWords(step.spec, data.spec)) {
    delete step.weight
    delete step.stands
    step.saidAt = at
  }
  step.spec = data.spec
  resolveOne(item, step.index)
  if (step.retired) {
    step.retired = false
    step.why = ''
  }
  item.board.stale = 'links'
}

export function stepRetired(state: State, data: Facts['step.retired']): void {
  const { item, step } = mustBe(state, data.step)
  if (step.wanted && !endedPhases.has(step.phase)) item.open -= 1
  step.retired = true
  step.wanted = false
  step.why = data.why
  item.board.stale = 'links'
}

export function planMissed(): void {
  // Evidence only: what was read before still holds.
}

/** All at once, from the phases as they were: two steps may change places. Attempts stay where they were made. */
export function stepsCarried(state: State, data: Facts['steps.carried']): void {
  const item = mustHave(state, data.item)
  const steps = data.carried.map(({ from }) => [from, mustBe(state, `${item.id}/${from}`).step] as const)
  const was = new Map(steps.map(([from, { phase }]) => [from, phase]))
  const owners = new Map(steps.map(([from, { owner }]) => [from, owner]))
  const landings = new Map(steps.map(([from, { landed }]) => [from, landed]))
  for (const key of data.renewed) beginAnew(state, item, key, 'waiting', 'the plan gives this id to other work now')
  for (const key of [...data.renewed, ...owners.keys()]) delete mustBe(state, `${item.id}/${key}`).step.owner
  for (const { from, to } of data.carried) {
    const before = was.get(from) ?? 'waiting'
    const ended = endedPhases.has(before)
    beginAnew(
      state,
      item,
      to,
      ended ? before : 'waiting',
      ended ? `${before} as ${from}, before the plan was renumbered` : '',
    )
    const [owner, landing] = [owners.get(from), landings.get(from)]
    const { step } = mustBe(state, `${item.id}/${to}`)
    if (before === 'done' && landing !== undefined) step.landed = landing
    if (owner === undefined) delete step.owner
    else step.owner = owner
  }
}

/** A box that is ticked stays so, whatever is carried onto it. */
function beginAnew(state: State, item: Item, key: string, phase: StepPhase, why: string): void {
  const { step } = mustBe(state, `${item.id}/${key}`)
  const over = wasOver(step.spec)
  startOver(step)
  delete step.stands
  delete step.landed
  step.approved = false
  step.notBefore = 0
  if (over !== '' && phase !== 'done') enter(state, item, step, 'skipped', over)
  else enter(state, item, step, phase, why)
}

export function runWidened(state: State, data: Facts['run.widened']): void {
  const item = mustHave(state, data.item)
  for (const key of data.steps) {
    const { step } = mustBe(state, `${item.id}/${key}`)
    if (step.wanted || step.retired) continue
    step.wanted = true
    if (!endedPhases.has(step.phase)) item.open += 1
  }
  item.board.stale = 'links'
}

export function branchAdopted(state: State, data: Facts['branch.adopted']): void {
  const item = mustHave(state, data.item)
  item.tip = data.commit
  item.unborn = data.commit === data.from
  for (const step of item.steps) delete step.stands
  verifyAgain(state, item)
}

/** What was checked on the tip that was left behind has been checked on nothing that can land. */
function verifyAgain(state: State, item: Item): void {
  for (const id of item.lane) {
    const step = stepOf(state, id.slice(0, id.lastIndexOf('/')))
    if (step?.phase === 'landing') enter(state, item, step, 'verifying')
  }
}

export function runStarted(state: State, data: Facts['run.started'], at: number): void {
  const item = mustHave(state, data.item)
  if (item.run !== undefined) state.runs.delete(item.run)
  item.run = data.run
  item.policy = data.policy
  state.runs.set(data.run, {
    id: data.run,
    item: data.item,
    by: data.by,
    startedAt: at,
    parallel: data.parallel,
    ...(data.agent === undefined ? {} : { agent: data.agent }),
    phase: 'active',
    selection: data.selection,
  })
  const wanted = new Set(data.selection)
  item.open = 0
  for (const step of item.steps) {
    step.wanted = !step.retired && (wanted.size === 0 || wanted.has(step.spec.key))
    if (data.force && step.wanted && step.phase === 'skipped') step.phase = 'waiting'
    if (step.wanted && !endedPhases.has(step.phase)) item.open += 1
  }
  item.board.stale = 'links'
}

export function runPaused(state: State, data: Facts['run.paused']): void {
  const run = state.runs.get(data.run)
  if (run !== undefined) run.phase = 'paused'
}

export function runResumed(state: State, data: Facts['run.resumed']): void {
  const run = state.runs.get(data.run)
  if (run !== undefined) run.phase = 'active'
}

export function runDraining(state: State, data: Facts['run.draining']): void {
  const run = state.runs.get(data.run)
  if (run !== undefined) run.phase = 'draining'
}

export function runEnded(state: State, data: Facts['run.ended'], at: number): void {
  const run = state.runs.get(data.run)
  if (run === undefined) return
  run.phase = 'ended'
  run.endedAt = at
  run.outcome = data.outcome
}

export function stepRequeued(state: State, data: Facts['step.requeued']): void {
  const { item, step } = mustBe(state, data.step)
  if (data.fresh) startOver(step)
  if (data.counted) step.tries += 1
  if (data.agent !== undefined) step.agent = data.agent
  if (data.reason === 'asked' && step.phase === 'done') step.stands = true
  step.notBefore = data.notBefore
  step.approved = false
  if (data.mends === undefined) delete step.mend
  else step.mend = data.mends
  enter(state, item, step, 'waiting', data.why)
}

export function stepReworked(state: State, data: Facts['step.reworked'], at: number): void {
  const { item, step } = mustBe(state, data.step)
  const rejected = latest(step)
  if (rejected !== undefined) rejected.sentBack = data.why
  if (rejected?.outcome?.kind === 'succeeded') {
    const said = { at, step: step.id, attempt: rejected.id, actor: data.by }
    owe(state, item, { ...said, event: 'attempt-rejected', outcome: `it was sent back: ${data.why}` })
  }
  step.reworks += 1
  delete step.criteria
  delete step.stands
  step.approved = false
  step.notBefore = 0
  reenter(item, step, data.after)
  startOver(step)
  enter(state, item, step, 'waiting', data.why)
  const run = runOf(state, item)
  if (step.wanted || run === undefined || run.phase === 'ended') return
  step.wanted = true
  item.open += 1
  item.board.stale = 'links'
}

function reenter(item: Item, step: Step, after: string | undefined): void {
  const key = after?.slice(item.id.length + 1)
  if (key === step.reentry) return
  if (key === undefined) delete step.reentry
  else step.reentry = key
  item.board.stale = 'links'
}

function startOver(step: Step): void {
  step.tries = 0
  step.attemptsBefore = step.attempts.length
}

export function stepFailed(state: State, data: Facts['step.failed']): void {
  const { item, step } = mustBe(state, data.step)
  enter(state, item, step, 'failed', data.why)
}

export function stepSkipped(state: State, data: Facts['step.skipped']): void {
  const { item, step } = mustBe(state, data.step)
  enter(state, item, step, 'skipped', data.why)
}

export function stepCancelled(state: State, data: Facts['step.cancelled']): void {
  const { item, step } = mustBe(state, data.step)
  enter(state, item, step, 'cancelled', data.why)
}

export function mustHave(state: State, id: string): Item {
  const item = state.items.get(id)
  if (item === undefined) throw new Error(`A fact names the item ${id}, which no earlier fact opened.`)
  return item
}

export function mustBe(state: State, id: string): { item: Item; step: Step } {
  const item = itemOf(state, id)
  const step = item === undefined ? undefined : stepIn(item, id)
  if (item === undefined || step === undefined)
    throw new Error(`A fact names the step ${id}, which no earlier fact added.`)
  return { item, step }
}

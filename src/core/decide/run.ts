// Decides wishes about runs: begin, pause, resume, drain, cancel, integrate.
import { type Fact, fact } from '../facts.ts'
import type { Blocker } from '../nouns/blocker.ts'
import type { Gate } from '../nouns/gate.ts'
import type { Item } from '../nouns/item.ts'
import type { Run } from '../nouns/run.ts'
import { type Step, settledPhases } from '../nouns/step.ts'
import { partsBelow, withParts } from '../parts.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { runOf, type State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { type Decided, nextId } from './answer.ts'
import { endlessAs } from './endless.ts'
import { reviewGate } from './intake.ts'
import { stopWork } from './step.ts'

export function startRun(state: State, data: Wishes['run.start'], wish: Wish): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  const unfit = notReady(state, item, data)
  if (unfit !== undefined) return unfit
  const endless = endlessAs(item, data.policy ?? item.policy)
  if (endless !== undefined) return endless
  const selection = select(item, data)
  if (!Array.isArray(selection)) return selection as Refusal
  if (doneAlready(state, item, data, selection)) return []
  const moot = mootRelease(state, item, 'a new run will move the branch')
  const started = fact('run.started', item.id, {
    run: nextId(state, 'run-', moot.length),
    item: item.id,
    by: wish.by,
    parallel: data.parallel,
    ...(data.agent === undefined ? {} : { agent: data.agent }),
    policy: data.policy ?? item.policy,
    selection,
    force: data.force,
  })
  const facts = [...moot, started, ...(data.force ? again(item, data.include, wish.by) : [])]
  return [...facts, ...reviewGate(state, item, facts.length)]
}

/** A run has done all of it before: another would end where it begins, and only fill the record. */
function doneAlready(state: State, item: Item, { force }: Wishes['run.start'], selection: readonly string[]): boolean {
  if (force || runOf(state, item)?.outcome !== 'complete') return false
  const keys = new Set(selection)
  return item.steps.every(
    (step) => step.retired || settledPhases.has(step.phase) || (keys.size > 0 && !keys.has(step.spec.key)),
  )
}

/** Until the item is integrated, what was done may be done again by name; its earlier attempts stay. */
function again(item: Item, include: readonly string[], by: string): Fact[] {
  const named = item.steps.filter((step) => step.phase === 'done' && include.includes(step.spec.key))
  return named.map((step) => {
    const why = `${by}: asked to be done again`
    return fact('step.requeued', item.id, {
      step: step.id,
      reason: 'asked',
      why,
      counted: false,
      fresh: true,
      notBefore: 0,
    })
  })
}

function notReady(state: State, item: Item, data: Wishes['run.start']): Refusal | undefined {
  const workspace = state.workspaces.get(item.workspace)
  const run = runOf(state, item)
  if (run !== undefined && run.phase !== 'ended') {
    return refuse(
      'conflict',
      `run of ${item.id}`,
      `${run.id} is still ${run.phase}`,
      `baton status ${item.id}, or baton cancel ${item.id}`,
    )
  }
  if (item.integrate !== undefined || item.integration !== undefined) {
    return refuse('conflict', `run of ${item.id}`, 'its branch is being integrated', `baton status ${item.id}`)
  }
  if (workspace?.isolation === undefined) {
    return refuse('policy', `run of ${item.id}`, 'nobody has chosen how agents are isolated here', 'run baton init')
  }
  if (workspace.trusted === undefined) {
    return refuse('policy', `run of ${item.id}`, 'baton.yaml has not been trusted', 'run baton trust')
  }
  if (!Number.isInteger(data.parallel) || data.parallel < 1 || data.parallel > 1024) {
    return refuse(
      'invalid',
      `--parallel ${data.parallel}`,
      'it must be a whole number from 1 to 1024',
      'give another number',
    )
  }
  const agent = data.agent
  if (agent !== undefined && !workspace.policy.agents.some((one) => one.name === agent)) {
    const known = workspace.policy.agents.map((one) => one.name).join(', ') || 'none'
    return refuse(
      'not-found',
      `agent ${agent}`,
      `trusted configuration names: ${known}`,
      'add it to baton.yaml, then baton trust',
    )
  }
  return undefined
}

/** The keys a run asks for; a step whose stated predecessor is neither done nor asked for could never start, so that is refused. */
function select(item: Item, data: Wishes['run.start']): string[] | Refusal {
  const live = item.steps.filter((step) => !step.retired)
  const unknown = [...data.include, ...data.exclude].filter((key) => !live.some((step) => step.spec.key === key))
  if (unknown.length > 0) {
    return refuse(
      'not-found',
      `steps ${unknown.join(', ')}`,
      `${item.source} does not name them`,
      'baton run --dry-run lists the steps',
    )
  }
  const groups = new Set(live.map((step) => step.spec.group))
  if (data.phase !== undefined && !live.some((step) => inPhase(step, data.phase as string))) {
    return refuse(
      'not-found',
      `phase "${data.phase}"`,
      `${item.source} has: ${[...groups].join(' · ')}`,
      'give one of these, or its beginning',
    )
  }
  const chosen = live.filter(
    (step) =>
      (data.include.length === 0 || named(step, data.include)) &&
      (data.phase === undefined || inPhase(step, data.phase)) &&
      !named(step, data.exclude),
  )
  if (chosen.length === 0) return refuse('invalid', 'selection', 'it leaves no step', 'select less narrowly')
  return withoutPredecessor(item, chosen) ?? (chosen.length === live.length ? [] : chosen.map((step) => step.spec.key))
}

/** Whoever names a step means its parts too. */
function named({ spec: { key, part } }: Step, keys: readonly string[]): boolean {
  return keys.includes(key) || (part !== undefined && (keys.includes(part.root) || keys.includes(part.of)))
}

function inPhase(step: Step, phase: string): boolean {
  const wanted = phase.trim().toLowerCase()
  const group = step.spec.group.toLowerCase()
  return group === wanted || (group.startsWith(wanted) && !/[0-9a-z]/.test(group[wanted.length] ?? ''))
}

function withoutPredecessor(item: Item, chosen: readonly Step[]): Refusal | undefined {
  const keys = new Set(chosen.map((step) => step.spec.key))
  const missing: string[] = []
  const parts = partsBelow(item)
  for (const step of chosen) {
    if (settledPhases.has(step.phase)) continue
    const stated = step.spec.after.flatMap(({ key, source }) => (source === 'stated' ? (item.keys.get(key) ?? []) : []))
    for (const index of parts === undefined ? stated : withParts(item, step, stated, parts)) {
      const from = item.steps[index] as Step
      if (from.retired || from === step || keys.has(from.spec.key) || settledPhases.has(from.phase)) continue
      missing.push(`${step.spec.key} depends on ${from.spec.key}`)
    }
  }
  if (missing.length === 0) return undefined
  return refuse(
    'conflict',
    'selection',
    `${missing.join('; ')}, not done and not selected`,
    'select the predecessors too, or baton skip them',
  )
}

export function pauseRun(state: State, data: Wishes['run.pause']): Decided {
  return change(state, data.item, ['active'], 'paused', (run) =>
    fact('run.paused', data.item, { run: run.id, why: data.why }),
  )
}

export function resumeRun(state: State, data: Wishes['run.resume']): Decided {
  return change(state, data.item, ['paused', 'draining'], 'resumed', (run) =>
    fact('run.resumed', data.item, { run: run.id, why: data.why }),
  )
}

export function drainRun(state: State, data: Wishes['run.drain']): Decided {
  return change(state, data.item, ['active', 'paused'], 'drained', (run) =>
    fact('run.draining', data.item, { run: run.id, why: data.why }),
  )
}

function change(state: State, id: string, from: readonly string[], word: string, make: (run: Run) => Fact): Decided {
  const item = state.items.get(id)
  if (item === undefined) return noItem(id)
  const run = runOf(state, item)
  if (run === undefined || !from.includes(run.phase)) {
    return refuse(
      'conflict',
      `run of ${id}`,
      `it is ${run?.phase ?? 'not started'} and cannot be ${word}`,
      `baton status ${id}`,
    )
  }
  return [make(run)]
}

export function cancelRun(state: State, data: Wishes['run.cancel'], wish: Wish): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  const run = runOf(state, item)
  const over = run === undefined || run.phase === 'ended'
  const facts: Fact[] = []
  for (const index of item.active) {
    const step = item.steps[index] as Step
    if (step.phase !== 'running') continue
    facts.push(...stopWork(state, item, step, 'cancelled', data.why))
    facts.push(requeue(item, step, data.why))
  }
  // Claims from outside need no run.
  if (over && facts.length > 0) return facts
  if (over) return refuse('conflict', `run of ${data.item}`, 'nothing is running', `baton status ${data.item}`)
  facts.push(fact('run.ended', item.id, { run: run.id, outcome: 'cancelled', why: `${wish.by}: ${data.why}` }))
  return facts
}

/** Back to waiting, and no try is spent. */
export function requeue(item: Item, step: Step, why: string): Fact {
  return fact('step.requeued', item.id, {
    step: step.id,
    reason: 'cancelled',
    why,
    counted: false,
    fresh: false,
    notBefore: 0,
  })
}

export function integrateItem(state: State, data: Wishes['item.integrate'], wish: Wish, at: number): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  const open = item.steps.filter((step) => !step.retired && !settledPhases.has(step.phase))
  if (open.length > 0 && !data.force) {
    const names = open
      .slice(0, 5)
      .map((step) => `${step.spec.key} is ${step.phase}`)
      .join(', ')
    return refuse(
      'conflict',
      `integration of ${item.id}`,
      `${open.length === 1 ? 'a step is' : `${open.length} steps are`} not done: ${names}`,
      'finish or skip them, or add --force',
    )
  }
  const live = runOf(state, item)
  if (live !== undefined && live.phase !== 'ended')
    return refuse(
      'conflict',
      `integration of ${item.id}`,
      `${live.id} is still ${live.phase}`,
      `let it end, or baton cancel ${item.id}`,
    )
  if (item.active.size > 0)
    return refuse('conflict', `integration of ${item.id}`, 'work is still in flight', `baton status ${item.id}`)
  if (item.integrate !== undefined || item.integration !== undefined) return []
  const obstacle = [...state.blockers.values()].find((one) => one.item === item.id && inTheWay(one))
  if (obstacle !== undefined && !data.force) {
    const why = `${obstacle.id} (${obstacle.kind}) holds all of it: ${obstacle.notes}`
    return refuse('conflict', `integration of ${item.id}`, why, `baton unblock ${obstacle.id}, or add --force`)
  }
  if (item.tip === item.base)
    return refuse('invalid', `integration of ${item.id}`, 'nothing has landed on its branch', 'baton run it first')
  if (openRelease(state, item).length > 0) return []
  const workspace = state.workspaces.get(item.workspace)
  const gate = nextId(state, 'gate-', 0)
  const opened = fact('gate.opened', item.id, {
    gate,
    kind: 'release',
    item: item.id,
    asks: `Merge ${item.branch} (${item.tip.slice(0, 10)}) into ${workspace?.baseBranch ?? 'the base branch'}?`,
    options: ['approve', 'reject'],
    usual: 'approve',
  })
  if (workspace?.policy.releaseGate !== false) return [opened]
  const review = { by: wish.by, at, answer: 'approve', reasons: ['trusted configuration asks for no release gate'] }
  return [opened, fact('gate.answered', item.id, { gate, review })]
}

function inTheWay({ step, endAt }: Blocker): boolean {
  return step === undefined && endAt === undefined
}

function openRelease(state: State, item: Item): Gate[] {
  const gates = [...state.gates.values()]
  return gates.filter((gate) => gate.item === item.id && gate.kind === 'release' && gate.phase === 'open')
}

/** A person signs a release as it stood when it was asked about; once the branch moves on, the question is another one. */
export function mootRelease(state: State, item: Item, why: string): Fact[] {
  return openRelease(state, item).map((gate) => fact('gate.mooted', item.id, { gate: gate.id, why }))
}

export function noItem(id: string): Refusal {
  return refuse(
    'not-found',
    `item ${id}`,
    'no plan with this name has been read here',
    'baton status lists them; baton run <path> reads one',
  )
}

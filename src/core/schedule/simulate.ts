// Plays a graph of tasks event by event on so many slots, started by the very scheduler that dispatch asks.
import { type Carried, evolve } from '../evolve/index.ts'
import { type Fact, fact } from '../facts.ts'
import { nothingUsed } from '../nouns/attempt.ts'
import type { Launch } from '../nouns/decision.ts'
import type { StepSpec } from '../nouns/step.ts'
import { noPolicy, type TrustedPolicy } from '../nouns/workspace.ts'
import { emptyState, type State, stepOf } from '../state.ts'
import { schedule } from './schedule.ts'

export interface Task {
  readonly id: string
  readonly duration: number
  readonly after: readonly string[]
}

export interface Simulated {
  readonly makespan: number
  /** No schedule can be shorter: the longest path, or all work spread evenly over the slots. */
  readonly bound: number
  /** Tasks in the order in which they started. */
  readonly order: readonly string[]
}

/** The scheduler sees each task's duration as its estimate; `actual` says how long it then takes. */
export function simulate(
  tasks: readonly Task[],
  slots: number,
  actual = (task: Task): number => task.duration,
): Simulated {
  const state = begun(tasks, slots)
  const takes = tasks.map(actual)
  const order: string[] = []
  let running: { readonly launch: Launch; readonly end: number }[] = []
  let now = 0
  for (;;) {
    for (const { launch } of schedule(state, now)) {
      for (const one of launch) {
        start(state, one)
        const index = stepOf(state, one.step)?.index ?? -1
        order.push(tasks[index]?.id ?? '')
        running.push({ launch: one, end: now + (takes[index] ?? 0) })
      }
    }
    if (running.length === 0) break
    now = running.reduce((soonest, one) => Math.min(soonest, one.end), Number.POSITIVE_INFINITY)
    for (const one of running) if (one.end === now) land(state, one.launch)
    running = running.filter((one) => one.end > now)
  }
  return { makespan: now, bound: Math.max(longest(tasks, takes), takes.reduce((a, b) => a + b, 0) / slots), order }
}

/** Tasks name only tasks before them, or anything that does not wait for them. */
function longest(tasks: readonly Task[], takes: readonly number[]): number {
  const index = new Map(tasks.map((task, at) => [task.id, at]))
  const left = tasks.map((task) => task.after.filter((id) => index.has(id)).length)
  const next = tasks.map((): number[] => [])
  for (const [at, task] of tasks.entries()) for (const id of task.after) next[index.get(id) ?? -1]?.push(at)
  const ends = tasks.map(() => 0)
  const ready = [...left.keys()].filter((at) => left[at] === 0)
  let most = 0
  for (const at of ready) {
    const end = (ends[at] ?? 0) + (takes[at] ?? 0)
    most = Math.max(most, end)
    for (const one of next[at] ?? []) {
      ends[one] = Math.max(ends[one] ?? 0, end)
      left[one] = (left[one] ?? 0) - 1
      if (left[one] === 0) ready.push(one)
    }
  }
  return most
}

const path = '/simulated'
const item = 'simulated'

export function begun(tasks: readonly Task[], slots: number): State {
  const state = emptyState()
  state.cap = slots
  const words = { title: '', brief: '', owner: '', priority: 1, workflow: 'direct', branch: '', base: '', source: '' }
  const launch = { run: 'run-1', item, by: '', parallel: slots, selection: [], force: false }
  tell(state, fact('workspace.opened', path, { path, baseBranch: '' }))
  tell(state, fact('isolation.chosen', path, { path, isolation: 'none', clones: '', why: '' }))
  tell(state, fact('workspace.trusted', path, { path, digest: '', policy: policyOf(slots) }))
  tell(
    state,
    fact('item.opened', item, { id: item, workspace: path, policy: 'graph', format: '', tickFile: '', ...words }),
  )
  tell(state, fact('steps.added', item, { item, steps: tasks.map(specOf) }))
  tell(state, fact('run.started', item, { ...launch, policy: 'graph' }))
  return state
}

function policyOf(slots: number): TrustedPolicy {
  const words = { executor: '', argv: [], env: {}, network: 'none' as const, roles: [], timeoutMs: 0 }
  return { ...noPolicy, agents: [{ name: 'slot', seats: slots, ...words }], defaultAgent: 'slot', desired: slots }
}

function specOf(task: Task, at: number): StepSpec {
  const after = task.after.map((key) => ({ key, source: 'stated' as const }))
  const words = { title: '', brief: '', group: '', parallel: true, writes: [], locks: [], role: '', ticked: false }
  return { key: task.id, order: at + 1, after, estimateMs: task.duration, ...words }
}

function tell(state: State, { type, data }: Fact): void {
  const entry: Carried = { seq: state.seq + 1, at: 0, type, data }
  evolve(state, entry)
}

export function start(state: State, launch: Launch): void {
  const { step, attempt, agent, executor } = launch
  tell(state, fact('claim.granted', item, { step, attempt, agent, executor }))
  tell(state, fact('attempt.started', item, launch))
}

/** Checking and landing take no time of their own. */
export function land(state: State, { step, attempt }: Launch): void {
  const outcome = { kind: 'succeeded' as const, why: '' }
  tell(state, fact('attempt.ended', item, { attempt, outcome, used: nothingUsed }))
  tell(state, fact('claim.released', item, { step, attempt, why: '' }))
  tell(state, fact('landing.done', item, { attempt, ref: '', commit: '' }))
}

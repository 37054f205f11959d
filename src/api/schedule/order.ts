// Plays the scheduler through to the end on a copy of the state: what it would launch, when, and how far from the best that is.
import { evolve } from '../../core/evolve/index.ts'
import { type Fact, fact } from '../../core/facts.ts'
import { nothingUsed } from '../../core/nouns/attempt.ts'
import type { Launch } from '../../core/nouns/decision.ts'
import type { Item } from '../../core/nouns/item.ts'
import { type Step, settledPhases } from '../../core/nouns/step.ts'
import { fresh } from '../../core/schedule/board.ts'
import { schedule } from '../../core/schedule/index.ts'
import { type State, stepOf } from '../../core/state.ts'

export interface Launched {
  readonly step: string
  readonly start: number
  readonly end: number
  readonly agent: string
  readonly because: string
}

export interface Order {
  readonly policy: 'document' | 'graph'
  readonly makespan: number
  /** No schedule can be shorter: the longer of the longest path and the work over the slots. */
  readonly bound: number
  readonly longestPath: number
  readonly work: number
  readonly slots: number
  readonly order: readonly Launched[]
  /** Steps that would never start. */
  readonly unreached: readonly string[]
}

/** `state` is the caller's own copy and is used up. `takes` says how long a step really takes; the scheduler sees only its estimate. */
export function playOrder(state: State, item: Item, slots: number, takes: (step: Step) => number): Order {
  fresh(item)
  const order: Launched[] = []
  const running = new Finishing()
  const todo = item.steps.filter((step) => step.wanted && !step.retired && !settledPhases.has(step.phase))
  const longestPath = longest(item, todo, takes)
  const work = todo.reduce((sum, step) => sum + takes(step), 0)
  let now = 0
  for (;;) {
    for (const decision of schedule(state, Number.MAX_SAFE_INTEGER)) {
      for (const launch of decision.launch) {
        begin(state, item, launch)
        const step = stepOf(state, launch.step) as Step
        const end = now + takes(step)
        order.push({ step: step.spec.key, start: now, end, agent: launch.agent, because: launch.because })
        running.add(end, launch.attempt)
      }
    }
    const first = running.take()
    if (first === undefined) break
    now = first.end
    finish(state, item, first.attempt)
  }
  return {
    policy: item.policy,
    makespan: now,
    bound: Math.max(longestPath, work / slots),
    longestPath,
    work,
    slots,
    order,
    unreached: todo.filter((step) => !settledPhases.has(step.phase)).map((step) => step.spec.key),
  }
}

function say(state: State, said: Fact): void {
  evolve(state, { seq: state.seq + 1, at: state.at, type: said.type, data: said.data })
}

function begin(state: State, item: Item, { step, attempt, agent, executor, ...rest }: Launch): void {
  say(state, fact('claim.granted', item.id, { step, attempt, agent, executor }))
  say(state, fact('attempt.started', item.id, { step, attempt, agent, executor, ...rest }))
}

function finish(state: State, item: Item, attempt: string): void {
  const step = attempt.slice(0, attempt.lastIndexOf('/'))
  const outcome = { kind: 'succeeded', why: 'simulated' } as const
  const verified = { attempt, tip: item.tip, commit: item.tip, tree: '', passed: true, verdicts: [] }
  say(state, fact('attempt.ended', item.id, { attempt, outcome, used: nothingUsed }))
  say(state, fact('claim.released', item.id, { step, attempt, why: 'simulated' }))
  say(state, fact('attempt.checked', item.id, verified))
  say(state, fact('landing.done', item.id, { attempt, ref: '', commit: item.tip }))
}

function longest(item: Item, todo: readonly Step[], takes: (step: Step) => number): number {
  const ends = new Map<number, number>()
  const left = new Map<number, number>()
  const inside = new Set(todo.map((step) => step.index))
  const ready: Step[] = []
  const next = new Map<number, number[]>()
  for (const step of todo) {
    const from = step.after.filter((index) => inside.has(index))
    for (const index of from) {
      const known = next.get(index)
      if (known === undefined) next.set(index, [step.index])
      else known.push(step.index)
    }
    left.set(step.index, from.length)
    if (from.length === 0) ready.push(step)
  }
  let most = 0
  for (let step = ready.pop(); step !== undefined; step = ready.pop()) {
    const end = (ends.get(step.index) ?? 0) + takes(step)
    most = Math.max(most, end)
    for (const index of next.get(step.index) ?? []) {
      ends.set(index, Math.max(ends.get(index) ?? 0, end))
      const still = (left.get(index) ?? 0) - 1
      left.set(index, still)
      if (still === 0) ready.push(item.steps[index] as Step)
    }
  }
  return most
}

/** What runs, soonest end first; equal ends in the order they began. At most as many as there are slots. */
class Finishing {
  readonly #running: { end: number; attempt: string }[] = []

  add(end: number, attempt: string): void {
    let at = this.#running.length
    while (at > 0 && (this.#running[at - 1]?.end ?? 0) > end) at -= 1
    this.#running.splice(at, 0, { end, attempt })
  }

  take(): { end: number; attempt: string } | undefined {
    return this.#running.shift()
  }
}

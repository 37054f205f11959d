// Replays a ladder of models on a table of outcomes: how much of it would have been solved, and for how much money.

/** One try of a model at a task. */
export interface Outcomes {
  readonly resolved: boolean
  readonly costUsd: number
  readonly ms?: number
}

/** Model, then task, then its tries in order. A task that a model does not name was not tried by it. */
export type OutcomeTable = ReadonlyMap<string, ReadonlyMap<string, readonly Outcomes[]>>

/** How often the check lets a right result pass, and a wrong one. */
export interface CheckRates {
  readonly right: number
  readonly wrong: number
}

export const perfectCheck: CheckRates = { right: 1, wrong: 0 }

export interface Cascade {
  /** From cheap to strong. */
  readonly ladder: readonly string[]
  /** How often each may try before the next one is asked. */
  readonly tries: number
  readonly check: CheckRates
  /** Whether what the last one gives is taken although the check refuses it, as it is when a model works alone. */
  readonly lastIsTaken: boolean
  /** The chance that one more try, told what the check said, puts a wrong result right where the table has no such try. */
  readonly mends: number
}

export interface Replayed {
  readonly tasks: number
  /** Tasks that the ladder came to a model with that has not tried them; they are in no other number. */
  readonly unknown: number
  /** As expected: a check that errs makes it no whole number. */
  readonly solved: number
  /** Wrong, and passed all the same. */
  readonly wrong: number
  readonly costUsd: number
  /** Of `costUsd`: on tasks that were not solved. */
  readonly unsolvedUsd: number
  readonly tries: number
}

/** What one task comes to, weighed by how likely each way is; undefined when the table does not say. */
interface Task {
  readonly solved: number
  readonly wrong: number
  readonly costUsd: number
  readonly solvedUsd: number
  readonly tries: number
}

export function tasksOf(table: OutcomeTable, ladder: readonly string[]): readonly string[] {
  return [...new Set(ladder.flatMap((model) => [...(table.get(model)?.keys() ?? [])]))]
}

/** Exact, without any chance: every way that a task may go is weighed by how likely it is. */
export function replay(table: OutcomeTable, cascade: Cascade, tasks: readonly string[]): Replayed {
  const sum = { tasks: 0, unknown: 0, solved: 0, wrong: 0, costUsd: 0, unsolvedUsd: 0, tries: 0 }
  for (const name of tasks) {
    const task = weigh(table, cascade, name)
    if (task === undefined) {
      sum.unknown += 1
      continue
    }
    sum.tasks += 1
    sum.solved += task.solved
    sum.wrong += task.wrong
    sum.costUsd += task.costUsd
    sum.unsolvedUsd += task.costUsd - task.solvedUsd
    sum.tries += task.tries
  }
  return sum
}

/** Whether the ladder stays within what the table says of this task. */
export function isKnown(table: OutcomeTable, cascade: Cascade, name: string): boolean {
  return weigh(table, cascade, name) !== undefined
}

const next = (known: readonly Outcomes[], number: number): Outcomes | undefined => known[number] ?? known.at(-1)

function weigh(table: OutcomeTable, cascade: Cascade, name: string): Task | undefined {
  const { check, ladder, tries, mends } = cascade
  const task = { solved: 0, wrong: 0, costUsd: 0, solvedUsd: 0, tries: 0 }
  // How likely it is that work goes on with a right result in hand, and with a wrong one; and what it has cost by then.
  let [right, wrong, spent] = [0, 1, 0]
  for (const model of ladder) {
    if (right + wrong === 0) break
    const known = table.get(model)?.get(name) ?? []
    for (let number = 0; number < tries && right + wrong > 0; number += 1) {
      const one = next(known, number)
      if (one === undefined) return undefined
      const on = right + wrong
      if (number < known.length) [right, wrong] = one.resolved ? [on, 0] : [0, on]
      else [right, wrong] = [right + wrong * mends, wrong * (1 - mends)]
      spent += one.costUsd
      task.costUsd += on * one.costUsd
      task.tries += on
      task.solved += right * check.right
      task.solvedUsd += right * check.right * spent
      task.wrong += wrong * check.wrong
      ;[right, wrong] = [right * (1 - check.right), wrong * (1 - check.wrong)]
    }
  }
  if (!cascade.lastIsTaken) return task
  task.solved += right
  task.solvedUsd += right * spent
  task.wrong += wrong
  return task
}

/** The least that these models could cost together, if it were known who solves what: no policy gets below it. */
export function oracle(table: OutcomeTable, models: readonly string[], tasks: readonly string[]): Replayed {
  const sum = { tasks: 0, unknown: 0, solved: 0, wrong: 0, costUsd: 0, unsolvedUsd: 0, tries: 0 }
  for (const name of tasks) {
    const tried = models.flatMap((model) => table.get(model)?.get(name)?.[0] ?? [])
    const cheapest = [...tried].sort((a, b) => Number(b.resolved) - Number(a.resolved) || a.costUsd - b.costUsd)[0]
    if (cheapest === undefined) {
      sum.unknown += 1
      continue
    }
    sum.tasks += 1
    sum.tries += 1
    sum.costUsd += cheapest.costUsd
    if (cheapest.resolved) sum.solved += 1
    else {
      sum.wrong += 1
      sum.unsolvedUsd += cheapest.costUsd
    }
  }
  return sum
}

/** How long it takes with so many tasks at once: each way is drawn once by `chance`. Undefined when the table does not say how long a try took. */
export function playThrough(
  table: OutcomeTable,
  cascade: Cascade,
  tasks: readonly string[],
  { slots, chance }: { readonly slots: number; readonly chance: () => number },
): { readonly makespanMs: number; readonly boundMs: number } | undefined {
  const free = new Array<number>(Math.min(slots, Math.max(1, tasks.length))).fill(0)
  let [longest, work] = [0, 0]
  for (const name of tasks) {
    if (!isKnown(table, cascade, name)) continue
    const took = draw(table, cascade, name, chance)
    if (took === undefined) return undefined
    longest = Math.max(longest, took)
    work += took
    const first = free.indexOf(Math.min(...free))
    free[first] = (free[first] ?? 0) + took
  }
  return { makespanMs: Math.max(...free), boundMs: Math.max(longest, work / slots) }
}

function draw(table: OutcomeTable, cascade: Cascade, name: string, chance: () => number): number | undefined {
  const { check, ladder, tries, mends } = cascade
  let took = 0
  let right = false
  for (const model of ladder) {
    const known = table.get(model)?.get(name) ?? []
    for (let number = 0; number < tries; number += 1) {
      const one = next(known, number)
      if (one?.ms === undefined) return undefined
      took += one.ms
      right = number < known.length ? one.resolved : right || chance() < mends
      if (chance() < (right ? check.right : check.wrong)) return took
    }
  }
  return took
}

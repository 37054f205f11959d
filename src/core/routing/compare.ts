// A ladder of models beside each of them alone, and beside the best that nothing can beat, on one table of outcomes.
import { type Cascade, isKnown, type OutcomeTable, oracle, type Replayed, replay, tasksOf } from './replay.ts'

export interface Row extends Replayed {
  readonly name: string
  /** Of 1. */
  readonly solvedShare: number
  readonly unsolvedShare: number
  readonly perTaskUsd: number
  /** Absent when nothing was solved. */
  readonly perSolveUsd?: number
}

/** The ladder over the strongest model alone, on the tasks of which the table knows both. */
export interface Against {
  readonly model: string
  readonly tasks: number
  /** What a task costs, over what it costs the strongest alone: 0.45 is less than half; absent when that costs nothing. */
  readonly costRatio?: number
  /** By how much more is solved, of 1; below 0 when it is less. */
  readonly solvedMore: number
}

export interface Compared {
  readonly policy: Row
  readonly alone: readonly Row[]
  readonly oracle: Row
  readonly against?: Against
}

/** Under the same check for all: what one model gives alone passes it, or does not, as what the ladder gives. */
export function compare(table: OutcomeTable, cascade: Cascade): Compared {
  const { ladder } = cascade
  const tasks = tasksOf(table, ladder)
  const alone = (model: string): Cascade => ({ ...cascade, ladder: [model] })
  const strongest = ladder.at(-1)
  return {
    policy: row(ladder.join(' > '), replay(table, cascade, tasks)),
    alone: ladder.map((model) => row(model, replay(table, alone(model), tasks))),
    oracle: row('whoever solves it for least', oracle(table, ladder, tasks)),
    ...(strongest === undefined || ladder.length < 2 ? {} : against(table, cascade, alone(strongest), tasks)),
  }
}

function against(
  table: OutcomeTable,
  cascade: Cascade,
  strong: Cascade,
  tasks: readonly string[],
): { against?: Against } {
  const both = tasks.filter((task) => isKnown(table, cascade, task) && isKnown(table, strong, task))
  if (both.length === 0) return {}
  const [one, other] = [replay(table, cascade, both), replay(table, strong, both)]
  const solvedMore = (one.solved - other.solved) / both.length
  const model = strong.ladder.join('')
  const costRatio = other.costUsd > 0 ? { costRatio: one.costUsd / other.costUsd } : {}
  return { against: { model, tasks: both.length, ...costRatio, solvedMore } }
}

function row(name: string, found: Replayed): Row {
  const { tasks, solved, costUsd, unsolvedUsd } = found
  return {
    name,
    ...found,
    solvedShare: share(solved, tasks),
    unsolvedShare: share(unsolvedUsd, costUsd),
    perTaskUsd: share(costUsd, tasks),
    ...(solved > 0 ? { perSolveUsd: costUsd / solved } : {}),
  }
}

const share = (part: number, all: number): number => (all > 0 ? part / all : 0)

/** From cheap to strong, as far as a table can tell: by what a task costs them, then by name. */
export function byCost(table: OutcomeTable): readonly string[] {
  const mean = (model: string): number => {
    const tries = [...(table.get(model)?.values() ?? [])].flat()
    return tries.reduce((sum, one) => sum + one.costUsd, 0) / Math.max(1, tries.length)
  }
  const models = [...table.keys()].map((model) => [model, mean(model)] as const)
  return models.sort(([a, one], [b, two]) => one - two || (a < b ? -1 : 1)).map(([model]) => model)
}

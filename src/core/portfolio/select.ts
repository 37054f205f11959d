// Which items of a portfolio are meant, and what they are grouped by.
import { type ItemStatus, type Life, statusOf } from './life.ts'
import { type Measures, type MetricKey, measure, measureDays, noMeasures, type Window } from './measures.ts'

export interface Wanted {
  readonly item?: string | undefined
  readonly owner?: string | undefined
  /** Its name, or `<name>@<version>`. */
  readonly workflow?: string | undefined
  readonly workspace?: string | undefined
  readonly status?: ItemStatus | undefined
}

/** Items that were open at some time in the window, or whose work was taken back in it; by name. */
export function select(lives: Iterable<Life>, wanted: Wanted, window: Window): Life[] {
  const found = [...lives].filter((life) => isWanted(life, wanted) && wasThere(life, window))
  return found.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

function isWanted(life: Life, { item, owner, workflow, workspace, status }: Wanted): boolean {
  if (item !== undefined && life.id !== item) return false
  if (owner !== undefined && life.owner !== owner) return false
  if (workspace !== undefined && life.workspace !== workspace) return false
  if (workflow !== undefined && life.workflow !== workflow && life.workflow.split('@')[0] !== workflow) return false
  return status === undefined || statusOf(life) === status
}

function wasThere(life: Life, { from, to }: Window): boolean {
  return life.spans.some(
    ({ openedAt, endedAt = to, revertedAt = 0 }) => openedAt < to && (endedAt >= from || revertedAt >= from),
  )
}

export function grouped(
  lives: readonly Life[],
  by: MetricKey,
  window: Window,
): readonly (readonly [string, Measures])[] {
  if (by === 'day') return measureDays(lives, window)
  const groups = new Map<string, Measures>()
  for (const life of lives) {
    const key = by === 'item' ? life.id : life[by]
    const sum = groups.get(key) ?? noMeasures()
    groups.set(key, sum)
    measure(life, window, sum)
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
}

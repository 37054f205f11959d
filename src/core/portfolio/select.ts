// Which items of a portfolio are meant, and what they are grouped by.
import { dateOf } from '../spending/dates.ts'
import { type Move, movesOf, standingBy } from './days.ts'
import { type ItemStatus, type Life, statusOf } from './life.ts'
import { dayMs, type Measures, type MetricKey, measure, noMeasures, type Window } from './measures.ts'

export interface Wanted {
  readonly item?: string | undefined
  readonly owner?: string | undefined
  /** Its name, or `<name>@<version>`. */
  readonly workflow?: string | undefined
  readonly workspace?: string | undefined
  readonly status?: ItemStatus | undefined
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Items that were open at some time in the window, or whose work was taken back in it; by name. */
export function select(lives: Iterable<Life>, wanted: Wanted, window: Window): Life[] {
  const found: Life[] = []
  for (const life of lives) if (isWanted(life, wanted) && wasThere(life, window)) found.push(life)
  return found.sort((a, b) => byName(a.id, b.id))
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

export interface Group {
  /** One part for each of what it is grouped by. */
  readonly keys: readonly string[]
  readonly sum: Measures
}

/** By one thing, or by one and then another, in the order of their names. */
export function grouped(lives: readonly Life[], by: readonly MetricKey[], window: Window): readonly Group[] {
  const cells = new Cells(by, window)
  for (const life of lives) cells.add(life)
  return cells.groups()
}

class Cells {
  readonly #by: readonly MetricKey[]
  readonly #window: Window
  readonly #cells = new Map<string, Group & { readonly day: number }>()
  readonly #moves = new Map<string, Move[]>()
  readonly #cuts: { readonly days: boolean; readonly owners: boolean }

  constructor(by: readonly MetricKey[], window: Window) {
    this.#by = by
    this.#window = window
    this.#cuts = { days: by.includes('day'), owners: by.includes('owner') }
  }

  add(life: Life): void {
    const counts = this.#countsOf(life)
    measure(life, this.#window, counts, this.#cuts)
    if (!this.#cuts.days) return
    for (const move of movesOf(life, this.#cuts.owners)) {
      if (move.at >= this.#window.from) counts(move.at, move.owner)
      const rest = this.#rest(this.#keysOf(life, move.at, move.owner))
      const moves = this.#moves.get(rest)
      if (moves === undefined) this.#moves.set(rest, [move])
      else moves.push(move)
    }
  }

  groups(): readonly Group[] {
    const all = [...this.#cells.values()].sort((a, b) => compare(a.keys, b.keys))
    if (!this.#cuts.days) return all
    const lists = new Map<string, (readonly [number, Measures])[]>()
    for (const { keys, sum, day } of all) {
      const rest = this.#rest(keys)
      const list = lists.get(rest) ?? []
      lists.set(rest, list)
      list.push([day, sum])
    }
    for (const [rest, days] of lists) standingBy(days, this.#moves.get(rest) ?? [])
    return all
  }

  /** Most of what happened to an item follows on something of the same day and the same owner. */
  #countsOf(life: Life): (at: number, owner: string) => Measures {
    let last: { day: number; owner: string; sum: Measures } | undefined
    return (at, said) => {
      const day = this.#cuts.days ? Math.floor(at / dayMs) : 0
      const owner = this.#cuts.owners ? said : ''
      if (last === undefined || last.day !== day || last.owner !== owner)
        last = { day, owner, sum: this.#cell(this.#keysOf(life, at, owner), day) }
      return last.sum
    }
  }

  #cell(keys: readonly string[], day: number): Measures {
    const name = keys.join('\0')
    const found = this.#cells.get(name) ?? { keys, day, sum: noMeasures() }
    this.#cells.set(name, found)
    return found.sum
  }

  #keysOf(life: Life, at: number, owner: string): string[] {
    return this.#by.map((by) => {
      if (by === 'item') return life.id
      if (by === 'owner') return owner
      return by === 'day' ? dateOf(at) : life[by]
    })
  }

  /** All but the day. */
  #rest(keys: readonly string[]): string {
    return keys.filter((_, at) => this.#by[at] !== 'day').join('\0')
  }
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (const [at, key] of a.entries()) {
    const order = byName(key, b[at] ?? '')
    if (order !== 0) return order
  }
  return 0
}

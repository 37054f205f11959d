// Finds the row of a key in a file of any size without naming every row of it.

import { keyFrom } from '../reading/names.ts'
import type { Row, Rows } from './boxes.ts'
import { Namer, tracesOf } from './naming.ts'
import { holdersOf, type Outline, outlineOf } from './outline.ts'
import type { Boxes } from './ticks.ts'

const few = 16

interface Where {
  readonly strict?: boolean
  /** Rows that are entries without a box. */
  readonly also?: (outline: Outline) => (row: Row, index: number) => boolean
}

/**
 * A row that has this key as its own name holds it letter by letter, and one that is named after its words holds the longest of those. So
 * naming the rows that do is enough; only when none of them has it are all rows named.
 */
class Finder implements Boxes {
  readonly rows: Rows
  readonly #outline: Outline
  readonly #holds: Uint8Array
  readonly #namer: Namer
  #lower: string | undefined

  constructor(rows: Rows, { strict, also }: Where) {
    this.rows = rows
    this.#outline = outlineOf(rows)
    this.#holds = holdersOf(this.#outline, also?.(this.#outline))
    this.#namer = new Namer(this.#outline, strict)
  }

  find(key: string): number {
    const exact = this.#among(key, this.#holding(this.rows.text, key), true)
    if (exact >= 0) return exact
    const near = this.#among(key, this.#near(key), false)
    if (near >= 0) return near
    const all = this.rows.all.flatMap((_, index) => (this.#holds[index] === 1 ? [index] : []))
    return this.#among(key, all, false)
  }

  #among(key: string, indices: readonly number[], own: boolean): number {
    const names = this.#namer.names(indices)
    const at = names.findIndex((name) => keyFrom(name.raw) === key && (name.own || !own))
    return indices[at] ?? -1
  }

  /** The entries that hold the rarest word of a name. */
  #near(key: string): readonly number[] {
    this.#lower ??= this.rows.text.toLowerCase()
    let most = few
    for (let rounds = 0; rounds < 8; rounds += 1, most *= 8) {
      for (const trace of tracesOf(key)) {
        const found = this.#holding(this.#lower, trace, most)
        if (found.length < most) return found
      }
    }
    return []
  }

  /** Entries whose words hold this, in the order of the file. */
  #holding(text: string, part: string, most = Number.POSITIVE_INFINITY): number[] {
    const found: number[] = []
    if (part === '') return found
    for (let at = text.indexOf(part); at >= 0 && found.length < most; at = text.indexOf(part, at)) {
      const index = this.#rowAt(at)
      const row = this.rows.all[index]
      if (row !== undefined && at >= row.from && at < row.end && this.#holds[index] === 1) found.push(index)
      at = Math.max(at + 1, row !== undefined && at < row.end && at >= row.from ? row.end : at + 1)
    }
    return found
  }

  /** Index of the last row that begins at or before this offset. */
  #rowAt(offset: number): number {
    const { all } = this.rows
    let [low, high] = [0, all.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((all[middle]?.start ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  holds(index: number): boolean {
    return this.#holds[index] === 1
  }

  above(index: number): number {
    return this.#outline.owner[index] ?? -1
  }

  /** What lies under an entry follows it without a gap. */
  leaves(group: number): readonly number[] {
    const { owner } = this.#outline
    const under: number[] = []
    const holding = new Set<number>()
    const inside = new Set([group])
    for (let index = group + 1; index < this.rows.all.length; index += 1) {
      if (this.rows.all[index]?.kind === 'heading') break
      if (this.#holds[index] !== 1) continue
      const above = owner[index] ?? -1
      if (!inside.has(above)) break
      inside.add(index)
      holding.add(above)
      under.push(index)
    }
    return under.filter((index) => !holding.has(index))
  }
}

export function findIn(rows: Rows, where: Where = {}): Boxes {
  return new Finder(rows, where)
}

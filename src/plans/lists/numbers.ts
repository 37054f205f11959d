// Says what is part of what by numbers such as 2.1, wherever it stands.
import type { Row, Rows } from './boxes.ts'
import type { Boxes } from './ticks.ts'

const [dot, zero, nine, star, low, tick] = [0x2e, 0x30, 0x39, 0x2a, 0x5f, 0x60]
const lettersAtMost = 56

/** `2.1` of `2.1 …`, `**2.1** …` and `2.1. …`; not `2nd` or `2-3`. By hand, for it is asked of every row of a file. */
export function numberAt({ text }: Rows, row: Row): string | undefined {
  let from = row.from
  for (
    let first = text.charCodeAt(from);
    first === star || first === low || first === tick;
    first = text.charCodeAt(from)
  ) {
    if (from - row.from >= 2) return undefined
    from += 1
  }
  let end = from
  for (let at = from; at < row.end && at - from < lettersAtMost; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= zero && code <= nine) end = at + 1
    else if (code !== dot || at !== end || at === from) break
  }
  if (end === from || /[\w-]/.test(text[end] ?? ' ')) return undefined
  return text.slice(from, end)
}

/** For each of these rows the place in the list of what its number makes it part of, else what it is indented under, or -1. */
export function numberedParents(rows: Rows, list: readonly { readonly row: Row; readonly parent: number }[]): number[] {
  const said = list.map(({ row }) => numberAt(rows, row))
  const known = new Map<string, number>()
  for (const [at, number] of said.entries()) if (number !== undefined && !known.has(number)) known.set(number, at)
  const parents = list.map(({ parent }, at) => {
    for (let up = above(said[at] ?? ''); up !== ''; up = above(up)) {
      const found = known.get(up)
      if (found !== undefined && found !== at) return found
    }
    return parent
  })
  cutCircles(parents)
  return parents
}

/** 1 indented under 1.2 would make each part of the other; the link that closes such a circle is left out. */
function cutCircles(parents: number[]): void {
  const seen = new Int32Array(parents.length)
  for (let root = 0; root < parents.length; root += 1) {
    let last = -1
    let at = root
    while (at >= 0 && seen[at] === 0) {
      seen[at] = root + 1
      last = at
      at = parents[at] ?? -1
    }
    if (at >= 0 && last >= 0 && seen[at] === root + 1) parents[last] = -1
  }
}

function above(number: string): string {
  return number.slice(0, Math.max(0, number.lastIndexOf('.')))
}

/** The same boxes, part of each other by their numbers where they have some. */
export function numbered(boxes: Boxes, optional?: (boxes: Boxes, index: number) => boolean): Boxes {
  const whole = new Numbered(boxes)
  return optional === undefined ? whole : Object.assign(whole, { optional: (index: number) => optional(whole, index) })
}

/** Looks only for the numbers that matter: a file may have tens of thousands. */
class Numbered implements Boxes {
  readonly rows: Rows
  readonly #boxes: Boxes
  readonly #known = new Map<string, number>()

  constructor(boxes: Boxes) {
    this.rows = boxes.rows
    this.#boxes = boxes
  }

  find(key: string): number {
    return this.#boxes.find(key)
  }

  holds(index: number): boolean {
    return this.#boxes.holds(index)
  }

  above(index: number): number {
    const number = this.#numberOf(index) ?? ''
    for (let up = above(number); up !== ''; up = above(up)) {
      const found = this.#rowOf(up)
      if (found >= 0 && found !== index) return found
    }
    return this.#boxes.above(index)
  }

  leaves(group: number): readonly number[] {
    const inside = new Set([group])
    let known: readonly string[] = []
    for (let heads = this.#heads(inside); ; ) {
      this.#gather(inside, heads)
      known = heads
      heads = this.#heads(inside)
      if (heads.length === known.length) break
    }
    inside.delete(group)
    const holding = new Set([...inside].map((index) => this.above(index)))
    return [...inside].filter((index) => !holding.has(index))
  }

  /** The numbers of these entries, without those that are part of another. */
  #heads(inside: ReadonlySet<number>): readonly string[] {
    const numbers = new Set([...inside].flatMap((index) => this.#numberOf(index) ?? []))
    return [...numbers].filter((number) => {
      let up = above(number)
      while (up !== '' && !numbers.has(up)) up = above(up)
      return up === ''
    })
  }

  #gather(inside: Set<number>, heads: readonly string[]): void {
    const { all } = this.rows
    for (let index = 0; index < all.length; index += 1) {
      if (!this.#boxes.holds(index) || inside.has(index)) continue
      const row = all[index] as Row
      const number = heads.length > 0 && this.#mayBegin(row, heads) ? numberAt(this.rows, row) : undefined
      const by = number !== undefined && heads.some((head) => number.startsWith(`${head}.`))
      if (by || (inside.has(this.#boxes.above(index)) && inside.has(this.above(index)))) inside.add(index)
    }
  }

  /** Its first letter is that of one of these numbers, or a mark of emphasis. */
  #mayBegin({ from }: Row, heads: readonly string[]): boolean {
    const code = this.rows.text.charCodeAt(from)
    return isDigit(code) ? heads.some((head) => this.rows.text.startsWith(head, from)) : mayHaveNumber(this.rows, from)
  }

  #numberOf(index: number): string | undefined {
    const row = this.rows.all[index]
    return row === undefined ? undefined : numberAt(this.rows, row)
  }

  /** The first entry with this number, or -1. */
  #rowOf(number: string): number {
    const known = this.#known.get(number)
    if (known !== undefined) return known
    const { all, text } = this.rows
    const found = all.findIndex(
      (row, index) =>
        (text.startsWith(number, row.from) || !isDigit(text.charCodeAt(row.from))) &&
        this.#boxes.holds(index) &&
        numberAt(this.rows, row) === number,
    )
    this.#known.set(number, found)
    return found
  }
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine
}

function mayHaveNumber({ text }: Rows, from: number): boolean {
  const code = text.charCodeAt(from)
  return code === star || code === low || code === tick
}

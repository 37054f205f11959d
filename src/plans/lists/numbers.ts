// Says what is part of what by numbers such as 2.1, wherever it stands.
import type { Row, Rows } from './boxes.ts'
import type { Boxes } from './ticks.ts'

const numbers = /^(?:\*\*|__|`)?(\d{1,6}(?:\.\d{1,6}){0,7})(?![\w-])/

export function numberAt(rows: Rows, row: Row): string | undefined {
  return numbers.exec(rows.text.slice(row.from, Math.min(row.end, row.from + 64)))?.[1]
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
export function numbered(boxes: Boxes, optional?: (rows: Rows, parents: Int32Array, index: number) => boolean): Boxes {
  const { rows } = boxes
  let known: Int32Array | undefined
  const parents = (): Int32Array => {
    known ??= parentsOf(boxes)
    return known
  }
  const whole = { rows, find: (key: string) => boxes.find(key), parents }
  return optional === undefined ? whole : { ...whole, optional: (index) => optional(rows, parents(), index) }
}

function parentsOf(boxes: Boxes): Int32Array {
  const { rows } = boxes
  const parents = boxes.parents()
  const entries = rows.all.flatMap((row, index) => (parents[index] === -2 ? [] : [{ row, index }]))
  const place = new Map(entries.map(({ index }, at) => [index, at]))
  const found = numberedParents(
    rows,
    entries.map(({ row, index }) => ({ row, parent: place.get(parents[index] ?? -1) ?? -1 })),
  )
  for (const [at, { index }] of entries.entries()) parents[index] = entries[found[at] ?? -1]?.index ?? -1
  return parents
}

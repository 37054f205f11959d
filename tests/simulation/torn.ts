// An append that the power cut in two at some byte, as it is found at the next start: by a store with transactions, and by one without.
import type { Row } from '../../src/core/ports.ts'

interface Frame {
  readonly row: Row
  readonly from: number
  readonly to: number
}

/** One after the other as a log holds them; the commit that makes them count comes last. */
function frames(rows: readonly Row[]): { readonly all: readonly Frame[]; readonly length: number } {
  const all: Frame[] = []
  let at = 0
  for (const row of rows) {
    const to = at + Buffer.byteLength(row.text)
    all.push({ row, from: at, to })
    at = to
  }
  return { all, length: at + commitBytes }
}

const commitBytes = 24

export const lengthOf = (rows: readonly Row[]): number => frames(rows).length

/** All of it when the commit is there to its last byte, else nothing: a log is read up to the last whole transaction. */
export function recovered(rows: readonly Row[], cut: number): readonly Row[] {
  return cut >= lengthOf(rows) ? rows : []
}

/** Rows up to the cut, and as much of the one it went through as there was room for: what lies in a file that knows no transactions. */
export function leftBehind(rows: readonly Row[], cut: number): readonly Row[] {
  const found: Row[] = []
  for (const { row, from, to } of frames(rows).all) {
    if (cut <= from) break
    if (cut >= to) found.push(row)
    else
      found.push({
        ...row,
        text: Buffer.from(row.text)
          .subarray(0, cut - from)
          .toString('utf8'),
      })
  }
  return found
}

/** Whether a cut there goes through a row, and not between two. */
export function goesThroughARow(rows: readonly Row[], cut: number): boolean {
  return frames(rows).all.some(({ from, to }) => cut > from && cut < to)
}

// What every store asks of rows before it takes them.
import type { Row } from '../core/ports.ts'
import { StoreFailed } from '../core/ports.ts'

/** Refuses rows that leave a gap or hold text that UTF-8 cannot carry; both would be read back as something else. */
export function checkRows(rows: readonly Row[], afterSeq: number): void {
  let expected = afterSeq
  for (const row of rows) {
    expected++
    if (row.seq !== expected) {
      throw new StoreFailed(
        'refused',
        `Row ${row.seq} was given where row ${expected} must come: the journal has no gaps.`,
      )
    }
    if (!row.text.isWellFormed() || !row.stream.isWellFormed()) {
      throw new StoreFailed('refused', `Row ${row.seq} holds half of a surrogate pair, which UTF-8 cannot carry.`)
    }
    if (row.hash.length !== 64) throw new StoreFailed('refused', `Row ${row.seq} has no hash of 64 hex digits.`)
  }
}

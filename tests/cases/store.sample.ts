// A small journal to try things on: rows as the engine writes them, and the checkpoint over them.
import type { Part } from '../../src/core/nouns/entry.ts'
import type { Row, Store } from '../../src/core/ports.ts'
import { noHash, prepare, writeEntry } from '../../src/engine/journal/entry.ts'
import type { Checkpoint } from '../../src/engine/journal/note.ts'
import { Frontier } from '../../src/engine/journal/tree.ts'

export const part = (n: number): Part => ({
  stream: n % 2 === 0 ? 'left' : 'right',
  at: n,
  by: 'b\u00e9',
  because: `#${n}`,
  type: 'step.done',
  version: 1,
  data: { n, of: ['x'] },
})

export function rowsOf(count: number, change: (n: number, made: Part) => Part = (_, made) => made): Row[] {
  const rows: Row[] = []
  for (let n = 1; n <= count; n++) {
    rows.push(writeEntry(prepare(change(n, part(n))), n, rows.at(-1)?.hash ?? noHash).row)
  }
  return rows
}

/** What a signed checkpoint over these rows says. */
export function over(rows: readonly Row[]): Checkpoint {
  const tree = new Frontier()
  for (const row of rows) tree.append(row.hash)
  return { origin: 'test', size: rows.length, root: tree.root() }
}

/** A store that somebody has had in his hands. */
export function storeOf(rows: readonly Row[]): Store {
  const sorted = [...rows].sort((a, b) => a.seq - b.seq)
  const some = (after: number, limit: number) => sorted.filter(({ seq }) => seq > after).slice(0, limit)
  const never = () => Promise.reject(new Error('not asked for'))
  return {
    append: never,
    put: never,
    get: never,
    forget: never,
    digests: never,
    close: async () => {},
    read: async (after, limit) => some(after, limit),
    head: async () => ({ seq: sorted.at(-1)?.seq ?? 0, hash: sorted.at(-1)?.hash ?? noHash }),
    leaves: async (after, limit) =>
      Buffer.from(
        some(after, limit)
          .map((row) => row.hash)
          .join(''),
        'hex',
      ),
  }
}

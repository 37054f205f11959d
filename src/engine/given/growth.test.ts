// What lies between two times of the record is what was hashed, and is filed as what it says that it is of.
import { expect, it } from 'vitest'
import { rowsOf, storeOf } from '../../../tests/cases/store.sample.ts'
import type { Row } from '../../core/ports.ts'
import { Refused } from '../../core/refusals.ts'
import { KeyChain } from '../journal/keys.ts'
import { growth } from './growth.ts'

const rows = rowsOf(9)
const changedAt = (seq: number, change: Partial<Row>): readonly Row[] =>
  rows.map((row) => (row.seq === seq ? { ...row, ...change } : row))

async function grown(held: readonly Row[], from: number, to = 9): Promise<unknown> {
  const record = { store: storeOf(held), head: 9, chain: new KeyChain(), origin: 'example.org/record' }
  return growth(record, { size: from }, { size: to }).catch((error: unknown) => {
    if (error instanceof Refused) return error.refusal
    throw error
  })
}

it('given a record that nobody touched, then the later one begins with the earlier one', async () => {
  expect(await grown(rows, 3)).toMatchObject({ from: { size: 3 }, to: { size: 9 } })
  expect(await grown(rows, 0)).toMatchObject({ from: { size: 0 }, proof: [] })
  expect(await grown(rows, 9)).toMatchObject({ proof: [] })
})

it('given an entry that was filed under another item, then it is named, for whoever reads one item would miss it', async () => {
  const [{ stream = '' } = {}] = rows.slice(6)
  expect(await grown(changedAt(7, { stream: `${stream}-2` }), 3)).toMatchObject({
    kind: 'conflict',
    what: 'entry 7',
    why: expect.stringContaining('filed under'),
  })
  expect(await grown(changedAt(2, { stream: 'elsewhere' }), 3)).toMatchObject({ to: { size: 9 } })
})

it('given other words under the same hash, then the entry is named', async () => {
  const text = rows[6]?.text.replace('"at":', '"at":1') ?? ''
  expect(await grown(changedAt(7, { text }), 3)).toMatchObject({ what: 'entry 7', why: 'it is not what its hash says' })
})

it('given an entry that is not there, then it does not tell around it', async () => {
  const left = rows.filter(({ seq }) => seq !== 7)
  expect(await grown(left, 3)).toMatchObject({ kind: 'conflict', why: 'some of them are missing' })
})

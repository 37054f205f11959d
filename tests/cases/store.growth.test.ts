// A record is only ever said to have grown out of another when it has: cut, rewritten and foreign ones are named.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Row, Store } from '../../src/core/ports.ts'
import { type Refusal, type RefusalKind, Refused } from '../../src/core/refusals.ts'
import { growth } from '../../src/engine/given/growth.ts'
import { KeyChain } from '../../src/engine/journal/keys.ts'
import { generateSigner, keyNote, type Signer, signCheckpoint } from '../../src/engine/journal/note.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { over, rowsOf } from './store.sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-growth-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const [ours, foreign] = ['ours', 'foreign'].map((name) => generateSigner('test', join(folder, name))) as [
  Signer,
  Signer,
]
const rows = rowsOf(1500)
const note = (signer: Signer, all: readonly Row[]): string => signCheckpoint(over(all), [signer])

async function record(all: readonly Row[]) {
  const store: Store = new MemoryStore()
  await store.append(all, 0)
  const chain = new KeyChain()
  chain.take({ seq: 1, by: 'baton', type: 'key.published', data: { name: 'test', key: ours.verifier.text } })
  return { store, head: all.length, chain, origin: 'test' }
}

it.each([0, 1, 2, 3, 700, 1024, 1499, 1500])(
  'given %d entries and the 1500 that they became, then it is proved that they did',
  async (size) => {
    const made = await record(rows)
    const older = over(rows.slice(0, size))
    expect(await growth(made, { size }, { size: 1500 })).toMatchObject({
      from: { size, root: older.root },
      to: { size: 1500 },
    })
    if (size === 0) return
    const grown = await growth(made, { note: note(ours, rows.slice(0, size)) }, { size: 1500 })
    expect(grown.from).toEqual({ size, root: older.root, signedBy: `test+${ours.verifier.id}` })
  },
)

it('given what is kept at a place, a key and several checkpoints, then the newest of them is meant', async () => {
  const kept = [keyNote(ours), note(ours, rows.slice(0, 5)), note(ours, rows.slice(0, 9))].join('\n')
  expect((await growth(await record(rows), { note: kept }, { size: 1500 })).from.size).toBe(9)
})

const rewritten = rowsOf(1500, (n, made) => (n === 4 ? { ...made, by: 'eve' } : made))
const [fifth] = rows.slice(4)
const swapped = rows.map((row, at) =>
  at === 6 && fifth !== undefined ? { ...row, text: row.text.replace('"of"', '"if"') } : row,
)

it.each<[string, readonly Row[], string | number, number, RefusalKind, RegExp]>([
  [
    'was rewritten after it was signed',
    rewritten,
    note(ours, rows.slice(0, 9)),
    1500,
    'conflict',
    /rewritten after it was signed/u,
  ],
  ['was cut off', rows.slice(0, 8), note(ours, rows.slice(0, 9)), 8, 'conflict', /cut off, or an older copy/u],
  ['holds a text that is not what was hashed', swapped, 0, 1500, 'conflict', /entry 7: it is not what its hash says/u],
  ['is of another record', rows, note(foreign, rows.slice(0, 9)), 1500, 'conflict', /foreign key/u],
  [
    'was never signed so',
    rows,
    note(ours, rows.slice(0, 9)).replace(/\n9\n/u, '\n8\n'),
    1500,
    'conflict',
    /signature|signed/iu,
  ],
  ['is no record', rows, 'tomorrow', 1500, 'invalid', /no signed checkpoint/u],
  ['is only a key', rows, keyNote(ours), 1500, 'invalid', /no signed checkpoint/u],
  ['begins after its end', rows, 10, 9, 'invalid', /later than the second/u],
  ['is longer than this one', rows, 1501, 1501, 'not-found', /has 1500 entries/u],
])('given an earlier end that %s, then it is refused in words', async (_, all, from, to, kind, why) => {
  const made = await record(all)
  const refused = await growth(made, typeof from === 'string' ? { note: from } : { size: from }, { size: to }).then(
    () => undefined,
    (error: unknown) => (error instanceof Refused ? error.refusal : error),
  )
  expect(refused).toMatchObject({ kind, remedy: expect.stringMatching(/\w/u) })
  expect(`${(refused as Refusal).what}: ${(refused as Refusal).why}`).toMatch(why)
})

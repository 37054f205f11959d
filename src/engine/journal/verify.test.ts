// Whatever is done to a journal behind its back, the audit finds it and names the first bad position.
import { expect, it } from 'vitest'
import { over, rowsOf, storeOf } from '../../../tests/cases/store.sample.ts'
import type { Row } from '../../core/ports.ts'
import { leafHash, noHash } from './entry.ts'
import { treeAt, verify, verifySince } from './verify.ts'
import { beginWalk, type Fault, walkRows } from './walk.ts'

const rows = rowsOf(9)
const pinned = over(rows)
const at = (seq: number) => rows[seq - 1] as Row
const rehashed = (row: Row, text: string): Row => ({ ...row, text, hash: leafHash(text) })

it('finds a sound journal sound, with and without checkpoints', async () => {
  const whole = await verify(storeOf(rows), { checkpoints: [pinned, over(rows.slice(0, 4))] })
  expect(whole).toMatchObject({ ok: true, size: 9, checked: 9, root: pinned.root, faults: [], uncovered: 0 })
  expect(whole.held.toSorted()).toEqual([4, 9])
  expect(await verify(storeOf(rows))).toMatchObject({ ok: true, uncovered: 9 })
  expect(await verify(storeOf([]), { checkpoints: [over([])] })).toMatchObject({ ok: true, size: 0 })
  expect((await verify(storeOf(rows), { checkpoints: [over(rows.slice(0, 4))] })).why).toMatch(/none covers the last 5/)
})

it('finds every byte changed to every other value', () => {
  const small = rowsOf(3)
  let tried = 0
  for (const row of small) {
    const bytes = Buffer.from(row.text)
    for (let place = 0; place < bytes.length; place++) {
      const was = bytes[place] ?? 0
      for (let value = 0; value < 256; value++) {
        if (value === was) continue
        bytes[place] = value
        const changed = small.map((each) => (each === row ? { ...row, text: bytes.toString('utf8') } : each))
        const fault = walkRows(beginWalk(0, noHash, []), changed)
        if (fault?.seq !== row.seq)
          throw new Error(`byte ${place} of entry ${row.seq} as ${value}: ${fault?.what ?? 'not found'}`)
        tried++
      }
      bytes[place] = was
    }
  }
  expect(tried).toBeGreaterThan(100_000)
})

it('finds every byte changed even where the stored hash was changed to fit', async () => {
  const small = rowsOf(3)
  const checkpoint = over(small)
  for (const row of small) {
    const bytes = Buffer.from(row.text)
    for (let place = 0; place < bytes.length; place++) {
      for (const flip of [1, 2, 4, 8, 16, 32, 64, 128]) {
        const changed = Buffer.from(bytes)
        changed[place] = (changed[place] ?? 0) ^ flip
        const text = changed.toString('utf8')
        const forged = small.map((each) => (each === row ? rehashed(row, text) : each))
        const audit = await verify(storeOf(forged), { checkpoints: [checkpoint] })
        const first = audit.faults[0]
        const near = first !== undefined && first.seq <= row.seq && row.seq <= (first.to ?? first.seq)
        if (audit.ok || !near)
          throw new Error(`byte ${place} of entry ${row.seq} ^ ${flip}: ${first?.what ?? 'not found'}`)
      }
    }
  }
})

const attacks: [string, readonly Row[], Partial<Fault>][] = [
  [
    'two swapped',
    [...rows.slice(0, 3), { ...at(5), seq: 4 }, { ...at(4), seq: 5 }, ...rows.slice(5)],
    { seq: 4, kind: 'misplaced' },
  ],
  ['one doubled', [...rows, { ...at(9), seq: 10 }], { seq: 10, kind: 'misplaced' }],
  ['one deleted', rows.filter(({ seq }) => seq !== 5), { seq: 5, kind: 'missing' }],
  ['three deleted', rows.filter(({ seq }) => seq < 4 || seq > 6), { seq: 4, kind: 'missing' }],
  ['the first deleted', rows.slice(1), { seq: 1, kind: 'missing' }],
  ['the tail cut off', rows.slice(0, 7), { seq: 8, to: 9, kind: 'truncated' }],
  ['everything deleted', [], { seq: 1, to: 9, kind: 'truncated' }],
  [
    'a rewrite of everything from 6 on',
    rowsOf(9, (n, made) => (n === 6 ? { ...made, by: 'x' } : made)),
    { seq: 5, to: 9, kind: 'rewritten' },
  ],
  [
    'a rewrite and a longer tail',
    rowsOf(12, (n, made) => (n === 9 ? { ...made, by: 'x' } : made)),
    { seq: 5, to: 9, kind: 'rewritten' },
  ],
  ['a rewrite of all', rowsOf(9, (_, made) => ({ ...made, by: 'x' })), { seq: 1, to: 4, kind: 'rewritten' }],
  [
    'one replaced, with its hash',
    rows.map((row) => (row.seq === 5 ? rehashed(row, row.text.replace('"at":5', '"at":6')) : row)),
    { seq: 5, kind: 'link' },
  ],
  [
    'one link replaced, with its hash',
    rows.map((row) => (row.seq === 5 ? rehashed(row, row.text.replace(at(4).hash, 'f'.repeat(64))) : row)),
    { seq: 5, kind: 'link' },
  ],
  [
    'the last replaced, with its hash',
    rows.map((row) => (row.seq === 9 ? rehashed(row, row.text.replace('"at":9', '"at":8')) : row)),
    { seq: 5, to: 9, kind: 'rewritten' },
  ],
  [
    'the first given a past',
    rows.map((row) => (row.seq === 1 ? rehashed(row, row.text.replace(noHash, 'f'.repeat(64))) : row)),
    { seq: 1, kind: 'link' },
  ],
  [
    'one filed under another stream',
    rows.map((row) => (row.seq === 5 ? { ...row, stream: 'left' } : row)),
    { seq: 5, kind: 'stream' },
  ],
  [
    'one hash changed',
    rows.map((row) => (row.seq === 5 ? { ...row, hash: 'f'.repeat(64) } : row)),
    { seq: 5, kind: 'bytes' },
  ],
  [
    'white space',
    rows.map((row) => (row.seq === 5 ? rehashed(row, row.text.replace('"at":5', '"at": 5')) : row)),
    { seq: 5, kind: 'malformed' },
  ],
  [
    'a second type smuggled in',
    rows.map((row) => (row.seq === 5 ? rehashed(row, row.text.replace('"type"', '"type":"approved","type"')) : row)),
    { seq: 5, kind: 'malformed' },
  ],
  ['rubbish', rows.map((row) => (row.seq === 5 ? rehashed(row, '{') : row)), { seq: 5, kind: 'malformed' }],
]

it.each(attacks)('finds %s', async (_, changed, fault) => {
  const audit = await verify(storeOf(changed), { checkpoints: [pinned, over(rows.slice(0, 4))] })
  expect(audit.ok).toBe(false)
  expect(audit.faults[0]).toMatchObject(fault)
  expect(audit.why).toBe(audit.faults[0]?.what)
})

it('finds what came after a checkpoint, from a saved tree or from the hashes', async () => {
  const since = over(rows.slice(0, 5))
  const saved = await treeAt(storeOf(rows), 5)
  for (const tree of [saved, undefined, await treeAt(storeOf(rows), 4)]) {
    expect(await verifySince(storeOf(rows), since, tree)).toMatchObject({
      ok: true,
      checked: 4,
      root: pinned.root,
      uncovered: 4,
    })
    const changed = rows.map((row) => (row.seq === 7 ? { ...row, text: `${row.text} ` } : row))
    expect((await verifySince(storeOf(changed), since, tree)).faults[0]).toMatchObject({ seq: 7, kind: 'bytes' })
    expect((await verifySince(storeOf(rows.slice(0, 3)), since, tree)).faults[0]).toMatchObject({
      seq: 4,
      kind: 'truncated',
    })
  }
  const rewritten = rowsOf(9, (n, made) => (n === 2 ? { ...made, by: 'x' } : made))
  expect((await verifySince(storeOf(rewritten), since)).faults[0]).toMatchObject({ kind: 'rewritten' })
  expect((await verifySince(storeOf(rewritten), since, saved)).faults[0]).toMatchObject({ seq: 5, kind: 'link' })
  expect(await verifySince(storeOf(rows), since, saved, { checkpoints: [pinned] })).toMatchObject({
    ok: true,
    uncovered: 0,
  })
})

// What is given away proves itself, what is altered proves nothing, and what was backed up comes back.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Store } from '../../src/core/ports.ts'
import { backup } from '../../src/engine/journal/backup.ts'
import { checkExport, exportStream } from '../../src/engine/journal/export.ts'
import { newestFormat, readFormat, writeFormat } from '../../src/engine/journal/format.ts'
import { generateSigner } from '../../src/engine/journal/note.ts'
import { openJournal } from '../../src/engine/journal/open.ts'
import { checkProof, checkpointIn, prove, proveGrowth } from '../../src/engine/journal/proofs.ts'
import { restore } from '../../src/engine/journal/restore.ts'
import { verifyConsistency } from '../../src/engine/journal/tree.ts'
import { verify } from '../../src/engine/journal/verify.ts'
import { stores } from '../../src/stores/index.ts'
import { part } from './store.sample.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-proofs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const signer = generateSigner('example.com/key', join(folder, 'key.pem'))
const known = [signer.verifier]
const open = (home: string): Promise<Store> => {
  const [first] = stores
  if (first === undefined) throw new Error('no store')
  return first.open(join(folder, home))
}

async function filled(home: string, count: number): Promise<{ store: Store; note: string; older: string }> {
  const store = await open(home)
  const journal = await openJournal(store)
  let older = ''
  for (let n = 1; n <= count; n++) {
    await journal.append([{ ...part(n), data: { n, odd: '\u2028\u0085\r' } }])
    if (n === 3) older = journal.checkpoint('origin', [signer])
  }
  await store.put(Buffer.from('a blob'))
  return { store, note: journal.checkpoint('origin', [signer]), older }
}

it('proves each entry, and no altered one', async () => {
  const { store, note, older } = await filled('proofs', 11)
  for (let seq = 1; seq <= 11; seq++) {
    const proof = await prove(store, seq, note)
    expect(checkProof(proof, known, 'origin').entry.seq).toBe(seq)
    expect(() => checkProof(proof, known, 'elsewhere')).toThrow()
    expect(() => checkProof(proof, [], 'origin')).toThrow()
    if (seq !== 5) continue
    for (let at = 0; at < proof.length; at++) {
      const changed = `${proof.slice(0, at)}${proof[at] === 'A' ? 'B' : 'A'}${proof.slice(at + 1)}`
      expect(() => checkProof(changed, known, 'origin'), `at ${at}`).toThrow()
    }
  }
  await expect(prove(store, 4, older)).rejects.toThrow(/newer one/)
  const [from, to] = [checkpointIn(older), checkpointIn(note)]
  expect(verifyConsistency(from, to, await proveGrowth(store, from, to))).toBe(true)
  await store.close()
})

it('exports one stream, and takes no altered export', async () => {
  const { store, note } = await filled('export', 9)
  let text = ''
  for await (const line of exportStream(store, 'left', note)) text += line
  const { entries, stream } = checkExport(text, known, 'origin')
  expect([stream, entries.map(({ seq }) => seq)]).toEqual(['left', [2, 4, 6, 8]])
  const lines = text.split('\n')
  const forged = [
    text.replace('\\"at\\":4', '\\"at\\":5'),
    text.slice(0, -1),
    text.replace('"left"', '"right"'),
    [lines[0], lines[2], lines[1], ''].join('\n'),
    [lines[0], lines[1], lines[1], ''].join('\n'),
    '',
    '{}\n',
    `${text}x\n`,
  ]
  for (const each of forged) expect(() => checkExport(each, known, 'origin')).toThrow()
  await store.close()
})

it('backs up and restores, byte for byte', async () => {
  const { store, note } = await filled('lively', 9)
  const place = join(folder, 'backup')
  expect(await backup(store, place, { note })).toMatchObject({ size: 9, blobs: 1, root: checkpointIn(note).root })
  await expect(backup(store, place, { note })).rejects.toThrow(/not empty/)
  const pinned = [checkpointIn(note), { origin: 'origin', size: 12, root: 'ab'.repeat(32) }]
  const restored = await restore(place, join(folder, 'restored'), { open: () => open('restored'), pinned })
  expect(restored).toMatchObject({ size: 9, blobs: 1, rollback: { size: 12, lost: 3, origin: 'origin' } })
  const again = await open('restored')
  expect(await again.read(0, 99)).toEqual(await store.read(0, 99))
  expect(await again.digests()).toEqual(await store.digests())
  expect(await verify(again, { checkpoints: [checkpointIn(note)] })).toMatchObject({ ok: true })
  await again.close()
  await store.close()
})

it('restores over nothing, unless told to put it aside', async () => {
  const { store, note } = await filled('first', 4)
  const place = join(folder, 'second-backup')
  await backup(store, place, { note })
  await store.close()
  const home = join(folder, 'first')
  const openHome = () => open('first')
  const before = readFileSync(join(home, 'journal.db'))
  await expect(restore(place, home, { open: openHome })).rejects.toThrow(/already holds .*journal\.db/)
  expect(readFileSync(join(home, 'journal.db')).equals(before)).toBe(true)
  const restored = await restore(place, home, { open: openHome, aside: 'before-restore' })
  expect(restored).toMatchObject({ size: 4, aside: join(home, 'before-restore') })
  expect(existsSync(join(home, 'before-restore', 'journal.db'))).toBe(true)
})

it('restores no damaged backup, and leaves the home alone', async () => {
  const { store, note } = await filled('third', 5)
  const place = join(folder, 'third-backup')
  await backup(store, place, { note })
  await store.close()
  const bytes = readFileSync(join(place, 'journal.jsonl'))
  const damages: [string, Buffer][] = [
    ['changed', Buffer.from(bytes.toString().replace('"at":3', '"at":4'))],
    ['cut', bytes.subarray(0, -1)],
    ['short', bytes.subarray(0, bytes.indexOf(10) + 1)],
    ['empty', Buffer.alloc(0)],
    ['no text', Buffer.from('\xff\n', 'latin1')],
  ]
  for (const [name, damaged] of damages) {
    const copy = join(folder, `damaged ${name}`)
    cpSync(place, copy, { recursive: true })
    writeFileSync(join(copy, 'journal.jsonl'), damaged)
    const home = join(folder, `home ${name}`)
    await expect(restore(copy, home, { open: () => open(`home ${name}`) }), name).rejects.toMatchObject({
      name: 'BackupRefused',
    })
    expect(existsSync(home) ? readdirSync(home) : []).toEqual([])
  }
})

it('knows its format, and writes to no newer one', () => {
  const home = join(folder, 'formats')
  expect(readFormat(home)).toBeUndefined()
  expect(writeFormat(home)).toEqual({ version: newestFormat })
  expect(readFormat(home)).toEqual({ version: newestFormat })
  for (const [text, why] of [
    [`baton home ${newestFormat + 1}\n`, /newer Baton/],
    ['?', /does not say/],
    ['baton home 0', /does not say/],
  ] as const) {
    writeFileSync(join(home, 'format'), text)
    expect(readFormat(home)?.readOnly).toMatch(why)
  }
})

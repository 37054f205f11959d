// What is done to the journal's file behind its back, the audit finds: bytes, older copies, and large ones over threads.
import { hash } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, it } from 'vitest'
import type { Row } from '../../src/core/ports.ts'
import type { Checkpoint } from '../../src/engine/journal/note.ts'
import { verify } from '../../src/engine/journal/verify.ts'
import { sqlite } from '../../src/stores/sqlite.ts'
import { over, rowsOf } from './store.sample.ts'

const rows = rowsOf(9)
const pinned = over(rows)
const folder = mkdtempSync(join(tmpdir(), 'baton-audit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const open = (home: string, readOnly = false) => sqlite.open(home, { readOnly })

async function auditFile(home: string, checkpoints: readonly Checkpoint[]): Promise<string | undefined> {
  try {
    const store = await open(home, true)
    try {
      const audit = await verify(store, { checkpoints, medium: true })
      if (!audit.ok) return audit.why
      const all = await store.read(0, 100)
      return all.length === rows.length && all.every((row, place) => row.text === rows[place]?.text)
        ? undefined
        : 'UNSEEN'
    } finally {
      await store.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

it('is never deceived by a changed byte of the file, wherever it lies', async () => {
  const home = join(folder, 'flips')
  const store = await open(home)
  await store.append(rows, 0)
  await store.close()
  const bytes = readFileSync(join(home, 'journal.db'))
  const copy = join(folder, 'flipped')
  cpSync(home, copy, { recursive: true })
  let seen = 0
  for (let place = 0; place < bytes.length; place += 7) {
    const changed = Buffer.from(bytes)
    changed[place] = (changed[place] ?? 0) ^ (1 << (place % 8))
    for (const extra of ['-wal', '-shm']) rmSync(join(copy, `journal.db${extra}`), { force: true })
    writeFileSync(join(copy, 'journal.db'), changed)
    const finding = await auditFile(copy, [pinned])
    expect(finding, `byte ${place}`).not.toBe('UNSEEN')
    if (finding !== undefined) seen++
  }
  expect(seen).toBeGreaterThan(300)
}, 60_000)

it('tells an older copy that was put back', async () => {
  const home = join(folder, 'older')
  const store = await open(home)
  await store.append(rows.slice(0, 6), 0)
  await store.close()
  expect(await auditFile(home, [pinned])).toMatch(/ends at entry 6, but a checkpoint over 9 .* older copy was put back/)
})

it('gives the same findings in pieces over threads as alone', async () => {
  const home = join(folder, 'large')
  const store = await open(home)
  const many = rowsOf(70_001)
  await store.append(many, 0)
  const checkpoints = [1, 32_768, 40_000, 65_536, 70_001].map((size) => over(many.slice(0, size)))
  const alone = await verify(store, { checkpoints, threads: 1 })
  const pieces = await verify(store, { checkpoints, threads: 2 })
  expect(pieces).toEqual(alone)
  expect(pieces).toMatchObject({ ok: true, checked: 70_001, uncovered: 0, root: checkpoints[4]?.root })
  for (const seq of [1, 32_768, 32_769, 70_000]) {
    const text = (many[seq - 1] as Row).text.replace('"by":"b', '"by":"c')
    const db = new DatabaseSync(join(home, 'journal.db'))
    const put = db.prepare('UPDATE entries SET text = ?, hash = ? WHERE seq = ?')
    put.run(text, Buffer.from(hash('sha256', `\0${text}`, 'hex'), 'hex'), seq)
    const found = await verify(store, { checkpoints, threads: 2 })
    expect(found.faults[0]?.seq).toBe((await verify(store, { checkpoints, threads: 1 })).faults[0]?.seq)
    expect(found.faults[0]?.seq).toBe(seq)
    put.run((many[seq - 1] as Row).text, Buffer.from((many[seq - 1] as Row).hash, 'hex'), seq)
    db.close()
  }
  await store.close()
}, 60_000)

// What every store must do, whatever it keeps its bytes in.
import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { HeadMoved, type Row, type Store, type StoreMaker } from '../../src/core/ports.ts'

export function row(seq: number, text = `{"n":${seq}}`, stream = 'a'): Row {
  return { seq, stream, text, hash: hash('sha256', `\0${text}`, 'hex') }
}

export const rows = (from: number, to: number, stream?: string): Row[] =>
  Array.from({ length: to - from + 1 }, (_, at) => row(from + at, undefined, stream))

export function storeCases(maker: StoreMaker): void {
  let home: string
  let store: Store
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'baton-store-'))
    store = await maker.open(home)
  })
  afterEach(async () => {
    await store.close()
    rmSync(home, { recursive: true, force: true })
  })

  it('begins empty, with 64 zeros for a hash', async () => {
    expect(await store.head()).toEqual({ seq: 0, hash: '0'.repeat(64) })
    expect(await store.read(0, 10)).toEqual([])
    expect(await store.leaves(0, 10)).toHaveLength(0)
  })

  it('gives back exactly what was appended, in order', async () => {
    await store.append(rows(1, 40), 0)
    await store.append([row(41)], 40)
    expect(await store.read(0, 100)).toEqual(rows(1, 41))
    expect(await store.read(38, 2)).toEqual(rows(39, 40))
    expect(await store.head()).toEqual({ seq: 41, hash: row(41).hash })
    const leaves = Buffer.from(await store.leaves(39, 9)).toString('hex')
    expect(leaves).toBe(row(40).hash + row(41).hash)
  })

  it('refuses a head that has moved, and writes nothing of it', async () => {
    await store.append(rows(1, 3), 0)
    for (const stale of [[row(2)], rows(2, 5)]) {
      await expect(store.append(stale, 1)).rejects.toThrow(HeadMoved)
    }
    await expect(store.append(rows(6, 7), 5)).rejects.toMatchObject({ name: 'HeadMoved', head: 3 })
    expect(await store.read(0, 100)).toEqual(rows(1, 3))
  })

  it('lets exactly one of two racing appends in', async () => {
    const tries = await Promise.allSettled([store.append([row(1, 'x')], 0), store.append([row(1, 'y')], 0)])
    expect(tries.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await store.read(0, 10)).toHaveLength(1)
  })

  it('refuses a gap, a repetition and a bad hash, and writes nothing of the batch', async () => {
    const short = { ...row(2), hash: 'ab' }
    for (const bad of [[row(2)], [row(1), row(3)], [row(1), row(1)], [row(1), short]]) {
      await expect(store.append(bad, 0)).rejects.toMatchObject({ name: 'StoreFailed', kind: 'refused' })
    }
    expect((await store.head()).seq).toBe(0)
  })

  it('takes nothing as nothing', async () => {
    await store.append([], 0)
    expect((await store.head()).seq).toBe(0)
  })

  it('reads one stream alone', async () => {
    await store.append([row(1), row(2, 'b', 'b'), row(3), row(4, 'b4', 'b')], 0)
    expect((await store.read(0, 10, 'b')).map(({ seq }) => seq)).toEqual([2, 4])
    expect((await store.read(2, 10, 'b')).map(({ seq }) => seq)).toEqual([4])
    expect((await store.read(0, 1, 'a')).map(({ seq }) => seq)).toEqual([1])
    expect(await store.read(0, 10, 'c')).toEqual([])
  })

  it('takes a huge batch', async () => {
    await store.append(rows(1, 20_000), 0)
    expect((await store.head()).seq).toBe(20_000)
    expect((await store.read(19_999, 10))[0]).toEqual(row(20_000))
  })

  it('keeps every well-formed text to the byte', async () => {
    const texts = [
      'é ü ß',
      '日本 👩🏽‍🚀',
      '\u0000 \u0001 \u2028 \ufeff',
      'e\u0301 \u00e9',
      "'; DROP TABLE entries; --",
      '\ufffd',
      '',
    ]
    await store.append(
      texts.map((text, at) => row(at + 1, text, text || 'none')),
      0,
    )
    expect((await store.read(0, 100)).map(({ text }) => text)).toEqual(texts)
    expect((await store.read(0, 9, '日本 👩🏽‍🚀')).map(({ seq }) => seq)).toEqual([2])
  })

  it('refuses half of a surrogate pair rather than change it', async () => {
    for (const bad of [row(1, '\ud83d'), row(1, 'x', '\udc00')]) {
      await expect(store.append([bad], 0)).rejects.toMatchObject({ kind: 'refused' })
    }
    expect((await store.head()).seq).toBe(0)
  })

  it('keeps blobs under their digest', async () => {
    const bytes = new Uint8Array([0, 1, 254, 255])
    const digest = await store.put(bytes)
    expect(digest).toBe(hash('sha256', bytes, 'hex'))
    expect(await store.put(bytes)).toBe(digest)
    expect(Buffer.from((await store.get(digest)) ?? []).equals(bytes)).toBe(true)
    const empty = await store.put(new Uint8Array())
    expect(await store.get(empty)).toHaveLength(0)
    expect(await store.digests()).toEqual([digest, empty].sort())
  })

  it('keeps its own copy of a blob', async () => {
    const bytes = new Uint8Array([1, 2, 3])
    const digest = await store.put(bytes)
    bytes[0] = 9
    expect((await store.get(digest))?.[0]).toBe(1)
  })

  it('forgets a blob for good, and knows no strange digest', async () => {
    const digest = await store.put(new Uint8Array([7]))
    await store.forget(digest)
    await store.forget(digest)
    for (const unknown of [digest, '../../etc/passwd', '', 'AB'.repeat(32)])
      expect(await store.get(unknown)).toBeUndefined()
    await store.forget('../../etc/passwd')
    expect(await store.digests()).toEqual([])
  })

  it('may be closed twice', async () => {
    await store.close()
    await store.close()
  })

  it('refuses to write when opened read-only, and says so', async () => {
    const readOnly = await maker.open(home, { readOnly: true })
    await expect(readOnly.append([row(1)], 0)).rejects.toMatchObject({ name: 'StoreFailed', kind: 'read-only' })
    await expect(readOnly.put(new Uint8Array())).rejects.toMatchObject({ kind: 'read-only' })
    await readOnly.close()
  })

  it.runIf(maker.durable)('is there when it is opened again', async () => {
    await store.append(rows(1, 5), 0)
    const digest = await store.put(new Uint8Array([1]))
    await store.close()
    store = await maker.open(home)
    expect(await store.read(0, 10)).toEqual(rows(1, 5))
    expect(await store.get(digest)).toHaveLength(1)
    await store.append([row(6)], 5)
  })

  it.runIf(maker.durable)('fences two that have it open at once', async () => {
    const other = await maker.open(home)
    await store.append([row(1)], 0)
    await expect(other.append([row(1, 'other')], 0)).rejects.toThrow(HeadMoved)
    await other.append([row(2)], 1)
    await expect(store.append([row(2, 'late')], 1)).rejects.toMatchObject({ name: 'HeadMoved', head: 2 })
    await other.close()
  })
}

// What every repository must do when it writes trees.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bytes, drop, type Make, mainOf, order, put, text, trouble } from './repository.hands.ts'

export function treeCases(make: Make): void {
  it('writes a tree that holds the base and the changes, and nothing else', async () => {
    const r = await make()
    const tree = await r.writeTree(await mainOf(r), [put('d/new.txt', 'n'), put('a.txt', 'changed'), drop('d/e/c.txt')])
    expect((await r.list(tree)).map((e) => e.path)).toEqual(['a.txt', 'd/b.txt', 'd/new.txt'])
    expect(await text(r, tree, 'a.txt')).toBe('changed')
    expect(await text(r, tree, 'd/e/c.txt')).toBeNull()
  })

  it('gives the same tree for the same files, however it came to them', async () => {
    const r = await make()
    const main = await mainOf(r)
    const atOnce = await r.writeTree(main, [put('x/y', '1'), put('x/z', '2'), drop('a.txt')])
    const first = await r.writeTree(main, [put('x/z', '2')])
    const second = await r.writeTree(first, [drop('a.txt'), put('q', 'q')])
    expect(await r.writeTree(second, [drop('q'), put('x/y', '1')])).toBe(atOnce)
    expect(await r.writeTree(atOnce, [])).toBe(atOnce)
    expect(await r.writeTree(main, [])).toBe(await r.treeOf(main))
  })

  it('any files, written in any portions, are read back as they are', async () => {
    const r = await make({})
    const name = fc.stringMatching(/^[a-zéß漢0-9_-]{1,8}$/u)
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((p) => `${p.join('/')}.f`)
    const files = fc.uniqueArray(fc.tuple(path, fc.uint8Array({ maxLength: 40 })), {
      selector: ([p]) => p.toLowerCase().normalize('NFC'),
      maxLength: 12,
    })
    const property = fc.asyncProperty(files, fc.nat(12), async (all, cut) => {
      const changes = all.map(([p, content]) => ({ path: p, kind: 'added', mode: '100644', content }) as const)
      const whole = await r.writeTree('', changes)
      expect(await r.writeTree(await r.writeTree('', changes.slice(0, cut)), changes.slice(cut))).toBe(whole)
      expect((await r.list(whole)).map((e) => e.path).sort()).toEqual(changes.map((c) => c.path).sort())
      for (const c of changes)
        expect(Buffer.from((await r.readFile(whole, c.path)) ?? [])).toEqual(Buffer.from(c.content))
    })
    await fc.assert(property, { numRuns: 25 })
  })

  it('replaces a file by a folder and a folder by a file, but never by silently dropping files', async () => {
    const r = await make()
    const main = await mainOf(r)
    const folder = await r.writeTree(main, [drop('a.txt'), put('a.txt/inner', 'i')])
    expect(await text(r, folder, 'a.txt/inner')).toBe('i')
    const file = await r.writeTree(main, [drop('d/e/c.txt'), put('d/e', 'file')])
    expect(await text(r, file, 'd/e')).toBe('file')
    expect((await trouble(r.writeTree(main, [put('d', 'file')]))).message).toContain('still holds files')
    expect((await trouble(r.writeTree(main, [put('a.txt/inner', 'i')]))).message).toContain('is a file')
  })

  it('tells a file that became a folder by what went and what came, and back', async () => {
    const r = await make({ 'a.txt': 'a', 'b/c.txt': 'c', 'b/d/e.txt': 'e' })
    const main = await mainOf(r)
    const other = await r.writeTree('', [put('a.txt/x/y.txt', 'y'), put('b', 'b')])
    const names = async (from: string, to: string): Promise<string[]> =>
      (await r.diff(from, to)).map(({ path, kind }) => `${kind} ${path}`)
    const [gone, came] = [
      ['a.txt', 'b/c.txt', 'b/d/e.txt'],
      ['a.txt/x/y.txt', 'b'],
    ]
    const said = (out: readonly string[], into: readonly string[]): string[] =>
      [...out.map((path) => `deleted ${path}`), ...into.map((path) => `added ${path}`)].sort()
    expect((await names(main, other)).sort()).toEqual(said(gone, came))
    expect((await names(other, main)).sort()).toEqual(said(came, gone))
    expect(await names(main, main)).toEqual([])
  })

  it('empties a tree, and starts from nothing', async () => {
    const r = await make({ 'only.txt': 'x' })
    const empty = await r.writeTree(await mainOf(r), [drop('only.txt')])
    expect(await r.list(empty)).toEqual([])
    expect(await r.writeTree('', [])).toBe(empty)
    const commit = await r.commit(order(empty, [await mainOf(r)]))
    expect(await r.diff(await mainOf(r), commit)).toEqual([drop('only.txt')])
  })

  it('keeps modes: programs, links, and what a change says nothing about', async () => {
    const r = await make()
    const tree = await r.writeTree(await mainOf(r), [
      put('run.sh', '#!/bin/sh\n', '100755'),
      put('d/link', 'b.txt', '120000'),
    ])
    const modes = new Map((await r.list(tree)).map((e) => [e.path, e.mode]))
    expect([modes.get('run.sh'), modes.get('d/link'), modes.get('a.txt')]).toEqual(['100755', '120000', '100644'])
    const again = await r.writeTree(tree, [{ path: 'run.sh', kind: 'modified', content: bytes('#!/bin/sh\ntrue\n') }])
    expect((await r.list(again)).find((e) => e.path === 'run.sh')?.mode).toBe('100755')
    expect(await text(r, tree, 'd/link')).toBe('b.txt')
  })

  it('takes a blob that is already there by its id, and no other one', async () => {
    const r = await make()
    const oid = (await r.list(await mainOf(r))).find((e) => e.path === 'a.txt')?.oid ?? ''
    const tree = await r.writeTree(await mainOf(r), [{ path: 'copy.txt', kind: 'added', mode: '100644', oid }])
    expect(await text(r, tree, 'copy.txt')).toBe('a\n')
    const missing = { path: 'copy.txt', kind: 'added', mode: '100644', oid: 'b'.repeat(40) } as const
    expect((await trouble(r.writeTree(await mainOf(r), [missing]))).kind).toBe('missing')
    const lie = { path: 'copy.txt', kind: 'added', mode: '100644', oid, content: bytes('other') } as const
    expect((await trouble(r.writeTree(await mainOf(r), [lie]))).kind).toBe('name')
  })

  it('refuses links that leave, nested repositories, .gitmodules, twins and doubles', async () => {
    const r = await make()
    const main = await mainOf(r)
    for (const change of [
      put('evil', '/etc', '120000'),
      put('d/evil', '../../etc', '120000'),
      put('nested', 'x', '160000'),
      put('.gitmodules', '[submodule "x"]'),
      put('.GitModules', '[submodule "x"]'),
      put('d/.git/config', 'x'),
      put('../out', 'x'),
    ]) {
      expect((await trouble(r.writeTree(main, [change]))).kind, change.path).toBe('name')
    }
    expect((await trouble(r.writeTree(main, [put('A.TXT', 'twin')]))).kind).toBe('twin')
    expect((await trouble(r.writeTree(main, [put('é', '1'), put('e\u0301', '2')]))).kind).toBe('twin')
    expect((await trouble(r.writeTree(main, [put('x', '1'), put('x', '2')]))).kind).toBe('name')
    expect(await r.writeTree(main, [drop('a.txt'), put('A.TXT', 'renamed')])).toMatch(/^[0-9a-f]{40}$/)
  })

  it('writes 5,000 changes', async () => {
    const r = await make()
    const changes = Array.from({ length: 5000 }, (_, i) => put(`big/${i % 50}/f${i}.txt`, `content ${i}\n`))
    const tree = await r.writeTree(await mainOf(r), changes)
    expect((await r.diff(await mainOf(r), tree)).length).toBe(5000)
    expect(await text(r, tree, 'big/49/f4999.txt')).toBe('content 4999\n')
  })
}

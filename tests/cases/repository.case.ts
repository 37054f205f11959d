// What every repository must do, whether it is real git or lies in memory.
import { afterEach, describe, expect, it } from 'vitest'
import type { Repository } from '../../src/core/ports.ts'
import { type Changes, commitOn, drop, MAIN, type Make, mainOf, order, put, text, trouble } from './repository.hands.ts'
import { treeCases } from './repository.trees.ts'

export type Capability = 'merges lines' | 'follows renames' | 'writes patches'

export interface RepositorySubject {
  readonly name: string
  /** A repository whose branch main holds `files` in one commit and is checked out nowhere. */
  make(files: Readonly<Record<string, string>>): Promise<{ readonly repository: Repository; close(): Promise<void> }>
  /** What it cannot do, and why that is right. */
  readonly lacks: Readonly<Partial<Record<Capability, string>>>
}

export function repositoryCases(subject: RepositorySubject): void {
  const open: { close(): Promise<void> }[] = []
  const make = async (
    files: Readonly<Record<string, string>> = { 'a.txt': 'a\n', 'd/b.txt': 'b\n', 'd/e/c.txt': 'c\n' },
  ) => {
    const made = await subject.make(files)
    open.push(made)
    return made.repository
  }
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close()
  })
  describe(`repository: ${subject.name}`, () => {
    treeCases(make)
    commitCases(make)
    mergeCases(make, subject)
    refCases(make)
    readCases(make, subject)
  })
}

function commitCases(make: Make): void {
  it('gives the same commit for the same order, in every repository and whatever the person configured', async () => {
    const [r, other] = [await make(), await make()]
    const make1 = async (x: Repository) =>
      x.commit(order(await x.writeTree('', [put('a', 'é')]), [], 'Grüße 漢字 🎉\n\nbody\n'))
    const id = await make1(r)
    expect(id).toBe('82b11b85210fd6860d50a3b87f29acd25ba993dc')
    expect(await make1(r)).toBe(id)
    expect(await make1(other)).toBe(id)
  })

  it('survives every message and name', async () => {
    const r = await make()
    const tree = await r.treeOf(await mainOf(r))
    for (const odd of [
      '',
      '\0',
      '\u001b[2J',
      '<>',
      '\ud800',
      '-',
      '--help',
      'a\r\nb',
      '\u202eevil',
      'x'.repeat(100_000),
      '\n\n\n',
    ]) {
      const commit = await r.commit({ ...order(tree, []), message: odd, authorName: odd, authorEmail: odd })
      expect(await r.treeOf(commit), JSON.stringify(odd.slice(0, 20))).toBe(tree)
    }
    expect((await trouble(r.commit({ ...order(tree, []), at: -1 }))).message).toContain('-1')
    expect((await trouble(r.commit(order('f'.repeat(40), [])))).kind).toBe('missing')
    expect((await trouble(r.commit(order(tree, ['--help'])))).kind).toBe('name')
  })
}

function mergeCases(make: Make, subject: RepositorySubject): void {
  const sides = async (r: Repository, mine: Changes, yours: Changes, before: Changes = []) => {
    const base = before.length > 0 ? await commitOn(r, [await mainOf(r)], before) : await mainOf(r)
    return r.merge(await commitOn(r, [base], mine, 'mine'), await commitOn(r, [base], yours, 'yours'))
  }
  const kinds = async (merge: Promise<Awaited<ReturnType<Repository['merge']>>>) => {
    const result = await merge
    return result.clean ? 'clean' : result.conflicts.map((c) => `${c.kind} ${c.path}`)
  }

  it('merges what does not meet', async () => {
    const r = await make()
    const merge = await sides(r, [put('mine', '1'), drop('a.txt')], [put('d/yours', '2'), put('d/b.txt', 'B')])
    if (!merge.clean) throw new Error('must be clean')
    expect((await r.list(merge.tree)).map((e) => e.path)).toEqual(['d/b.txt', 'd/e/c.txt', 'd/yours', 'mine'])
    expect(await text(r, merge.tree, 'd/b.txt')).toBe('B')
  })

  it('merges the same change on both sides, and a commit with its own ancestor', async () => {
    const r = await make()
    expect((await sides(r, [put('a.txt', 'same')], [put('a.txt', 'same')])).clean).toBe(true)
    const main = await mainOf(r)
    const next = await commitOn(r, [main], [put('n', 'n')])
    expect(await r.merge(next, main)).toEqual({ clean: true, tree: await r.treeOf(next) })
    expect(await r.merge(main, next)).toEqual({ clean: true, tree: await r.treeOf(next) })
  })

  it('names each conflict with its three sides', async () => {
    const r = await make()
    const merge = await sides(r, [put('a.txt', 'mine\n')], [put('a.txt', 'yours\n')])
    if (merge.clean) throw new Error('must conflict')
    const [conflict] = merge.conflicts
    expect(merge.conflicts).toHaveLength(1)
    expect(conflict).toMatchObject({ path: 'a.txt', kind: 'contents' })
    const blob = async (id: string | undefined) =>
      text(r, await r.writeTree('', [{ path: 'f', kind: 'added', oid: id ?? '' }]), 'f')
    expect([await blob(conflict?.base), await blob(conflict?.ours), await blob(conflict?.theirs)]).toEqual([
      'a\n',
      'mine\n',
      'yours\n',
    ])
    expect(merge.messages).toContain('a.txt')
    const marked = await text(r, merge.tree ?? '', 'a.txt')
    expect(marked).toMatch(/^<{7} .*\n(?:mine|yours)\n={7}\n(?:mine|yours)\n>{7} .*\n$/u)
  })

  it('knows add/add, modify/delete, links and binaries', async () => {
    const r = await make()
    expect(await kinds(sides(r, [put('new', '1')], [put('new', '2')]))).toEqual(['add/add new'])
    expect(await kinds(sides(r, [put('a.txt', 'changed')], [drop('a.txt')]))).toEqual(['modify/delete a.txt'])
    expect(await kinds(sides(r, [drop('a.txt')], [put('a.txt', 'changed')]))).toEqual(['modify/delete a.txt'])
    expect(await kinds(sides(r, [put('a.txt', '\0\u0001')], [put('a.txt', '\0\u0002')]))).not.toBe('clean')
    const link = put('l', 'a.txt', '120000')
    expect(await kinds(sides(r, [put('l', 'd/b.txt', '120000')], [put('l', 'd/e/c.txt', '120000')], [link]))).not.toBe(
      'clean',
    )
    expect(await kinds(sides(r, [put('a.txt', 'a\n', '100755')], [put('a.txt', 'b\n')]))).toEqual(
      subject.lacks['merges lines'] ? ['contents a.txt'] : 'clean',
    )
  })

  it('knows a file where the other side made a folder', async () => {
    const r = await make()
    const merge = await sides(r, [put('x', 'file')], [put('x/inner', 'folder')])
    expect(merge.clean).toBe(false)
  })

  it.skipIf(subject.lacks['merges lines'] !== undefined)('merges lines within a file', async () => {
    const r = await make({ f: `${'line\n'.repeat(3)}middle\n${'line\n'.repeat(3)}` })
    const base = `${'line\n'.repeat(3)}middle\n${'line\n'.repeat(3)}`
    const merge = await sides(r, [put('f', `top\n${base}`)], [put('f', `${base}bottom\n`)])
    if (!merge.clean) throw new Error('must be clean')
    expect(await text(r, merge.tree, 'f')).toBe(`top\n${base}bottom\n`)
  })

  it.skipIf(subject.lacks['follows renames'] !== undefined)('follows a rename', async () => {
    const long = Array.from({ length: 20 }, (_, i) => `line ${i}\n`).join('')
    const r = await make({ 'old.txt': long })
    const merge = await sides(r, [drop('old.txt'), put('new.txt', long)], [put('old.txt', `${long}more\n`)])
    if (!merge.clean) throw new Error('must be clean')
    expect(await text(r, merge.tree, 'new.txt')).toBe(`${long}more\n`)
  })

  it('refuses commits without common history', async () => {
    const r = await make()
    const lone = await commitOn(r, [], [put('lone', 'x')])
    expect((await trouble(r.merge(await mainOf(r), lone))).kind).toBe('git')
  })
}

function refCases(make: Make): void {
  it('20 at once: exactly one moves, and the others are told where the ref is', async () => {
    const r = await make()
    const main = await mainOf(r)
    const commits = await Promise.all(Array.from({ length: 20 }, (_, i) => commitOn(r, [main], [put('n', String(i))])))
    const moves = await Promise.all(commits.map((c) => r.moveRef('refs/heads/work', c, null, 'race')))
    const won = moves.flatMap((m, i) => (m.kind === 'moved' ? [commits[i]] : []))
    expect(won).toHaveLength(1)
    expect(moves.filter((m) => m.kind === 'elsewhere' && m.at === won[0])).toHaveLength(19)
    expect(await r.tip('refs/heads/work')).toBe(won[0])
  })

  it('moves only from where the ref was expected', async () => {
    const r = await make()
    const main = await mainOf(r)
    const [one, two] = [await commitOn(r, [main], [put('n', '1')]), await commitOn(r, [main], [put('n', '2')])]
    expect(await r.moveRef('refs/heads/w', one, main, 'absent')).toEqual({ kind: 'elsewhere', at: null })
    expect(await r.moveRef('refs/heads/w', one, null, 'new')).toEqual({ kind: 'moved' })
    expect(await r.moveRef('refs/heads/w', two, null, 'new again')).toEqual({ kind: 'elsewhere', at: one })
    expect(await r.moveRef('refs/heads/w', two, main, 'stale')).toEqual({ kind: 'elsewhere', at: one })
    expect(await r.moveRef('refs/heads/w', one, main, 'already')).toEqual({ kind: 'elsewhere', at: one })
    expect(await r.moveRef('refs/heads/w', two, one, 'back and forth')).toEqual({ kind: 'moved' })
    await r.deleteRef('refs/heads/w', two)
    expect(await r.moveRef('refs/heads/w', one, two, 'deleted meanwhile')).toEqual({ kind: 'elsewhere', at: null })
  })

  it('refuses names and places that are not ours', async () => {
    const r = await make()
    const main = await mainOf(r)
    for (const ref of [
      'HEAD',
      'main',
      'refs/tags/x',
      'refs/remotes/origin/main',
      'refs/heads/--format=evil',
      'refs/heads/-x',
      'refs/heads/a..b',
    ]) {
      expect((await trouble(r.moveRef(ref, main, null, 'no'))).kind, ref).toBe('name')
      expect((await trouble(r.deleteRef(ref, main))).kind, ref).toBe('name')
    }
    expect((await trouble(r.moveRef('refs/heads/x', 'HEAD', null, 'no'))).kind).toBe('name')
    expect((await trouble(r.moveRef('refs/heads/x', 'f'.repeat(40), null, 'no'))).kind).toBe('missing')
    expect((await trouble(r.moveRef('refs/heads/x', await r.treeOf(main), null, 'no'))).kind).toBe('missing')
    expect((await r.refs('refs/')).map((x) => x.ref)).toEqual([MAIN])
  })

  it('refuses a branch beside another one of which it would be a folder', async () => {
    const r = await make()
    const main = await mainOf(r)
    expect((await r.moveRef('refs/heads/a', main, null, 'file')).kind).toBe('moved')
    expect((await trouble(r.moveRef('refs/heads/a/b', main, null, 'folder'))).kind).toBe('taken')
  })

  it('lists refs by namespace, and deletes only from where expected', async () => {
    const r = await make()
    const main = await mainOf(r)
    for (const ref of ['refs/baton/base/1', 'refs/baton/base/2', 'refs/baton/record', 'refs/heads/béta'])
      await r.moveRef(ref, main, null, 'x')
    expect((await r.refs('refs/baton/base/')).map((x) => x.ref)).toEqual(['refs/baton/base/1', 'refs/baton/base/2'])
    expect(await r.refs('refs/baton/record')).toEqual([{ ref: 'refs/baton/record', commit: main }])
    expect(await r.tip('refs/heads/béta')).toBe(main)
    expect((await trouble(r.deleteRef('refs/baton/base/1', 'f'.repeat(40)))).kind).toBe('elsewhere')
    await r.deleteRef('refs/baton/base/1', main)
    expect((await trouble(r.deleteRef('refs/baton/base/1', main))).kind).toBe('elsewhere')
    expect(await r.tip('refs/baton/base/1')).toBeNull()
  })
}

function readCases(make: Make, subject: RepositorySubject): void {
  it('reads files, folders and what is not there', async () => {
    const r = await make()
    const main = await mainOf(r)
    expect(await text(r, main, 'd/e/c.txt')).toBe('c\n')
    expect(await text(r, MAIN, 'd/e/c.txt')).toBe('c\n')
    expect(await text(r, await r.treeOf(main), 'a.txt')).toBe('a\n')
    for (const path of ['d', 'd/nothing', 'a.txt/x', 'D/b.txt', 'a.txt\r'])
      expect(await text(r, main, path), path).toBeNull()
    for (const path of ['', '/etc/passwd', '../x', 'd//b.txt', 'd/', './a.txt'])
      expect((await trouble(r.readFile(main, path))).kind, path).toBe('name')
    for (const id of ['HEAD', 'main', `${main}^`, `${main}:a.txt`, main.slice(0, 12), '--all']) {
      expect((await trouble(r.readFile(id, 'a.txt'))).kind, id).toBe('name')
    }
    expect((await r.list(main, 'd')).map((e) => e.path)).toEqual(['d/b.txt', 'd/e/c.txt'])
    expect((await r.list(main, 'd/e/')).map((e) => e.path)).toEqual(['d/e/c.txt'])
    expect((await r.list(main, 'a.txt')).map((e) => e.path)).toEqual(['a.txt'])
    expect(await r.list(main, 'nothing')).toEqual([])
  })

  it('keeps every path: spaces, quotes, unicode, leading dashes', async () => {
    const r = await make()
    const odd = [
      '-rf',
      '--format=evil',
      'a b',
      'it\'s "x"',
      '漢字/ü',
      '🎉.md',
      ':(glob)**',
      '*',
      '$(id)',
      ' lead',
      '%2e%2e',
      '#x',
      '~',
      '@{u}',
    ]
    const tree = await r.writeTree(
      '',
      odd.map((p) => put(p, p)),
    )
    expect((await r.list(tree)).map((e) => e.path).sort()).toEqual([...odd].sort())
    for (const p of odd) expect(await text(r, tree, p)).toBe(p)
    expect((await r.diff('', tree)).map((c) => c.path).sort()).toEqual([...odd].sort())
  })

  it('knows ancestors', async () => {
    const r = await make()
    const main = await mainOf(r)
    const next = await commitOn(r, [main], [put('n', '1')])
    const side = await commitOn(r, [main], [put('n', '2')])
    expect([
      await r.isAncestor(main, next),
      await r.isAncestor(next, main),
      await r.isAncestor(side, next),
      await r.isAncestor(next, next),
    ]).toEqual([true, false, false, true])
    expect((await trouble(r.isAncestor('f'.repeat(40), main))).kind).toBe('missing')
  })

  it('tells differences', async () => {
    const r = await make()
    const main = await mainOf(r)
    const next = await commitOn(r, [main], [put('a.txt', 'x'), drop('d/b.txt'), put('n', 'n', '100755')])
    const diff = await r.diff(main, next)
    expect(diff.map((c) => `${c.kind} ${c.path} ${c.mode ?? ''}`.trim())).toEqual([
      'modified a.txt 100644',
      'deleted d/b.txt',
      'added n 100755',
    ])
    expect(await r.diff(next, next)).toEqual([])
    expect(await r.writeTree(main, diff)).toBe(await r.treeOf(next))
  })

  it('cuts a patch', async () => {
    const r = await make()
    const next = await commitOn(r, [await mainOf(r)], [put('a.txt', 'changed line\n'.repeat(1000))])
    const whole = await r.patch(await mainOf(r), next, 1_000_000)
    expect(whole).toContain('a.txt')
    if (!subject.lacks['writes patches']) expect(whole).toContain('+changed line')
    const short = await r.patch(await mainOf(r), next, 20)
    expect(short.length).toBeLessThan(60)
    expect(short).toContain('cut at 20 bytes')
  })

  it('looks', async () => {
    const r = await make()
    expect(await r.look()).toMatchObject({ baseBranch: 'main', baseCommit: await mainOf(r) })
    expect((await r.look()).problems.filter((p) => p.fatal)).toEqual([])
  })
}

// A branch that is checked out moves with its folder: only over committed work, and never so that a kill seems to revert anything.
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRepository } from '../../src/repositories/index.ts'
import { commitOn, drop, MAIN, mainOf, put } from './repository.hands.ts'
import type { Sample } from './repository.sample.ts'
import { clean, FILES, held, open, read, ready, status, WORK } from './repository.stage.ts'

describe('a checked-out branch', () => {
  it('moves with its folder and index', async () => {
    const { made, move } = await ready()
    expect(await move()).toEqual({ kind: 'moved' })
    clean(made)
    expect(read(made, 'a.txt')).toBe('A\n')
    expect(existsSync(join(made.path, 'd/e'))).toBe(false)
    expect(lstatSync(join(made.path, 'run.sh')).mode & 0o111).not.toBe(0)
    expect(made.git('reflog', '-1', '--format=%gs')).toBe('baton: land\n')
  })

  it('leaves uncommitted work on other paths as it is', async () => {
    const { made, move } = await ready()
    made.write('keep.txt', 'edited\n')
    made.write('mine.txt', 'untracked\n')
    made.write('staged.txt', 'staged\n')
    made.git('add', 'staged.txt')
    const before = status(made)
    expect(await move()).toEqual({ kind: 'moved' })
    expect(status(made)).toBe(before)
    expect(read(made, 'keep.txt')).toBe('edited\n')
  })

  it('is held by modified, staged, deleted, untracked and ignored paths, and by a changed mode', async () => {
    const spoil: readonly (readonly [path: string, how: (made: Sample) => unknown])[] = [
      ['a.txt', (m) => m.write('a.txt', 'mine\n')],
      ['a.txt', (m) => [m.write('a.txt', 'mine\n'), m.git('add', 'a.txt'), m.write('a.txt', 'a\n')]],
      ['d/e/c.txt', (m) => m.write('d/e/c.txt', 'mine\n')],
      ['a.txt', (m) => rmSync(join(m.path, 'a.txt'))],
      ['n/new.txt', (m) => m.write('n/new.txt', 'mine\n')],
      ['n/new.txt', (m) => m.write('n', 'a file\n')],
      ['n/new.txt', (m) => m.write('n/new.txt/inner', 'a folder\n')],
      ['n/new.txt', (m) => [m.write('.git/info/exclude', 'n\n'), m.write('n/new.txt', 'ignored\n')]],
      ['a.txt', (m) => chmodSync(join(m.path, 'a.txt'), 0o755)],
      ['n/new.txt', (m) => symlinkSync(m.outside, join(m.path, 'n'))],
      ['a.txt', (m) => [rmSync(join(m.path, 'a.txt')), symlinkSync('keep.txt', join(m.path, 'a.txt'))]],
      ['a.txt', (m) => m.git('rm', '-q', '--cached', 'a.txt')],
    ]
    const r = await ready()
    for (const [path, how] of spoil) {
      how(r.made)
      await held(r.move(), r, path)
      rmSync(join(r.made.path, 'n'), { recursive: true, force: true })
      r.made.git('reset', '-q', '--hard')
    }
    expect((await r.move()).kind).toBe('moved')
  })

  it('replaces files, folders and links by each other', async () => {
    const changes = [
      drop('a.txt'),
      put('a.txt/x', 'x'),
      drop('d/b.txt'),
      drop('d/e/c.txt'),
      put('d', 'file'),
      drop('keep.txt'),
      put('keep.txt', 'd', '120000'),
    ]
    const { made, repository, next, base, move } = await ready(
      FILES,
      changes.filter((c) => !(c.path === 'keep.txt' && c.kind === 'deleted')),
    )
    expect(await move()).toEqual({ kind: 'moved' })
    clean(made)
    expect([read(made, 'a.txt/x'), read(made, 'd'), readlinkSync(join(made.path, 'keep.txt'))]).toEqual([
      'x',
      'file',
      'd',
    ])
    const back = await repository.commit({
      tree: await repository.treeOf(base),
      parents: [next],
      message: 'back',
      authorName: 'x',
      authorEmail: 'x',
      at: 0,
    })
    expect(await repository.moveRef(MAIN, back, next, 'back')).toEqual({ kind: 'moved' })
    clean(made)
    expect(read(made, 'd/e/c.txt')).toBe('c\n')
  })

  it('a folder that is to become a file is held while it holds something of the person', async () => {
    const r = await ready(FILES, [drop('d/b.txt'), drop('d/e/c.txt'), put('d', 'file')])
    r.made.write('d/e/mine.txt', 'mine\n')
    expect(await held(r.move(), r, 'd')).toContain('d/e/mine.txt')
  })

  it('moves in a second worktree, and names that folder when it is held', async () => {
    const { made, repository, base, next } = await ready()
    const second = join(made.outside, 'second')
    made.git('branch', 'work')
    made.git('worktree', 'add', '-q', second, 'work')
    writeFileSync(join(second, 'a.txt'), 'mine\n')
    expect(await repository.moveRef('refs/heads/work', next, base, 'x')).toMatchObject({
      kind: 'held',
      where: second,
      paths: ['a.txt'],
    })
    writeFileSync(join(second, 'a.txt'), 'a\n')
    expect(await repository.moveRef('refs/heads/work', next, base, 'x')).toEqual({ kind: 'moved' })
    expect(execFileSync('git', ['-C', second, 'status', '--porcelain'], { encoding: 'utf8' })).toBe('')
    expect([read(made, 'a.txt'), readFileSync(join(second, 'a.txt'), 'utf8')]).toEqual(['a\n', 'A\n'])
    rmSync(second, { recursive: true })
    expect(await repository.moveRef('refs/heads/work', base, next, 'its folder is gone')).toEqual({ kind: 'moved' })
  })

  it('is opened from a second worktree or a folder inside, and still finds the main one', async () => {
    const { made, base, next } = await ready()
    const second = join(made.outside, 'second')
    made.git('worktree', 'add', '-q', '--detach', second)
    for (const path of [second, join(second, 'd')]) {
      const inside = await createRepository(path)
      open.push(() => inside.close())
      expect((await inside.look()).root).toBe(second)
      if (path === second) expect(await inside.moveRef(MAIN, next, base, 'x')).toEqual({ kind: 'moved' })
    }
    clean(made)
  })

  it('is held while a merge, rebase or bisect is under way', async () => {
    const r = await ready()
    r.made.git('checkout', '-q', '-b', 'other')
    r.made.write('a.txt', 'other\n')
    r.made.git('commit', '-qam', 'other')
    r.made.git('checkout', '-q', 'main')
    r.made.write('a.txt', 'main\n')
    r.made.git('commit', '-qam', 'main')
    const base = await mainOf(r.repository)
    const next = await commitOn(r.repository, [base], [put('z', 'z')])
    for (const start of [
      ['merge', 'other'],
      ['rebase', 'other'],
      ['cherry-pick', 'other'],
    ]) {
      expect(() => r.made.git(...start)).toThrow()
      expect(await r.repository.moveRef(MAIN, next, base, 'x')).toMatchObject({
        kind: 'held',
        why: expect.stringContaining('in progress'),
      })
      expect((await r.repository.look()).problems.map((p) => p.kind)).toContain('in-progress')
      r.made.git(start[0] ?? '', '--abort')
    }
    expect((await r.repository.moveRef(MAIN, next, base, 'x')).kind).toBe('moved')
  })

  it('an unborn branch is born with its folder', async () => {
    const { made, repository, base, next } = await ready()
    made.git('symbolic-ref', 'HEAD', 'refs/heads/unborn')
    made.git('rm', '-rq', '--cached', '.')
    expect(await repository.moveRef('refs/heads/unborn', next, null, 'x')).toMatchObject({ kind: 'held' })
    for (const name of ['a.txt', 'd', 'keep.txt']) rmSync(join(made.path, name), { recursive: true })
    expect(await repository.moveRef('refs/heads/unborn', next, null, 'x')).toEqual({ kind: 'moved' })
    clean(made)
    expect(read(made, 'keep.txt')).toBe('keep\n')
    expect(await repository.tip(MAIN)).toBe(base)
  })

  it('keeps CRLF where the person has it, and is held by filters', async () => {
    const { made, repository, base } = await ready({
      ...FILES,
      '.gitattributes': '*.lfs filter=lfs\n*.crlf text eol=crlf\n',
      'x.crlf': 'one\n',
    })
    rmSync(join(made.path, 'x.crlf'))
    made.git('checkout', '-q', 'x.crlf')
    expect(read(made, 'x.crlf')).toBe('one\r\n')
    const next = await commitOn(repository, [base], [put('x.crlf', 'two\n'), put('y.crlf', 'y\n')])
    expect(await repository.moveRef(MAIN, next, base, 'x')).toEqual({ kind: 'moved' })
    expect([read(made, 'x.crlf'), read(made, 'y.crlf')]).toEqual(['two\r\n', 'y\r\n'])
    clean(made)
    const filtered = await commitOn(repository, [next], [put('big.lfs', 'x')])
    expect(await repository.moveRef(MAIN, filtered, next, 'x')).toMatchObject({
      kind: 'held',
      paths: ['big.lfs'],
      why: expect.stringContaining('filter=lfs'),
    })
    const newly = await commitOn(repository, [next], [put('.gitattributes', '*.txt filter=evil\n'), put('a.txt', 'x')])
    expect(await repository.moveRef(MAIN, newly, next, 'x')).toMatchObject({ kind: 'held', paths: ['a.txt'] })
  })

  it('20 at once on the checked-out branch: one moves, the folder is that one', async () => {
    const { made, repository, base } = await ready()
    const commits = await Promise.all(
      Array.from({ length: 20 }, (_, i) => commitOn(repository, [base], [put('n', String(i))])),
    )
    const moves = await Promise.all(commits.map((c) => repository.moveRef(MAIN, c, base, 'race')))
    const won = moves.findIndex((m) => m.kind === 'moved')
    expect(moves.map((m) => m.kind).filter((k) => k !== 'elsewhere')).toEqual(['moved'])
    expect(read(made, 'n')).toBe(String(won))
    clean(made)
  })

  it('a foreign move between is seen, and nothing is written', async () => {
    const { made, repository, base, next, move } = await ready()
    made.write('keep.txt', 'theirs\n')
    made.git('commit', '-qam', 'theirs')
    expect(await move()).toEqual({ kind: 'elsewhere', at: await repository.tip(MAIN) })
    expect(read(made, 'a.txt')).toBe('a\n')
    clean(made)
    expect(await repository.isAncestor(base, next)).toBe(true)
  })

  it('puts everything back when the disk refuses in the middle', async () => {
    const { made, repository, base, move } = await ready(FILES, WORK, {
      at(point) {
        if (point === 'index') throw new Error('the disk is full')
      },
    })
    await expect(move()).rejects.toThrow('the disk is full')
    expect(await repository.tip(MAIN)).toBe(base)
    expect(read(made, 'd/e/c.txt')).toBe('c\n')
    clean(made)
  })

  it('5,000 files', async () => {
    const { made, move } = await ready(
      FILES,
      Array.from({ length: 5000 }, (_, i) => put(`big/${i % 50}/${i}.txt`, `${i}\n`)),
    )
    expect(await move()).toEqual({ kind: 'moved' })
    clean(made)
  }, 60_000)

  it('works with sha256', async () => {
    const { made, move, next } = await ready(FILES, WORK, {}, '--object-format=sha256')
    expect(next).toHaveLength(64)
    expect(await move()).toEqual({ kind: 'moved' })
    clean(made)
  })
})

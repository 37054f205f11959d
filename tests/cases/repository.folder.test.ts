// A branch that is checked out moves with its folder: only over committed work, and never so that a kill seems to revert anything.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Change, RefMove } from '../../src/core/ports.ts'
import { createRepository, type GitOptions, type OpenRepository } from '../../src/repositories/index.ts'
import { commitOn, mainOf } from './repository.case.ts'
import { type Sample, sample } from './repository.sample.ts'

const MAIN = 'refs/heads/main'
const FILES = { 'a.txt': 'a\n', 'd/b.txt': 'b\n', 'd/e/c.txt': 'c\n', 'keep.txt': 'keep\n' }
const put = (path: string, text: string, mode = '100644') =>
  ({ path, kind: 'added', mode, content: Buffer.from(text) }) as const
const drop = (path: string) => ({ path, kind: 'deleted' }) as const
const WORK = [
  put('a.txt', 'A\n'),
  drop('d/e/c.txt'),
  put('n/new.txt', 'new\n'),
  put('run.sh', 'true\n', '100755'),
] as const
type Changes = readonly (Change & { readonly content?: Uint8Array })[]

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function ready(
  files: Readonly<Record<string, string>> = FILES,
  changes: Changes = WORK,
  options: GitOptions = {},
  ...init: string[]
) {
  const made = sample(files, ...init)
  open.push(() => made.remove())
  const repository = await createRepository(made.path, options)
  open.push(() => repository.close())
  const base = await mainOf(repository)
  const next = await commitOn(repository, [base], changes)
  return { made, repository, base, next, move: () => repository.moveRef(MAIN, next, base, 'land') }
}

const status = (made: Sample) => made.git('status', '--porcelain=v1', '-uall')
const read = (made: Sample, path: string) => readFileSync(join(made.path, path), 'utf8')

function clean(made: Sample): void {
  expect(status(made)).toBe('')
  expect(readdirSync(join(made.path, '.git')).filter((f) => /baton|lock/.test(f))).toEqual([])
}

async function held(
  move: Promise<RefMove>,
  r: { made: Sample; repository: OpenRepository; base: string },
  ...paths: string[]
): Promise<string> {
  const before = status(r.made)
  const result = await move
  if (result.kind !== 'held') throw new Error(`expected held, got ${JSON.stringify(result)}`)
  if (paths.length > 0) expect(result.paths).toEqual(paths)
  expect(result.where).toContain(r.made.outside)
  expect(await r.repository.tip(MAIN)).toBe(r.base)
  expect(status(r.made)).toBe(before)
  return result.why
}

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

describe('kill -9 while a folder moves', () => {
  const node = process.execPath
  const kill = (made: Sample, to: string, expected: string, point: string, count = 1) => {
    const script = join(import.meta.dirname, 'repository.killed.ts')
    const child = spawnSync(node, [script, made.path, MAIN, to, expected, point, String(count)], { encoding: 'utf8' })
    expect([child.signal, child.stderr]).toEqual(['SIGKILL', ''])
  }
  for (const [point, count] of [
    ['locked', 1],
    ['prepared', 1],
    ['intended', 1],
    ['file', 1],
    ['file', 3],
    ['files', 1],
    ['index', 1],
  ] as const) {
    it(`at ${point} ${count}: nothing seems reverted, and the same call finishes it`, async () => {
      const { made, repository, base, next, move } = await ready()
      kill(made, next, base, point, count)
      expect(await repository.tip(MAIN)).toBe(base)
      await expect.poll(() => existsSync(join(made.path, '.git/refs/heads/main.lock'))).toBe(false)
      for (const line of status(made).split('\n').filter(Boolean))
        expect(line.slice(3)).toMatch(/^(a\.txt|d\/e\/c\.txt|n\/new\.txt|run\.sh)$/)
      const told = (await repository.look()).problems.map((p) => p.kind)
      expect([told.includes('lock'), told.includes('interrupted')]).toEqual([true, !/locked|prepared/.test(point)])
      expect(await move()).toEqual({ kind: 'moved' })
      clean(made)
      expect(read(made, 'a.txt')).toBe('A\n')
    })
  }

  it('after the ref: it has moved, and the next move tidies up', async () => {
    const { made, repository, base, next } = await ready()
    kill(made, next, base, 'ref')
    expect(await repository.tip(MAIN)).toBe(next)
    expect(status(made)).toBe('')
    expect((await repository.look()).problems.map((p) => p.kind)).not.toContain('interrupted')
    const third = await commitOn(repository, [next], [put('a.txt', 'third\n')])
    expect(await repository.moveRef(MAIN, third, next, 'x')).toEqual({ kind: 'moved' })
    clean(made)
  })

  it('the private folder of the dead process goes when the next one opens', async () => {
    const { made, base, next } = await ready()
    const before = process.env.TMPDIR
    process.env.TMPDIR = made.outside
    open.push(() => {
      if (before === undefined) delete process.env.TMPDIR
      else process.env.TMPDIR = before
    })
    const folders = () => readdirSync(made.outside).filter((f) => f.startsWith('baton-git-'))
    kill(made, next, base, 'file')
    expect(folders()).toHaveLength(1)
    const again = await createRepository(made.path)
    expect(folders()).toHaveLength(1)
    await again.close()
    expect(folders()).toEqual([])
  })

  it('twice, then a call for another commit: what the first ones wrote is moved on or back', async () => {
    const { made, repository, base, next } = await ready()
    kill(made, next, base, 'files')
    const second = await commitOn(repository, [base], [put('second.txt', 's\n'), put('a.txt', 'second\n')])
    kill(made, second, base, 'file', 2)
    const third = await commitOn(repository, [base], [put('keep.txt', 'third\n')])
    expect(await repository.moveRef(MAIN, third, base, 'x')).toEqual({ kind: 'moved' })
    clean(made)
    expect([read(made, 'a.txt'), read(made, 'd/e/c.txt'), existsSync(join(made.path, 'second.txt'))]).toEqual([
      'a\n',
      'c\n',
      false,
    ])
  })

  it('work that the person adds after the kill is never written over', async () => {
    const { made, repository, base, next, move } = await ready()
    kill(made, next, base, 'files')
    made.write('a.txt', 'mine, after the kill\n')
    await held(move(), { made, repository, base }, 'a.txt')
    expect(read(made, 'a.txt')).toBe('mine, after the kill\n')
  })
})

describe('locks', () => {
  it('a foreign index.lock holds the landing, is named, and stays', async () => {
    const r = await ready()
    const lock = join(r.made.path, '.git/index.lock')
    for (const words of ['', 'DIRC', '{"baton":"lock"', '{"baton":"lock","host":"elsewhere","pid":1,"born":"1"}']) {
      writeFileSync(lock, words)
      expect(await r.move()).toMatchObject({ kind: 'held', paths: [lock] })
      expect((await r.repository.look()).problems).toContainEqual(
        expect.objectContaining({ kind: 'lock', what: expect.stringContaining(lock) }),
      )
      expect(readFileSync(lock, 'utf8')).toBe(words)
    }
    rmSync(lock)
    expect((await r.move()).kind).toBe('moved')
  })

  it('stale ref locks are named, and nothing has changed', async () => {
    const r = await ready()
    for (const name of ['refs/heads/main.lock', 'HEAD.lock']) {
      const lock = join(r.made.path, '.git', name)
      writeFileSync(lock, '')
      await expect(r.move()).rejects.toMatchObject({ kind: 'locked', message: expect.stringContaining(lock) })
      expect(existsSync(lock)).toBe(true)
      expect(read(r.made, 'a.txt')).toBe('a\n')
      rmSync(lock)
    }
    clean(r.made)
  })

  it('packed refs move, and a lock on them is named', async () => {
    const { made, repository, base, next } = await ready()
    made.git('branch', 'packed')
    made.git('pack-refs', '--all')
    expect(await repository.tip('refs/heads/packed')).toBe(base)
    expect(await repository.moveRef('refs/heads/packed', next, base, 'x')).toEqual({ kind: 'moved' })
    made.git('pack-refs', '--all')
    const lock = join(made.path, '.git/packed-refs.lock')
    writeFileSync(lock, '')
    expect((await repository.look()).problems.map((p) => p.kind)).toContain('lock')
    await expect(repository.deleteRef('refs/heads/packed', next)).rejects.toMatchObject({
      kind: 'locked',
      message: expect.stringContaining(lock),
    })
    rmSync(lock)
    await repository.deleteRef('refs/heads/packed', next)
  })

  it('objects survive `git gc` in the middle', async () => {
    const { made, repository, base, next, move } = await ready()
    expect(await repository.readFile(base, 'a.txt')).not.toBeNull()
    made.git('gc', '-q')
    expect(await repository.readFile(base, 'd/b.txt')).not.toBeNull()
    expect(await move()).toEqual({ kind: 'moved' })
    made.git('reset', '-q', '--hard', base)
    made.git('reflog', 'expire', '--expire=now', '--all')
    made.git('gc', '-q', '--prune=now')
    await expect(repository.moveRef(MAIN, next, base, 'x')).rejects.toMatchObject({
      kind: expect.stringMatching(/missing|git/),
    })
    expect(await repository.tip(MAIN)).toBe(base)
  })

  it('a closed repository says so, and its private folder is gone', async () => {
    const made = sample(FILES)
    open.push(() => made.remove())
    const scratch = join(made.outside, 'scratch')
    mkdirSync(scratch)
    const r = await createRepository(made.path, { scratch })
    const main = await mainOf(r)
    await r.treeOf(main)
    expect(readdirSync(scratch)).toHaveLength(1)
    await r.close()
    expect(readdirSync(scratch)).toEqual([])
    await expect(r.treeOf(main)).rejects.toMatchObject({ kind: 'closed' })
    await r.close()
  })
})

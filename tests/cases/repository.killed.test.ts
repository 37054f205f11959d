// Kills and locks that are left behind: nothing seems reverted, nothing is written over, and every file in the way is named.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRepository } from '../../src/repositories/index.ts'
import { commitOn, MAIN, mainOf, put } from './repository.hands.ts'
import { type Sample, sample } from './repository.sample.ts'
import { clean, FILES, held, open, read, ready, status } from './repository.stage.ts'

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

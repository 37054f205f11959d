// The layers between a pristine and newer bases: the same files as git would write, shared, frozen, few, and gone when nobody needs them.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { overlayClones } from '../../src/clones/index.ts'
import type { Clone, Collected, SetUp } from '../../src/core/ports.ts'
import { type Ground, ground } from './clone.sample.ts'

const namespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' }).status === 0

describe('layers below overlays', () => {
  let place: Ground
  let scratch: string
  beforeEach(async (ctx) => {
    if (!namespaces) ctx.skip('skipped: no user namespaces here')
    scratch = mkdtempSync(join(tmpdir(), 'baton-layers-'))
    place = await ground('overlay', {
      'a.txt': 'a\n',
      'd/one': '1',
      'd/two': '2',
      'd/e/three': '3',
      'p/b.txt': 'b\n',
      'package-lock.json': '1',
      '.gitattributes': '*.txt text eol=crlf\n*.c filter=evil ident\n*.u working-tree-encoding=UTF-16\n',
      '.gitignore': 'node_modules/\n',
    })
  })
  afterEach(async () => {
    await place?.close()
    if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
  }, 60_000)

  const told = (clone: Clone): { pristine: string; layers?: readonly string[] } =>
    JSON.parse(readFileSync(join(clone.folder, '..', 'clone.json'), 'utf8'))
  const layersOf = (clone: Clone): string => join(place.home, 'pristines', told(clone).pristine, 'layers')
  const onDisk = (clone: Clone): readonly string[] =>
    readdirSync(layersOf(clone)).filter((name) => name !== 'whiteout' && !name.startsWith('.'))
  const whole = (clone: Clone): Promise<Collected> =>
    (clone as Clone & { collectWhole(): Promise<Collected> }).collectWhole()
  const commit = (script: string): string => {
    spawnSync('sh', ['-c', script], { cwd: place.person.path })
    place.person.git('add', '-A')
    place.person.git('commit', '-q', '--allow-empty', '-m', script.slice(0, 40))
    return place.head()
  }
  const asGitSees = 'git status --porcelain; git diff --stat HEAD; git diff --cached --stat; git ls-files -d -o'
  const checkBase = async (clone: Clone): Promise<void> => {
    expect((await whole(clone)).changes).toEqual([])
    expect((await clone.collect()).changes).toEqual([])
    expect(await place.work(clone, `${asGitSees}; git rev-parse HEAD`)).toBe(`${place.head()}\n`)
  }

  it('hold what git would check out, byte for byte: attributes, modes, links, odd names and nested folders', async () => {
    const first = await place.clone()
    const changes = [
      'printf "x\\n" > new.txt; printf "\\$Id\\$\\n" > code.c; printf "\\377\\376t\\0" > w.u; git rm -q a.txt',
      'printf "*.txt text eol=lf\\n" > .gitattributes; printf "y\\r\\n" > new.txt',
      'chmod +x d/one; ln -s d/one link; ln -s /etc/passwd out; printf "" > empty; printf "a\\0b" > binary',
      `printf x > "$(printf 'latin\\351')"; printf y > 'a b "c"'; printf z > ünïcode; printf v > -rf; printf w > '*'`,
      'rm -r d; echo now a file > d',
      'rm d; mkdir -p d/e/three; echo deep > d/e/three/four; chmod -x d/one 2>/dev/null; rm -r p',
      'mkdir p; echo back > p/b.txt; mkdir q; echo 1 > q/1; echo 2 > q/2',
      'rm q/1',
      'rm q/2',
    ]
    for (const change of changes) {
      commit(change)
      const clone = await place.clone()
      expect(told(clone).pristine).toBe(told(first).pristine)
      await checkBase(clone)
      await clone.discard()
    }
    const clone = await place.clone()
    expect(
      await place.work(
        clone,
        'ls -d q 2>/dev/null; cat new.txt code.c d/e/three/four; readlink link out; ls -lA binary | cut -c1-10',
      ),
    ).toBe('y\n$Id$\ndeep\nd/one\n/etc/passwd\n-rw-r--r--\n')
  })

  it('are written by git itself when they are large, or hold what only git may judge', async () => {
    const first = await place.clone()
    const id = place.head()
    for (const change of [
      'rm -r d; mkdir many; for i in $(seq 230); do echo $i > many/$i; done; rm a.txt; ln -s p a.txt',
      'rm many/1*; for i in $(seq 231 330); do echo $i > many/$i; done; rm a.txt; mkdir a.txt; echo in > a.txt/in',
      `git update-index --add --cacheinfo 160000,${id},sub/module; mkdir -p sub/module`,
    ]) {
      commit(change)
      const clone = await place.clone()
      expect(told(clone).pristine).toBe(told(first).pristine)
      expect((await whole(clone)).changes).toEqual([])
      expect(await place.work(clone, 'git status --porcelain; git rev-parse HEAD')).toBe(`${place.head()}\n`)
      await clone.discard()
    }
  })

  it('are shared: a base that had a clone before costs no git at all, whoever asks at once', async () => {
    await place.clone()
    commit('echo 2 > a.txt')
    const [one, two, three] = await Promise.all([place.clone(), place.clone(), place.clone()])
    const again = await place.clone()
    const ids = [one, two, three, again].map((clone) => told(clone as Clone).layers)
    expect(new Set(ids.map((each) => JSON.stringify(each))).size).toBe(1)
    await place.work(one as Clone, 'echo mine > a.txt; rm -r d; git commit -qam mine')
    await checkBase(two as Clone)
    await checkBase(again)
  })

  it('show a person git as it was: a change of the same length in the same second is seen', async () => {
    await place.clone()
    for (const text of ['b', 'c', 'd']) {
      commit(`echo ${text} > a.txt`)
      const clone = await place.clone()
      await checkBase(clone)
      expect(
        await place.work(clone, 'echo z > a.txt; git status --porcelain; git diff HEAD --stat | tail -1'),
      ).toContain(' M a.txt\n 1 file changed')
    }
  })

  it('stay few, however often the base moves, and go when the house is closed', async () => {
    const first = await place.clone()
    const kept: Clone[] = []
    for (let n = 0; n < 30; n += 1) {
      commit(`echo ${n} > f${n}; echo ${n} > a.txt; git rm -q --ignore-unmatch f${n - 3}`)
      const clone = await place.clone()
      expect(told(clone).layers?.length).toBeLessThanOrEqual(6)
      if (n === 9) kept.push(clone)
      else await clone.discard()
      expect(onDisk(first).length).toBeLessThanOrEqual(24)
    }
    await place.maker.close()
    const needed = told(kept[0] as Clone).layers?.map((id) => id.slice(id.lastIndexOf('/') + 1))
    expect([...onDisk(first)].sort()).toEqual([...(needed ?? [])].sort())
    expect((await whole(kept[0] as Clone)).changes).toEqual([])
    expect(await place.work(kept[0] as Clone, `${asGitSees}; cat a.txt; ls f*`)).toBe('9\nf7\nf8\nf9\n')
  })

  it('that a killed process left are removed, whole or half made, and those with a clone on them serve it', async () => {
    const first = await place.clone()
    commit('echo 2 > a.txt')
    const clone = await place.clone()
    await place.work(clone, 'echo kept > kept; rm d/one')
    const base = place.head()
    for (const name of [`.draft-00-dead`, `${base}-00-dead`, `${'1'.repeat(40)}-00-dead`, '.gone-dead']) {
      mkdirSync(join(layersOf(first), name, 'sub'), { recursive: true })
      writeFileSync(join(layersOf(first), name, 'a.txt'), 'half')
    }
    await clone.rest()
    const maker = overlayClones(place.options)
    const order = { name: clone.name, repository: place.person.path, base }
    const again = await maker.reopen(order)
    expect((await again?.collect())?.changes.map(({ path }) => path)).toEqual(['d/one', 'kept'])
    commit('echo 3 > a.txt')
    const newer = await maker.make({ name: 'newer', repository: place.person.path, base: place.head() })
    expect(await place.work(newer, 'cat a.txt')).toBe('3\n')
    await newer.discard()
    await maker.close()
    expect(onDisk(first).every((name) => told(clone).layers?.some((id) => id.endsWith(`/${name}`)))).toBe(true)
    expect(readdirSync(layersOf(first)).filter((name) => name.startsWith('.'))).toEqual([])
    expect((await again?.collect())?.changes.map(({ path }) => path)).toEqual(['d/one', 'kept'])
  })

  it('count as held by the clones on them, once, and a clone whose layer is gone says so and keeps its work', async () => {
    await place.clone({ name: 'plain' })
    commit('head -c 3000000 /dev/urandom > large')
    const [one, two] = [await place.clone({ name: 'one' }), await place.clone({ name: 'two' })]
    const bytes = new Map((await place.maker.held()).map(({ name, bytes: size }) => [name, size]))
    const sizes = [...bytes.values()].sort((a, b) => a - b)
    expect(sizes.map((size) => size > 2_900_000)).toEqual([false, false, true])
    await place.work(two, 'echo kept > kept')
    await two.rest()
    rmSync(join(layersOf(one)), { recursive: true })
    const order = { name: two.name, repository: place.person.path, base: place.head() }
    await expect(place.maker.reopen(order)).rejects.toThrow('nothing was removed')
    expect(existsSync(join(two.folder, '..', 'up', 'kept'))).toBe(true)
    const fresh = await place.clone()
    await checkBase(fresh)
  })

  it('leave what a set-up put into a folder that the newer base has no more', async () => {
    const setUp: SetUp = {
      argv: [
        'sh',
        '-c',
        'mkdir -p p/node_modules d/cache/x node_modules; echo y > p/node_modules/y; echo c > d/cache/x/c; true',
      ],
      env: { PATH: '/usr/bin:/bin' },
      isolation: 'none',
      network: 'none',
      readOnly: [],
    }
    const make = (name: string): Promise<Clone> =>
      place.maker.make({ name, repository: place.person.path, base: place.head(), setUp })
    const first = await make('first')
    commit('git rm -rq p d; mkdir d; echo new > d/new')
    const second = await make('second')
    expect(told(second).pristine).toBe(told(first).pristine)
    expect(await place.work(second, 'find p d -type f | sort; git status --porcelain')).toBe(
      'd/cache/x/c\nd/new\np/node_modules/y\n?? d/cache/\n',
    )
    commit('mkdir -p p; echo in > p/node_modules2; git rm -rq d')
    const third = await make('third')
    expect(await place.work(third, 'find p d -type f | sort')).toBe('d/cache/x/c\np/node_modules/y\np/node_modules2\n')
    commit('echo in the way > d')
    const fourth = await make('fourth')
    expect(told(fourth).pristine).not.toBe(told(first).pristine)
    expect((await fourth.collect()).changes).toEqual([])
  })
})

// What only overlays can get wrong: hidden files, moving bases, mounts seen only inside, layers that clones share.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { overlayClones } from '../../src/clones/index.ts'
import type { Clone, Collected, SetUp } from '../../src/core/ports.ts'
import { type Ground, ground } from './clone.sample.ts'
import { eventually } from './spawner.sample.ts'

const namespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' }).status === 0

const names = ['a', 'b', 'd'] as const
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))
const edit = fc.oneof(
  fc.record({ what: fc.constant('write' as const), path, text: fc.constantFrom('1', '2', 'three') }),
  fc.record({
    what: fc.constantFrom(
      'remove' as const,
      'folder' as const,
      'program' as const,
      'repository' as const,
      'pipe' as const,
    ),
    path,
  }),
  fc.record({ what: fc.constantFrom('move' as const, 'link' as const, 'twin' as const), path, to: path }),
)
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

/** A shell line that does one edit and never fails: what cannot be done is left undone. */
function line(each: Edit): string {
  const at = each.path
  const parent = at.includes('/') ? at.slice(0, at.lastIndexOf('/')) : '.'
  switch (each.what) {
    case 'write':
      return `mkdir -p ${parent} && { [ -d ${at} ] || [ -p ${at} ] || printf ${each.text} > ${at}; }`
    case 'remove':
      return `rm -rf ${at}`
    case 'folder':
      return `rm -rf ${at}; mkdir -p ${at}`
    case 'program':
      return `[ -f ${at} ] && chmod a+x ${at}`
    case 'repository':
      return `mkdir -p ${at}/.git && touch ${at}/inside`
    case 'pipe':
      return `rm -rf ${at}; mkdir -p ${parent} && mkfifo ${at}`
    case 'move':
      return `mkdir -p ${each.to} && mv ${at} ${each.to}/`
    case 'link':
      return `rm -rf ${at}; mkdir -p ${parent} && ln -s ${each.to} ${at}`
    case 'twin':
      return `[ -f ${at} ] && rm -rf ${each.to} && ln ${at} ${each.to}`
  }
}

function all(edits: readonly Edit[]): string {
  return `exec 2>/dev/null\n${edits.map((each) => `{ ${line(each)}; } || true`).join('\n')}\ntrue`
}

describe('overlay clones', () => {
  let place: Ground
  beforeEach((ctx) => {
    if (!namespaces) ctx.skip('skipped: no user namespaces here')
  })
  beforeAll(async () => {
    if (!namespaces) return
    place = await ground('overlay', {
      'a/a/a': '1',
      'a/a/b': '2',
      'a/b': '1',
      'b/a': '1',
      'b/b/c': '2',
      'c/a/a': '1',
      'c/d': '2',
      d: '1',
      '.gitignore': 'x\n',
    })
  })
  afterAll(() => place?.close())

  const whole = (clone: Clone): Promise<Collected> =>
    (clone as Clone & { collectWhole(): Promise<Collected> }).collectWhole()
  const below = (clone: Clone): { pristine: string; layers?: readonly string[] } =>
    JSON.parse(readFileSync(join(clone.folder, '..', 'clone.json'), 'utf8'))
  const asGitSees = 'git status --porcelain; git diff --stat HEAD; git diff --cached --stat; git ls-files -d -o'
  const fitting = (collected: Collected): unknown => ({
    tree: collected.tree,
    changes: collected.changes,
    left: collected.leftOut,
  })

  it('collects from the upper folder what a walk over everything finds, whatever was done', {
    timeout: 120_000,
  }, async () => {
    const first = place.head()
    const pristines = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(edit, { maxLength: 12 }),
        fc.array(edit, { maxLength: 12 }),
        fc.boolean(),
        async (person, agent, moved) => {
          place.person.git('checkout', '-q', '--detach', first)
          // Repositories and pipes are nothing that a person can commit.
          const commits = person.filter(({ what }) => what !== 'repository' && what !== 'pipe')
          spawnSync('sh', ['-c', all(commits)], { cwd: place.person.path })
          place.person.git('add', '-A')
          place.person.git('commit', '-q', '--allow-empty', '-m', 'person')
          const clone = await place.clone({ base: moved ? place.head() : first })
          pristines.add(below(clone).pristine)
          expect((await whole(clone)).changes).toEqual([])
          expect((await clone.collect()).changes).toEqual([])
          expect(await place.work(clone, asGitSees)).toBe('')
          await place.work(clone, all(agent))
          const [fast, slow] = [await clone.collect(), await whole(clone)]
          expect(fitting(fast)).toEqual(fitting(slow))
          await clone.discard()
        },
      ),
      { numRuns: Number(process.env.BATON_RUNS ?? 60) },
    )
    expect(pristines.size).toBe(1)
    place.person.git('checkout', '-q', 'main')
  })

  it('sees that what only the newer base has was removed, which leaves no trace in the upper folder', async () => {
    const person = place.person
    await (await place.clone()).discard()
    person.write('a/new', 'new\n')
    person.write('only/new', 'new\n')
    person.git('add', '-A')
    person.git('commit', '-q', '-m', 'newer')
    const clone = await place.clone()
    await place.work(clone, 'rm a/new; rm -r only')
    expect((await clone.collect()).changes).toEqual([
      { path: 'a/new', kind: 'deleted' },
      { path: 'only/new', kind: 'deleted' },
    ])
    await clone.discard()
    person.git('rm', '-q', 'a/new', 'only/new')
    person.git('commit', '-q', '-m', 'back')
  })

  it('takes up what a newer base did to kinds of files, whatever the agent then makes of it', async () => {
    const person = place.person
    const first = await place.clone()
    const old = place.head()
    const text =
      'rm -rf a b c d; mkdir -p c/a d; echo in > d/in; echo file > a; ln -s d b; echo "#!" > run; chmod +x run; echo in > c/a/new'
    spawnSync('sh', ['-c', text], { cwd: person.path })
    person.git('add', '-A')
    person.git('commit', '-q', '-m', 'other kinds')
    const see = 'find . -path ./.git -prune -o -printf "%P %y %m\\n" | sort; cat a; readlink b; git log --format=%s -1'
    const agents: readonly [string, string[]][] = [
      ['true', []],
      ['rm a; mkdir a; echo 1 > a/b', ['a', 'a/b']],
      ['rm a; mkdir -p a/a; echo 1 > a/a/a', ['a', 'a/a/a']],
      ['rm b; mkdir -p b/b; echo 2 > b/b/c', ['b', 'b/b/c']],
      ['rm -r d; echo 1 > d', ['d', 'd/in']],
      ['rm -r d; mkdir d; echo 2 > c/d', ['c/d', 'd/in']],
      ['rm -r c; mkdir -p c/a; echo 1 > c/a/a', ['c/a/a', 'c/a/new']],
      ['rm -r *', ['a', 'b', 'c/a/new', 'd/in', 'run']],
    ]
    for (const [work, changed] of agents) {
      const clone = await place.clone()
      expect(below(clone)).toMatchObject({ pristine: below(first).pristine, layers: expect.any(Array) })
      expect((await whole(clone)).changes).toEqual([])
      expect(await place.work(clone, asGitSees)).toBe('')
      expect(await place.work(clone, see)).toMatchInlineSnapshot(`
        " d 755
        .gitignore f 644
        a f 644
        b l 777
        c d 755
        c/a d 755
        c/a/new f 644
        d d 755
        d/in f 644
        run f 755
        file
        d
        other kinds
        "
      `)
      await place.work(clone, work)
      const collected = await clone.collect()
      expect(fitting(collected)).toEqual(fitting(await whole(clone)))
      expect(collected.changes.map(({ path: at }) => at).sort()).toEqual(changed)
      await clone.discard()
    }
    expect((await whole(first)).changes).toEqual([])
    await first.discard()
    person.git('checkout', '-q', old, '.')
    person.git('reset', '-q', '--hard', old)
  })

  it('is seen only by children of the spawner, and collects all the same', async () => {
    const clone = await place.clone()
    expect(readdirSync(clone.folder)).toEqual([])
    expect(await place.work(clone, 'ls')).toBe('a\nb\nc\nd\n')
    expect((await clone.collect()).changes).toEqual([])
    await clone.discard()
  })

  it('collects the work after the spawner was killed, and never takes an empty folder for a deletion', async () => {
    const clone = await place.clone()
    await place.work(clone, 'echo more >> d')
    const before = place.spawner.pid
    process.kill(before, 'SIGKILL')
    expect((await clone.collect()).changes.map(({ path: at }) => at)).toEqual(['d'])
    expect(await place.work(clone, 'cat d')).toBe('1more\n')
    expect(place.spawner.pid).not.toBe(before)
    await clone.discard()
  })

  it('refuses to collect from a mount that cannot be brought back', async () => {
    const clone = await place.clone()
    await clone.rest()
    rmSync(join(clone.folder, '..', 'wk'), { recursive: true })
    await expect(clone.collect()).rejects.toThrow()
    mkdirSync(join(clone.folder, '..', 'wk'))
    await clone.discard()
  })

  it('makes a newer pristine beside the work when it lags behind, and clears the old one away', async () => {
    const person = place.person
    const old = await place.clone()
    for (let at = 0; at < 600; at += 1) person.write(`many/f${at}`, `${at}`)
    person.git('add', '-A')
    person.git('commit', '-q', '-m', 'many')
    const maker = overlayClones(place.options)
    const moved = await maker.make({ name: 'moved', repository: person.path, base: place.head() })
    expect(await place.work(moved, 'ls many | wc -l')).toBe('600\n')
    await maker.close()
    const shelf = join(place.home, 'pristines', readdirSync(join(place.home, 'pristines'))[0] ?? '')
    const generations = (): string[] => readdirSync(shelf).filter((name) => /^\d+$/.test(name))
    await eventually('there are two', () => generations().length === 2)
    const fresh = await maker.make({ name: 'fresh', repository: person.path, base: place.head() })
    expect((await fresh.collect()).changes).toEqual([])
    expect((await moved.collect()).changes).toEqual([])
    expect((await old.collect()).changes).toEqual([])
    for (const clone of [old, moved, fresh]) await clone.discard()
  })
})

describe('set-up below overlays', () => {
  let place: Ground
  let count = 0
  beforeEach((ctx) => {
    if (!namespaces) ctx.skip('skipped: no user namespaces here')
  })
  beforeAll(async () => {
    if (namespaces)
      place = await ground('overlay', {
        'a.txt': 'a\n',
        'package-lock.json': '1',
        '.gitignore': 'node_modules/\n',
        'p/b.txt': 'b\n',
      })
  })
  afterAll(() => place?.close())
  const make = (text: string): Promise<Clone> => {
    count += 1
    const setUp: SetUp = {
      argv: ['sh', '-c', text],
      env: { PATH: '/usr/bin:/bin' },
      isolation: 'none',
      network: 'none',
      readOnly: [],
    }
    return place.maker.make({ name: `set-up/${count}`, repository: place.person.path, base: place.head(), setUp })
  }

  it('runs once for all clones, and again when a lockfile changes', async () => {
    const log = join(place.home, 'log')
    const text = `echo ran >> ${log}; mkdir -p node_modules/x p/node_modules; cp package-lock.json node_modules/x; echo y > p/node_modules/y`
    const [one, two] = await Promise.all([make(text), make(text)])
    expect(readFileSync(log, 'utf8')).toBe('ran\n')
    for (const clone of [one, two])
      expect(await place.work(clone, 'cat node_modules/x/package-lock.json p/node_modules/y')).toBe('1y\n')
    await place.work(one, 'rm -r node_modules; echo more >> a.txt')
    expect((await one.collect()).changes.map(({ path: at }) => at)).toEqual(['a.txt'])
    expect((await two.collect()).changes).toEqual([])
    place.person.write('a.txt', 'aa\n')
    place.person.git('commit', '-qam', 'no lockfile')
    const three = await make(text)
    expect(await place.work(three, 'cat a.txt node_modules/x/package-lock.json')).toBe('aa\n1')
    expect(readFileSync(log, 'utf8')).toBe('ran\n')
    place.person.write('package-lock.json', '2')
    place.person.git('commit', '-qam', 'lockfile')
    const four = await make(text)
    expect(await place.work(four, 'cat node_modules/x/package-lock.json')).toBe('2')
    expect(readFileSync(log, 'utf8')).toBe('ran\nran\n')
    for (const clone of [one, two, three, four]) await clone.discard()
  })

  it('cannot change, hide or configure what clones are made from', async () => {
    const canary = join(place.home, 'canary')
    const evil = `git config core.fsmonitor 'touch ${canary}'; git config core.hooksPath .; touch .git/index.lock .git/new; echo evil > a.txt; rm -rf p; mkdir p; echo evil > p/c.txt; echo new > new.txt`
    const clone = await make(evil)
    expect(
      await place.work(
        clone,
        'cat a.txt p/b.txt; ls .git/new .git/index.lock 2>/dev/null; git config --local core.fsmonitor; git status --porcelain',
      ),
    ).toContain('b\nfalse\n')
    const { changes, tree } = await clone.collect()
    expect(changes).toEqual([])
    expect(tree).toBe(await place.repository.treeOf(place.head()))
    expect(existsSync(canary)).toBe(false)
    await clone.discard()
  })

  it('makes no clone when it fails, says its last words, and is tried again', async () => {
    await expect(make('echo no network; exit 3')).rejects.toThrow(/ended with 3:\nno network/)
    await expect(make('echo no network; exit 3')).rejects.toThrow(/ended with 3:\nno network/)
    expect(await place.maker.held()).toEqual([])
  })

  it('starts from a new pristine when its files are in the way of a newer base', async () => {
    const text = 'echo built > generated.txt'
    const first = await make(text)
    place.person.write('generated.txt', 'by a person\n')
    writeFileSync(join(place.person.path, 'other.txt'), '')
    place.person.git('add', '-A')
    place.person.git('commit', '-q', '-m', 'generated')
    const second = await make(text)
    expect(await place.work(second, 'cat generated.txt')).toBe('by a person\n')
    expect((await second.collect()).changes).toEqual([])
    await first.discard()
    await second.discard()
  })
})

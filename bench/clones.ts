// How soon a clone of 50,000 files is ready and its work taken out, beside `git worktree add` in the same run; and what a start costs.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chooseClones } from '../src/clones/index.ts'
import type { Isolation } from '../src/core/nouns/isolation.ts'
import type { Clone, CloneMaker, Repository } from '../src/core/ports.ts'
import { createRepository } from '../src/repositories/index.ts'
import { createSpawner, type LocalSpawner } from '../src/spawners/index.ts'
import { type Figure, median, report } from './figure.ts'

const fileCount = Number(process.env.BENCH_FILES ?? 50_000)
const rounds = 9

interface Ground {
  readonly person: string
  readonly old: string
  /** Commits of one line, each ten files from the one before. */
  readonly later: readonly string[]
  readonly spawner: LocalSpawner
  readonly maker: CloneMaker
  readonly repository: Repository
  readonly place: string
}

function git(folder: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  const as = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org', '-c', 'gc.auto=0']
  return execFileSync('git', ['-C', folder, ...as, ...args], { env, encoding: 'utf8' }).trim()
}

/** About 7 KB a file in 500 folders, as in a large monorepo; each later commit changes ten of them. */
function makePerson(folder: string): { old: string; later: readonly string[] } {
  mkdirSync(folder)
  git(folder, 'init', '-q', '-b', 'main')
  const pathOf = (at: number): string => `packages/p${at % 50}/src/m${at % 500}`
  for (let at = 0; at < fileCount; at += 1) {
    if (at < 500) mkdirSync(join(folder, pathOf(at)), { recursive: true })
    writeFileSync(join(folder, pathOf(at), `f${at}.ts`), `export const value${at} = ${at}\n`.repeat(200))
  }
  writeFileSync(join(folder, '.gitignore'), 'node_modules/\ndist/\n')
  git(folder, 'add', '-A')
  git(folder, 'commit', '-q', '-m', 'one')
  const old = git(folder, 'rev-parse', 'HEAD')
  const later = Array.from({ length: rounds }, (_, round) => {
    for (let at = 0; at < 10; at += 1) {
      const n = ((round * 10 + at) * 37) % fileCount
      writeFileSync(join(folder, pathOf(n), `f${n}.ts`), `changed ${round}\n`)
    }
    git(folder, 'commit', '-q', '-a', '-m', `later ${round}`)
    return git(folder, 'rev-parse', 'HEAD')
  })
  return { old, later }
}

async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const began = performance.now()
  const value = await work()
  return { ms: performance.now() - began, value }
}

async function repeat(work: (round: number) => Promise<unknown> | unknown): Promise<number> {
  const all: number[] = []
  for (let round = 0; round < rounds; round += 1) all.push((await timed(() => work(round))).ms)
  return median(all)
}

async function clones(ground: Ground): Promise<Figure[]> {
  const { maker, person, old, later, place } = ground
  const made: Clone[] = []
  const make = async (name: string, base: string): Promise<Clone> => {
    const clone = await maker.make({ name, repository: person, base })
    made.push(clone)
    return clone
  }
  const first = (await timed(() => make('first', old))).ms
  const unmoved = await repeat((round) => make(`unmoved/${round}`, old))
  const moved = await repeat((round) => make(`moved/${round}`, later[round] ?? old))
  const again = await repeat((round) => make(`again/${round}`, later[rounds - 1 - (round % 3)] ?? old))
  const worktree = (await timed(() => git(person, 'worktree', 'add', '-q', '--detach', join(place, 'worktree'), old)))
    .ms
  const collect = await collecting(ground, made[1])
  const discard = await repeat(async (round) => made[round + 2]?.discard())
  for (const clone of made) await clone.discard()
  const ratio = { limit: worktree, note: `limit: git worktree add in the same run; clones are of kind ${maker.kind}` }
  return [
    {
      name: 'clone ready, base not moved',
      value: unmoved,
      unit: 'ms',
      ...ratio,
      ratio: unmoved / worktree,
      bar: '<= 10 ms',
      met: unmoved <= 10,
    },
    {
      name: 'clone ready, base moved by ten files more each time',
      value: moved,
      unit: 'ms',
      ...ratio,
      ratio: moved / worktree,
      bar: '<= 150 ms',
      met: moved <= 150,
    },
    {
      name: 'clone ready, a moved base that had a clone before',
      value: again,
      unit: 'ms',
      ...ratio,
      ratio: again / worktree,
      bar: '<= 10 ms',
      met: again <= 10,
    },
    {
      name: 'first pristine',
      value: first,
      unit: 'ms',
      ...ratio,
      ratio: first / worktree,
      bar: '<= 1.5x worktree add',
      met: first <= 1.5 * worktree,
    },
    ...collect,
    { name: 'discard', value: discard, unit: 'ms', bar: '<= 50 ms', met: discard <= 50 },
  ]
}

async function collecting({ spawner }: Ground, clone: Clone | undefined): Promise<Figure[]> {
  if (clone === undefined) return []
  const untouched = await repeat(() => clone.collect())
  const child = await spawner.start({
    argv: ['sh', '-c', 'echo changed >> packages/p7/src/m7/f7.ts'],
    folder: clone.folder,
    env: { PATH: '/usr/bin:/bin' },
    isolation: 'none',
    network: 'none',
    readOnly: [],
    marker: 'bench',
  })
  await child.ended
  const one = await repeat(async () => {
    const { changes } = await clone.collect()
    if (changes.length !== 1) throw new Error(`${changes.length} changes were collected instead of one`)
  })
  return [
    { name: 'collect, nothing changed', value: untouched, unit: 'ms', bar: '<= 50 ms', met: untouched <= 50 },
    { name: 'collect, one file changed', value: one, unit: 'ms', bar: '<= 50 ms', met: one <= 50 },
  ]
}

/** The same child straight from this small process, with no spawner and no isolation. */
function firstWord(): Promise<void> {
  const child = spawn('echo', ['up'], { stdio: ['ignore', 'pipe', 'ignore'] })
  return new Promise((done) => child.stdout.once('data', () => child.once('exit', () => done())))
}

/** From the order to the first byte the child says. */
async function starting(
  spawner: LocalSpawner,
  folder: string,
  isolation: Isolation,
  reach: readonly string[] = [],
): Promise<Figure> {
  const all: number[] = []
  const bare: number[] = []
  for (let round = 0; round < 60; round += 1) {
    bare.push((await timed(firstWord)).ms)
    const began = performance.now()
    const child = await spawner.start({
      argv: ['echo', 'up'],
      folder,
      env: { PATH: '/usr/bin:/bin' },
      isolation,
      network: reach.length === 0 ? 'none' : 'model',
      reach,
      readOnly: [],
      marker: 'bench',
    })
    for await (const _ of child.output) break
    all.push(performance.now() - began)
    await child.ended
  }
  const bar = reach.length > 0 ? 100 : isolation === 'none' ? 5 : 10
  const sorted = all.slice(10).sort((a, b) => a - b)
  const worst = sorted[Math.floor(sorted.length * 0.98)] ?? 0
  const value = median(sorted)
  const limit = median(bare.slice(10))
  return {
    name: `order to the child's first word, isolation ${isolation}${reach.length === 0 ? '' : ' with a bridge to one server'}`,
    value,
    unit: 'ms',
    limit,
    ratio: value / limit,
    bar: `<= ${bar} ms`,
    met: value <= bar,
    note: `p98 ${worst.toFixed(1)} ms; limit: the same child with no spawner and no isolation`,
  }
}

/** Memory that is the spawner's own: all processes below the outermost one, which has no children of ours by now. */
function memory(outermost: number): Figure {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((each) => /^\d+$/.test(each))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended while we looked.
    }
  }
  const pids = [...parents.keys()].filter((pid) => pid === outermost || parents.get(pid) === outermost)
  const kilobytes = pids.map((pid) =>
    Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0),
  )
  const value = kilobytes.reduce((sum, each) => sum + each, 0) / 1024
  return { name: 'spawner memory after all of this', value, unit: 'MB PSS', bar: '<= 40 MB', met: value <= 40 }
}

export async function measure(): Promise<Figure[]> {
  const place = realpathSync(mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-clones-')))
  const person = join(place, 'person')
  const home = join(place, 'home')
  const spawner = await createSpawner({ home })
  try {
    const idle = { ...memory(spawner.pid), name: 'spawner memory at rest' }
    const starts = [await starting(spawner, place, 'none')]
    for (const level of ['basic', 'strict'] as const)
      if ((await spawner.probe(level)).works) starts.push(await starting(spawner, place, level))
    if (spawner.kind === 'namespaced' && starts.length > 1)
      starts.push(await starting(spawner, place, 'basic', ['127.0.0.1:9']))
    const commits = makePerson(person)
    const repository = await createRepository(person)
    const { maker } = await chooseClones({ home, spawner, repository: () => repository })
    const ground = { person, ...commits, spawner, maker, repository, place }
    const figures = [...starts, ...(await clones(ground)), idle, memory(spawner.pid)]
    await maker.close()
    await repository.close()
    return figures
  } finally {
    await spawner.close()
    rmSync(place, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)

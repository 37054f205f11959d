// A house at work for measurements: a repository of any size, a plan of any length, a shell agent, and stamps of every append.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noPolicy, type TrustedPolicy } from '../src/core/nouns/workspace.ts'
import type { Row, Store } from '../src/core/ports.ts'
import { type Wish, wish } from '../src/core/wishes.ts'
import { openHouse } from '../src/presets/local.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { burntMs, costMs } from './burnt.ts'

export interface RigOptions {
  readonly files: number
  readonly steps: number
  readonly parallel: boolean
  readonly slots: number
  readonly clones: 'overlay' | 'shared' | 'folder'
  /** Nothing lands: each step only reads, so the base never moves. */
  readonly readsOnly?: boolean
  /** What the agent runs; it finds its own file's path in BATON_WRITES. */
  readonly agent: string
  readonly check?: string
}

/** When the append that holds a fact was asked for and when it was on the disk, by fact type and attempt. */
export interface Stamp {
  readonly type: string
  readonly attempt: string
  readonly asked: number
  readonly durable: number
}

export interface Ran {
  readonly ms: number
  readonly cpuMs: number
  /** Of the main process, the spawner and every tool they started, less what agents and checks take by themselves. */
  readonly treeMs: number
  /** The same for one step, from the fourth claim on: without what is done once for all of them. */
  readonly steadyMs: number
  readonly stamps: readonly Stamp[]
  /** Wall time of facts as the journal has them. */
  readonly facts: readonly { readonly type: string; readonly at: number; readonly data: unknown }[]
}

const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }

function plan(options: RigOptions): string {
  const mark = options.parallel ? '[P] ' : ''
  const lines = ['# Tasks: Bench', '', '## Phase 1: Setup', '']
  for (let n = 1; n <= options.steps; n++)
    lines.push(`- [ ] T${String(n).padStart(3, '0')} ${mark}Write it in out/f${n}.txt`)
  return `${lines.join('\n')}\n`
}

/** One commit, made by fast-import, then checked out: 500 folders of files of about 400 bytes. */
function makeRepository(path: string, options: RigOptions): void {
  execFileSync('git', ['init', '-q', '-b', 'main', path], { env })
  const parts = ['commit refs/heads/main\ncommitter B <b@b> 1600000000 +0000\ndata 1\nx\n']
  const put = (name: string, text: string) =>
    parts.push(`M 100644 inline ${name}\ndata ${Buffer.byteLength(text)}\n${text}\n`)
  for (let n = 0; n < options.files; n++) put(`src/d${n % 500}/f${n}.ts`, `export const value${n} = ${n}\n`.repeat(12))
  put('specs/001-bench/tasks.md', plan(options))
  execFileSync('git', ['-C', path, 'fast-import', '--quiet'], { input: parts.join(''), env, maxBuffer: 1 << 30 })
  execFileSync('git', ['-C', path, 'reset', '-q', '--hard'], { env })
}

function policy(options: RigOptions): TrustedPolicy {
  const agent = {
    name: 'shell',
    executor: 'shell',
    argv: ['/bin/sh', '-c', options.agent],
    env: {},
    network: 'none' as const,
    seats: 1000,
    roles: [],
    timeoutMs: 60_000,
  }
  const checks = [{ kind: 'command' as const, name: 'check', argv: ['/bin/sh', '-c', checkOf(options)] }].filter(
    () => options.readsOnly !== true,
  )
  return {
    ...noPolicy,
    agents: [agent],
    defaultAgent: 'shell',
    checks,
    rules: [],
    protect: [],
    desired: options.slots,
    tries: 1,
    setup: [],
    releaseGate: true,
    toolchains: [],
  }
}

const early = 3

const left: string[] = []

/** Taken away at the very end: where much was removed a moment ago, ext4 makes every new file twenty times as slow. */
function leave(place: string): void {
  if (left.length === 0) {
    process.once('exit', () => {
      for (const one of left) rmSync(one, { recursive: true, force: true })
    })
  }
  left.push(place)
}

class Stamped {
  readonly stamps: Stamp[] = []
  #claims = 0
  /** What the tree of processes had spent when the first few steps were over. */
  burntEarly = 0

  over(store: Store): Store {
    const append = async (rows: readonly Row[], after: number): Promise<void> => {
      for (const row of rows) if (nameOf(row.text).type === 'attempt.started') this.#claims += 1
      if (this.burntEarly === 0 && this.#claims > early) this.burntEarly = burntMs() ?? 0
      const asked = performance.now()
      await store.append(rows, after)
      const durable = performance.now()
      for (const row of rows) this.stamps.push({ ...nameOf(row.text), asked, durable })
    }
    return new Proxy(store, { get: (target, name) => (name === 'append' ? append : bound(target, name)) })
  }
}

function bound(target: Store, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}

function nameOf(text: string): { type: string; attempt: string } {
  const entry = JSON.parse(text) as { type: string; data: { attempt?: string } }
  return { type: entry.type, attempt: entry.data.attempt ?? '' }
}

const checkOf = (options: RigOptions): string => options.check ?? 'true'

function costOf(command: string, place: string): number {
  const folder = join(place, 'cost')
  mkdirSync(folder, { recursive: true })
  const env = { PATH: '/usr/bin:/bin', BATON_KEY: 'T001', BATON_WRITES: 'out/f1.txt' }
  return costMs(['/bin/sh', '-c', command.replace(/sleep [0-9.]+/, 'sleep 0')], folder, env)
}

/** Makes everything, runs the plan to its end, and takes it all away again. */
export async function runRig(options: RigOptions): Promise<Ran> {
  const place = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  const path = join(place, 'repository')
  makeRepository(path, options)
  const stamped = new Stamped()
  const house = await openHouse({
    home: join(place, 'home'),
    mode: 'work',
    store: async (home) => stamped.over(await sqlite.open(home)),
  })
  const put = async (one: Wish): Promise<void> => {
    const answer = await house.submit(one)
    if (!answer.ok) throw new Error(`${one.type}: ${answer.refusal.why}`)
  }
  try {
    await put(wish('workspace.open', 'bench', { path, baseBranch: 'main' }))
    await put(wish('workspace.isolate', 'bench', { path, isolation: 'none', clones: options.clones, why: 'bench' }))
    await put(wish('workspace.trust', 'bench', { path, digest: 'bench', policy: policy(options) }))
    const read = await house.plan('specs/001-bench', path)
    const [first] = read.items
    if (first === undefined) throw new Error('the plan has no item')
    const only = options.readsOnly === true
    const item = only ? { ...first, steps: first.steps.map((step) => ({ ...step, readsOnly: true })) } : first
    const { source, format, base } = read
    const tickFile = only ? '' : read.tickFile
    await put(wish('plan.import', 'bench', { workspace: path, source, format, tickFile, base, tip: base, item }))
    const theirs = options.steps * (costOf(options.agent, place) + (only ? 0 : costOf(checkOf(options), place)))
    const [began, cpu, burnt] = [performance.now(), process.cpuUsage(), burntMs() ?? 0]
    await put(
      wish('run.start', 'bench', { item: item.id, parallel: options.slots, include: [], exclude: [], force: false }),
    )
    await house.quiet(item.id)
    const [ms, used, all] = [performance.now() - began, process.cpuUsage(cpu), (burntMs() ?? 0) - burnt]
    const done = house.state.items.get(item.id)?.steps.filter((step) => step.phase === 'done').length
    if (done !== options.steps) throw new Error(`only ${done} of ${options.steps} steps landed`)
    return {
      ms,
      cpuMs: (used.user + used.system) / 1000,
      treeMs: all - theirs,
      steadyMs: (burnt + all - stamped.burntEarly) / (options.steps - early) - theirs / options.steps,
      stamps: stamped.stamps,
      facts: await house.read(0, 1_000_000),
    }
  } finally {
    await house.close('stop')
    leave(place)
  }
}

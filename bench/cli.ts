// Measures the cold command line: `baton status` on 10,000 steps, with and without a house that runs, beside bare Node.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connect } from '../src/cli/connect.ts'
import { reach } from '../src/cli/reach.ts'
import type { StepSpec } from '../src/core/nouns/step.ts'
import { wish } from '../src/core/wishes.ts'
import { openHouse } from '../src/presets/local.ts'
import { type Figure, median, report } from './figure.ts'

const steps = 10_000
const rounds = 21
const warm = 50
const asked = 200
const bar = '≤ 1.5 × bare node'
const launcher = join(dirname(import.meta.dirname), 'bin', 'baton.cjs')

export async function measure(): Promise<Figure[]> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-cli-')))
  const home = join(place, 'home')
  try {
    await fill(home)
    if (!existsSync(join(dirname(launcher), '..', 'dist', 'cli.js'))) throw new Error('run npm run build first')
    const absent = race(home)
    const daemon = await hold(home)
    const present = race(home)
    const served = await serving(home, daemon.pid ?? 0)
    daemon.kill('SIGKILL')
    return [
      figure('baton status, 10,000 steps, nobody runs', absent),
      figure('baton status, 10,000 steps, beside a house that runs', present),
      served,
    ]
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** Ours and bare Node in turn, so that a busy machine slows both; the first round only warms up. */
function race(home: string): { ours: number; bare: number } {
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const one = timed([launcher, 'status'], home)
    const other = timed(['-e', '0'], home)
    if (round === 0) continue
    ours.push(one)
    bare.push(other)
  }
  return { ours: median(ours), bare: median(bare) }
}

function timed(argv: readonly string[], home: string): number {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, argv, {
    env: { PATH: process.env.PATH ?? '', BATON_HOME: home },
  })
  const ms = performance.now() - began
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr}`)
  return ms
}

function figure(name: string, { ours, bare }: { ours: number; bare: number }): Figure {
  return { name, value: ours, unit: 'ms', limit: bare, ratio: ours / bare, bar, met: ours <= 1.5 * bare }
}

/** Processor time of all threads of a process, as the kernel counts it, in nanoseconds. */
function spent(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`)
  return tasks.reduce((sum, task) => {
    const [ns] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')
    return sum + Number(ns)
  }, 0)
}

/** What one `baton status` costs the house that it asks: a connection of its own over the real socket, the call, the good-bye. */
async function serving(home: string, pid: number): Promise<Figure> {
  const costs: number[] = []
  for (let round = -warm; round < asked; round += 1) {
    const before = spent(pid)
    const house = await reach({ home, folder: home })
    const summary = await house?.call('status/list', {})
    await house?.close()
    if (summary?.items[0]?.steps !== steps) throw new Error('The house that runs does not know its steps.')
    if (round >= 0) costs.push((spent(pid) - before) / 1e6)
  }
  const value = median(costs)
  const note = `processor time of the whole process a call, connection included; the worst of ${asked}: ${Math.max(...costs).toFixed(1)} ms`
  return {
    name: 'one baton status, to the house that answers',
    value,
    unit: 'ms',
    bar: '≤ 2 ms',
    met: value <= 2,
    note,
  }
}

async function fill(home: string): Promise<void> {
  const house = await openHouse({ home, mode: 'write' })
  await house.submit(wish('workspace.open', 'bench', { path: '/bench', baseBranch: 'main' }))
  const specs = Array.from({ length: steps }, (_, at) => specOf(at + 1))
  const rest = { brief: '', priority: 1, policy: 'graph', workflow: 'direct', openChecklists: [] } as const
  const item = { id: '001-bench', title: 'Ten thousand steps', steps: specs, ...rest }
  const plan = { workspace: '/bench', source: 'bench', format: 'bench', tickFile: '', base: '', tip: '', item }
  const answer = await house.submit(wish('plan.import', 'bench', plan))
  if (!answer.ok) throw new Error(answer.refusal.why)
  await house.close('drain')
  // Opened once more as the command line does, which leaves the page that `status` reads.
  const again = await connect('write', { home, folder: home })
  await again.close()
}

function specOf(order: number): StepSpec {
  const key = `T${String(order).padStart(5, '0')}`
  const rest = { brief: '', group: 'Phase 1', after: [], parallel: true, writes: [], locks: [], role: 'coder' }
  return { key, title: `Do ${key}`, order, ticked: false, ...rest }
}

function hold(home: string): Promise<ChildProcess> {
  const writer = join(dirname(import.meta.dirname), 'tests', 'cli', 'writer.ts')
  const child = spawn(process.execPath, [writer, home, dirname(launcher), 'stay'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`the house that was to run ended with ${code}`)))
  })
}

if (process.argv[1] === import.meta.filename) await report(measure)

// What a house costs that has nothing to do: memory of the main process and the spawner together, and CPU.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, report } from './figure.ts'

const seconds = 10

const script = `
const { openHouse } = await import(process.argv[1])
const house = await openHouse({ home: process.argv[2], mode: 'work' })
await house.probe()
setInterval(() => {}, 1 << 30)
process.stdout.write('idle')
`

function below(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      parents.delete(Number(name))
    }
  }
  const found = [root]
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child)
  return found
}

function pssKb(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)
}

/** In hundredths of a second, as the kernel counts. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

const until = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => child.stdout?.once('data', () => resolve()))

export async function measure(): Promise<Figure[]> {
  if (process.platform !== 'linux') return []
  const home = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  const preset = new URL('../dist/index.js', import.meta.url).href
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, preset, home],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  try {
    await until(child)
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const pids = below(child.pid ?? 0)
    const before = pids.reduce((sum, pid) => sum + ticks(pid), 0)
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
    const spent = ((pids.reduce((sum, pid) => sum + ticks(pid), 0) - before) * 10) / seconds
    const mb = pids.reduce((sum, pid) => sum + pssKb(pid), 0) / 1024
    return [
      {
        name: 'idle memory, main and spawner',
        value: mb,
        unit: 'MB PSS',
        bar: '≤ 96 MB',
        met: mb <= 96,
        note: `${pids.length} processes`,
      },
      {
        name: 'idle CPU',
        value: spent,
        unit: 'ms a second',
        bar: '≤ 1 ms',
        met: spent <= 1,
        note: 'the kernel counts in 10 ms',
      },
    ]
  } finally {
    child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)

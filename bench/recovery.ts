// From kill -9 to the first decision with a million facts: from a snapshot, and by folding everything.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evolve } from '../src/core/evolve/index.ts'
import { emptyState } from '../src/core/state.ts'
import { writeFormat } from '../src/engine/journal/format.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { openHouse } from '../src/presets/local.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'
import { writeHistory } from './history.ts'

const facts = 1_000_000
const rounds = 5

/** In a fresh process, as after a kill: from its first line until a house with hands is open and has decided. */
const start = `
const began = performance.now()
const { openHouse } = await import(process.argv[1])
const house = await openHouse({ home: process.argv[2], mode: 'work' })
await house.steady()
process.stdout.write(String(performance.now() - began))
process.kill(process.pid, 'SIGKILL')
`

function restart(home: string): number {
  const preset = new URL('../src/presets/local.ts', import.meta.url).href
  try {
    execFileSync(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', start, preset, home],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
  } catch (error) {
    return Number((error as { stdout: string }).stdout)
  }
  return Number.NaN
}

async function foldAll(home: string): Promise<number> {
  const store = await sqlite.open(home)
  const state = emptyState()
  const began = performance.now()
  const journal = await openJournal(store, { each: (entry) => evolve(state, entry) })
  const ms = performance.now() - began
  const { seq } = journal.head()
  await journal.close()
  await store.close()
  return (seq / ms) * 1000
}

export async function measure(): Promise<Figure[]> {
  const home = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  try {
    const store = await sqlite.open(home)
    writeFormat(home)
    const written = await writeHistory(store, facts)
    await store.close()
    const rates: number[] = []
    for (let round = 0; round < rounds; round++) rates.push(await foldAll(home))
    const house = await openHouse({ home, mode: 'work' })
    await house.close('stop')
    const restarts = Array.from({ length: rounds }, () => restart(home))
    const [rate, ms] = [median(rates), median(restarts)]
    const note = `${written} facts`
    return [
      {
        name: 'kill -9 to the first decision, from a snapshot',
        value: ms,
        unit: 'ms',
        bar: '≤ 150 ms',
        met: ms <= 150,
        note: `${note}; modules loaded from sources`,
      },
      { name: 'full replay', value: rate, unit: 'facts/s', bar: '≥ 300,000 facts/s', met: rate >= 300_000, note },
    ]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)

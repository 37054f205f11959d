// From kill -9 to the first decision with a million facts, from a snapshot as old as one can be; and folding everything.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { evolve } from '../src/core/evolve/index.ts'
import { emptyState } from '../src/core/state.ts'
import { writeFormat } from '../src/engine/journal/format.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { factTypes } from '../src/engine/open.ts'
import { snapshotText } from '../src/engine/snapshots.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'
import { writeHistory, writeMore, writeUnderWay } from './history.ts'

const facts = 1_000_000
const items = 10
/** Of four slots. */
const taken = 3
/** A house with a state of this size makes a snapshot every 1,000 facts: the oldest there can be when it is killed. */
const behind = 990
const rounds = 9
const folds = 5
const bundle = new URL('../dist/index.js', import.meta.url)

/** In a fresh process, as after a kill, from what users install: until a decision of its own is on the disk. */
const start = `
const { openHouse } = await import(process.argv[1])
const house = await openHouse({ home: process.argv[2], mode: 'work' })
for await (const entry of house.follow(Number(process.argv[3]))) {
  if (entry.type === 'decision.made') break
}
process.stdout.write(String(performance.timeOrigin + performance.now()))
process.kill(process.pid, 'SIGKILL')
`

function run(script: string, ...given: string[]): { readonly stdout: string; readonly began: number } {
  const began = performance.timeOrigin + performance.now()
  const argv = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, ...given]
  const { stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  return { stdout, began }
}

/** Every round finds the home as the kill left it. */
function asKilled(home: string, head: number): void {
  const db = new DatabaseSync(join(home, 'journal.db'))
  db.prepare('DELETE FROM entries WHERE seq > ?').run(head)
  db.close()
}

/** The start of Node is part of it. */
function restart(home: string, head: number): number {
  asKilled(home, head)
  const { stdout, began } = run(start, bundle.href, home, String(head))
  const ms = Number(stdout) - began
  if (stdout === '' || Number.isNaN(ms)) throw new Error('The house that was started again made no decision.')
  return ms
}

async function foldAll(home: string): Promise<number> {
  const store = await sqlite.open(home)
  const state = emptyState()
  const began = performance.now()
  const journal = await openJournal(store, { types: factTypes, each: (entry) => evolve(state, entry) })
  const ms = performance.now() - began
  const { seq } = journal.head()
  await journal.close()
  await store.close()
  return (seq / ms) * 1000
}

/** What a house would have saved here. */
async function writeSnapshot(home: string): Promise<void> {
  const store = await sqlite.open(home)
  const state = emptyState()
  const journal = await openJournal(store, { types: factTypes, each: (entry) => evolve(state, entry) })
  writeFileSync(join(home, 'snapshot.json'), snapshotText(journal, state))
  await journal.close()
  await store.close()
}

async function prepare(home: string): Promise<number> {
  const store = await sqlite.open(home)
  writeFormat(home)
  const before = (await writeHistory(store, facts)) + (await writeUnderWay(store, items, taken))
  await writeSnapshot(home)
  const written = before + (await writeMore(store, behind))
  await store.close()
  return written
}

export async function measure(): Promise<Figure[]> {
  if (!existsSync(bundle)) throw new Error('run npm run build first')
  const home = mkdtempSync(join(tmpdir(), 'baton-bench-'))
  try {
    const written = await prepare(home)
    const rates: number[] = []
    for (let round = 0; round < folds; round++) rates.push(await foldAll(home))
    const restarts: number[] = []
    for (let round = 0; round < rounds; round++) restarts.push(restart(home, written))
    const bare = Array.from({ length: rounds }, () => {
      const { stdout, began } = run('process.stdout.write(String(performance.timeOrigin + performance.now()))')
      return Number(stdout) - began
    })
    const [rate, ms, limit] = [median(rates), median(restarts), median(bare)]
    const note = `${written} facts`
    return [
      {
        ...{ name: 'kill -9 to the first decision, from a snapshot', value: ms, unit: 'ms', limit, ratio: ms / limit },
        ...{ bar: '≤ 150 ms', met: ms <= 150 },
        note: `${note}, ${behind} of them newer than the snapshot; limit: only starting Node`,
      },
      { name: 'full replay', value: rate, unit: 'facts/s', bar: '≥ 300,000 facts/s', met: rate >= 300_000, note },
    ]
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)

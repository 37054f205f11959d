// How soon a house says how its work flows, what came about, and what came of an item; and what that keeps in memory.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { auditDiff } from '../src/api/audit/diff.ts'
import { itemReport } from '../src/api/item/report.ts'
import { metricsShow } from '../src/api/metrics/show.ts'
import { portfolioExport } from '../src/api/portfolio/export.ts'
import { isRefusal } from '../src/api/refusal.ts'
import type { House } from '../src/core/ports/house.ts'
import { writeFormat } from '../src/engine/journal/format.ts'
import { openHouse } from '../src/presets/local.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'
import { writeHistory, writeUnderWay } from './history.ts'

const facts = 1_000_000
/** What is told entry by entry is asked of this many. */
const toldFacts = 100_000
const open = 20
const rounds = 9

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function heapMb(): number {
  collect()
  return process.memoryUsage().heapUsed / 1_000_000
}

const caller = { name: 'bench', folder: '/', may: new Set<never>() }

async function timed(asked: () => Promise<object>): Promise<number> {
  const began = performance.now()
  const found = await asked()
  if (isRefusal(found)) throw new Error(`The bench was refused: ${JSON.stringify(found)}`)
  return performance.now() - began
}

const show = (house: House, given: object) => () =>
  metricsShow.read(house, metricsShow.params.parse(given), caller) as Promise<object>

async function asked(house: House): Promise<readonly Figure[]> {
  const before = heapMb()
  const burnt = process.cpuUsage()
  const first = await timed(show(house, {}))
  const { user, system } = process.cpuUsage(burnt)
  const kept = heapMb() - before
  const again = async (given: object): Promise<number> => {
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push(await timed(show(house, given)))
    return median(times)
  }
  const ways = [{}, { by: 'owner' }, { by: 'day' }, { by: 'workflow', splitBy: 'day' }]
  const all: number[] = []
  for (const given of ways) all.push(await again(given))
  const item = await again({ item: '00001-bench' })
  const half = 1_700_000_000_000 + Math.floor(house.state.seq / 2)
  const past = await timed(show(house, { to: half }))
  const pastAgain = await again({ to: half })
  const table = await timed(() => portfolioExport.read(house, portfolioExport.params.parse({ format: 'csv' }), caller))
  const slowest = Math.max(...all)
  return [
    { name: 'metrics, the first time', value: first / 1000, unit: 's', bar: '≤ 3 s', met: first <= 3000 },
    { name: 'metrics again, the slowest of four ways', value: slowest, unit: 'ms', bar: '≤ 50 ms', met: slowest <= 50 },
    { name: 'metrics of one item', value: item, unit: 'ms', bar: '≤ 50 ms', met: item <= 50 },
    { name: 'metrics up to half-way', value: past / 1000, unit: 's', bar: '≤ 3 s', met: past <= 3000 },
    { name: 'metrics up to half-way again', value: pastAgain, unit: 'ms', bar: '≤ 50 ms', met: pastAgain <= 50 },
    { name: 'the portfolio as CSV', value: table, unit: 'ms', bar: '≤ 200 ms', met: table <= 200 },
    { name: 'what is kept for it', value: kept, unit: 'MB', bar: '≤ 64 MB', met: kept <= 64 },
  ].map((figure, at) => {
    const alone = `, of which ${((user + system) / 1e6).toFixed(2)} s of processor time`
    return { ...figure, note: `${house.state.seq} facts${at === 0 ? alone : ''}` }
  })
}

/** From the very beginning, so that every entry is hashed, read and told of. */
async function told(house: House): Promise<readonly Figure[]> {
  const diff = (given: object) => () => auditDiff.read(house, auditDiff.params.parse({ from: '0', ...given }), caller)
  const item = '00001-bench'
  const ways = [
    { name: 'audit diff through the whole record', asked: diff({}) },
    { name: 'audit diff of one item', asked: diff({ item }) },
    { name: 'the page of one item', asked: () => itemReport.read(house, itemReport.params.parse({ item }), caller) },
  ]
  const figures: Figure[] = []
  for (const { name, asked: ask } of ways) {
    const ms = await timed(ask as () => Promise<object>)
    const note = `${house.state.seq} facts`
    figures.push({ name, value: ms / 1000, unit: 's', bar: '≤ 3 s', met: ms <= 3000, note })
  }
  return figures
}

async function at(count: number, ask: (house: House) => Promise<readonly Figure[]>): Promise<readonly Figure[]> {
  const home = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-record-'))
  try {
    const store = await sqlite.open(home)
    writeFormat(home)
    await writeHistory(store, count)
    await writeUnderWay(store, open, 0)
    await store.close()
    const house = await openHouse({ home, mode: 'look' })
    try {
      return await ask(house)
    } finally {
      await house.close('stop')
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

export async function measure(): Promise<readonly Figure[]> {
  return [...(await at(facts, asked)), ...(await at(toldFacts, told))]
}

if (import.meta.main) await report(measure)

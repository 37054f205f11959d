// How fast facts become durable: one at a time and 64 in flight, beside a bare loop of the same driver and durability.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Part } from '../src/core/nouns/entry.ts'
import type { Journal } from '../src/engine/journal/journal.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'

const rounds = 5
/** Their first, cold round is not counted. */
const warm = 1
const single = 3_000
const grouped = 96_000
const inFlight = 64

const part = (n: number): Part => ({
  stream: '001-photo-albums',
  at: 1_767_225_600_000 + n,
  by: 'baton',
  because: `#${n}`,
  type: 'attempt.started',
  version: 1,
  data: { attempt: `001-photo-albums/T${n}/1`, agent: 'fable', number: 1 },
})

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-append-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const perSecond = (count: number, began: number) => (count / (performance.now() - began)) * 1_000

/** No index, no hash, no promise: 300 bytes a row straight into the driver. */
function bare(folder: string, count: number, together: number): number {
  const db = new DatabaseSync(join(folder, 'bare.db'))
  db.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE bare(seq INTEGER PRIMARY KEY, text TEXT NOT NULL)',
  )
  const insert = db.prepare('INSERT INTO bare VALUES (?, ?)')
  const text = 'x'.repeat(300)
  const began = performance.now()
  for (let at = 0; at < count; at += together) {
    db.exec('BEGIN IMMEDIATE')
    for (let n = 1; n <= together; n++) insert.run(at + n, text)
    db.exec('COMMIT')
  }
  const rate = perSecond(count, began)
  db.close()
  return rate
}

async function appendOneByOne(journal: Journal, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await journal.append([part(n)])
}

/** As many callers as may be in flight, each asking again as soon as it is answered. */
async function appendTogether(journal: Journal, count: number): Promise<void> {
  const callers = Array.from({ length: inFlight }, () => appendOneByOne(journal, count / inFlight))
  await Promise.all(callers)
}

async function chained(folder: string, count: number, work: typeof appendOneByOne): Promise<number> {
  const store = await sqlite.open(folder)
  const journal = await openJournal(store)
  const began = performance.now()
  await work(journal, count)
  const rate = perSecond(count, began)
  await journal.close()
  await store.close()
  return rate
}

function figure(
  name: string,
  values: readonly number[],
  limits: readonly number[],
  least: number,
  floor: number,
): Figure {
  const [value, limit] = [median(values), median(limits)]
  const ratio = value / limit
  const bar = `≥ ${least * 100} % of bare${floor > 0 ? ` and ≥ ${floor.toLocaleString('en')}/s` : ''}`
  return { name, value, unit: 'facts/s', limit, ratio, bar, met: ratio >= least && value >= floor }
}

export async function measure(): Promise<Figure[]> {
  const rates = { bareOne: [] as number[], one: [] as number[], bareMany: [] as number[], many: [] as number[] }
  for (let round = -warm; round < rounds; round++) {
    const bareOne = await inFolder(async (folder) => bare(folder, single, 1))
    const one = await inFolder((folder) => chained(folder, single, appendOneByOne))
    const bareMany = await inFolder(async (folder) => bare(folder, grouped, inFlight))
    const many = await inFolder((folder) => chained(folder, grouped, appendTogether))
    if (round < 0) continue
    rates.bareOne.push(bareOne)
    rates.one.push(one)
    rates.bareMany.push(bareMany)
    rates.many.push(many)
  }
  return [
    figure('durable append, one at a time', rates.one, rates.bareOne, 0.8, 0),
    figure('durable append, 64 in flight', rates.many, rates.bareMany, 0.5, 60_000),
  ]
}

if (import.meta.main) await report(measure)

// How fast a million facts are audited, in full and since a checkpoint, and how fast they are read back.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Part } from '../src/core/nouns/entry.ts'
import type { Row, Store } from '../src/core/ports.ts'
import { noHash, prepare, writeEntry } from '../src/engine/journal/entry.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { Frontier } from '../src/engine/journal/tree.ts'
import { treeAt, verify, verifySince } from '../src/engine/journal/verify.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'

const facts = 1_000_000
const sinceLast = 1_000
const rounds = 3

const part = (n: number): Part => ({
  stream: `${n % 20}-photo-albums`,
  at: 1_767_225_600_000 + n,
  by: 'baton',
  because: `#${n}`,
  type: 'attempt.started',
  version: 1,
  data: { attempt: `001-photo-albums/T${n}/1`, agent: 'fable', number: 1 },
})

async function fill(store: Store): Promise<void> {
  let last = noHash
  for (let from = 0; from < facts; from += 10_000) {
    const rows: Row[] = []
    for (let n = from + 1; n <= from + 10_000; n++) {
      const { row } = writeEntry(prepare(part(n)), n, last)
      last = row.hash
      rows.push(row)
    }
    await store.append(rows, from)
  }
}

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const began = performance.now()
  const result = await work()
  return [performance.now() - began, result]
}

/** What any verifier must do at least: read the rows. */
async function readAll(store: Store): Promise<void> {
  for (let after = 0; after < facts; after += 4_096) await store.read(after, 4_096)
}

async function measureStore(store: Store): Promise<Figure[]> {
  const times = { raw: [] as number[], whole: [] as number[], since: [] as number[], replay: [] as number[] }
  const saved = await treeAt(store, facts - sinceLast)
  const since = { origin: 'bench', size: saved.size, root: Frontier.from(saved).root() }
  for (let round = 0; round < rounds; round++) {
    times.raw.push((await timed(() => readAll(store)))[0])
    const [whole, audit] = await timed(() => verify(store, { checkpoints: [since], threads: 2 }))
    const [short, newer] = await timed(() => verifySince(store, since, saved))
    if (!audit.ok || !newer.ok || newer.checked !== sinceLast)
      throw new Error(`The bench's own journal is not sound: ${audit.why}`)
    times.whole.push(whole)
    times.since.push(short)
    times.replay.push((await timed(() => openJournal(store, { each: () => {} })))[0])
  }
  const [raw, whole, short, replay] = [times.raw, times.whole, times.since, times.replay].map(median) as [
    number,
    number,
    number,
    number,
  ]
  const rate = (facts / replay) * 1_000
  const limit = (facts / raw) * 1_000
  return [
    {
      name: 'audit of 1,000,000 facts on two threads',
      value: whole / 1_000,
      unit: 's',
      limit: raw / 1_000,
      bar: '≤ 5 s',
      met: whole <= 5_000,
      note: 'limit: only reading the rows, one thread',
    },
    {
      name: `audit since a checkpoint, ${sinceLast} facts on`,
      value: short,
      unit: 'ms',
      bar: '≤ 50 ms',
      met: short <= 50,
    },
    {
      name: 'replay: read, parse, link, fold nothing',
      value: rate,
      unit: 'facts/s',
      limit,
      ratio: rate / limit,
      bar: '≥ 300,000/s',
      met: rate >= 300_000,
    },
  ]
}

export async function measure(): Promise<Figure[]> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-audit-'))
  const store = await sqlite.open(folder)
  try {
    await fill(store)
    return await measureStore(store)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (import.meta.main) await report(measure)

// Writes back what is missing or changed of an item's handoffs, from their bytes as they were sealed, and lets go on who waited for them.
import { hash } from 'node:crypto'
import type { Written } from '../../core/handoffs/artifact.ts'
import { recordRef } from '../../core/handoffs/place.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import { StoreFailed } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { shelve } from './shelf.ts'
import { bytesAt } from './standing.ts'
import type { RecordParts } from './writing.ts'

export interface Reader {
  read(after: number, limit: number, stream?: string): Promise<readonly Entry[]>
}

export interface Repaired {
  /** Paths that were written back, on the ref or as the copy that the home keeps. */
  readonly written: readonly string[]
  /** Paths of which no sealed bytes are kept any more. */
  readonly lost: readonly string[]
}

const page = 500
const papersAtMost = 200

export async function repairRecord(parts: RecordParts, journal: Reader, id: string): Promise<Repaired> {
  const { state } = parts
  const item = state.items.get(id) ?? state.closed.get(id)
  if (item === undefined) throw new Refused(refuse('not-found', `item ${id}`, 'no such item is known', 'baton status'))
  const repository = parts.repository(item.workspace)
  const tip = await repository.tip(recordRef)
  const lost: string[] = []
  const copied: string[] = []
  const papers: { path: string; bytes: Uint8Array }[] = []
  for (const { path, digest } of await filesOf(journal, id)) {
    const there = await bytesAt(repository, tip, path)
    const kept = await copyOf(parts, digest)
    if (there === undefined || hash('sha256', there, 'hex') !== digest) {
      if (kept === undefined) lost.push(path)
      else papers.push({ path, bytes: kept })
    } else if (kept === undefined) {
      await parts.store.put(there)
      copied.push(path)
    }
  }
  const at = Math.floor(parts.clock.now())
  for (let from = 0; from < papers.length; from += papersAtMost) {
    const some = papers.slice(from, from + papersAtMost)
    await shelve(repository, { papers: some, at, message: `Handoffs of ${id} written back: ${some.length}\n` })
  }
  if (lost.length === 0) await letGoOn(parts, id)
  return { written: [...papers.map(({ path }) => path), ...copied], lost }
}

async function copyOf({ store }: RecordParts, digest: string): Promise<Uint8Array | undefined> {
  try {
    return await store.get(digest)
  } catch (error) {
    if (error instanceof StoreFailed && error.kind === 'broken') return undefined
    throw error
  }
}

async function filesOf(journal: Reader, id: string): Promise<readonly Written[]> {
  const files = new Map<string, Written>()
  for (let after = 0; ; ) {
    const entries = await journal.read(after, page, id)
    for (const { type, data } of entries)
      if (type === 'handoff.written')
        for (const one of (data as { files: readonly Written[] }).files) files.set(one.path, one)
    const last = entries.at(-1)
    if (last === undefined || entries.length < page) return [...files.values()]
    after = last.seq
  }
}

async function letGoOn({ state, submit }: RecordParts, item: string): Promise<void> {
  const open = [...state.blockers.values()].filter(
    (one) => one.item === item && one.kind === 'handoff' && one.endAt === undefined,
  )
  for (const { id } of open)
    await submit(wish('blocker.clear', 'baton', { blocker: id, notes: 'its handoffs are there as they were sealed' }))
}

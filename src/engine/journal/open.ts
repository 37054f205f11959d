// Opens a journal: reads what no snapshot covers, and allows writing only on what is whole and understood.
import type { ReadEntry } from '../../core/nouns/entry.ts'
import { type Row, type Store, StoreFailed } from '../../core/ports.ts'
import { leafHash, MalformedEntry, noHash } from './entry.ts'
import { Journal, type Opened, readRow } from './journal.ts'
import { Frontier } from './tree.ts'
import type { FactTypes } from './upcast.ts'
import type { SavedTree } from './verify.ts'
import { readSome } from './walk.ts'

export interface JournalOptions {
  /** Runs `flush` soon, but after whoever is calling now has returned. Default: setImmediate. */
  readonly later?: (flush: () => void) => void
  readonly timed?: Opened['timed']
  /** What facts this version knows; without it, all are known. */
  readonly types?: FactTypes
  /** A snapshot's tree: opening reads on from there. One that does not fit the store is not used; see `from`. */
  readonly saved?: SavedTree
  /** Called once, before the first `each`, with the sequence that opening reads on from: that of `saved`, or 0. */
  readonly from?: (seq: number) => void
  /**
   * Called with every later entry, in order, before `openJournal` resolves: the fold needs no second reading. Stops at the first entry
   * that is missing, malformed or not linked; the journal is then read-only and says why.
   */
  readonly each?: (entry: ReadEntry) => void
  /** Why nothing may be appended, when that is known beforehand (a newer format, another writer). */
  readonly readOnly?: string
}

const batch = 2048

/** Nothing where the medium fails: reading on from the beginning finds out where, and what comes before is still given. */
async function leafAt(store: Store, seq: number): Promise<string | undefined> {
  try {
    return Buffer.from(await store.leaves(seq - 1, 1)).toString('hex')
  } catch (error) {
    if (error instanceof StoreFailed && error.kind === 'broken') return undefined
    throw error
  }
}

/** The saved tree, if the store holds the leaf that it ends in. */
async function fitting(
  store: Store,
  saved: SavedTree | undefined,
  head: number,
): Promise<{ tree: Frontier; last: string }> {
  if (saved !== undefined && saved.size > 0 && saved.size <= head) {
    if ((await leafAt(store, saved.size)) === saved.last) return { tree: Frontier.from(saved), last: saved.last }
  }
  return { tree: new Frontier(), last: noHash }
}

/** Reading from a store into a tree and a fold, and what was found on the way that forbids writing. */
class Opening {
  readonly tree: Frontier
  readonly #options: JournalOptions
  cursor: number
  last: string
  newest: Row | undefined
  damage: string | undefined
  unknown: string | undefined

  constructor(tree: Frontier, last: string, options: JournalOptions) {
    this.tree = tree
    this.cursor = tree.size
    this.last = last
    this.#options = options
  }

  take(row: Row): void {
    if (this.damage === undefined) this.damage = this.#damageOf(row)
    if (row.seq === this.tree.size + 1) this.tree.append(row.hash)
    this.cursor = row.seq
    this.last = row.hash
    this.newest = row
  }

  #damageOf(row: Row): string | undefined {
    const seq = this.cursor + 1
    if (row.seq !== seq) return `Entry ${seq} is missing.`
    let entry: ReadEntry
    try {
      entry = readRow(row, this.#options.types, this.last.length === 64 ? this.last : undefined)
    } catch (error) {
      if (error instanceof MalformedEntry) return error.message
      throw error
    }
    if (entry.seq !== seq) return `Entry ${entry.seq} stands where entry ${seq} must.`
    if (entry.prev !== this.last) return `Entry ${seq} is not linked to the one before it.`
    if (entry.unknown)
      this.unknown ??= `Entry ${seq} is a fact that this Baton does not know (${entry.type}@${entry.version})`
    this.#options.each?.(entry)
    return undefined
  }

  why(): string | undefined {
    if (this.#options.readOnly !== undefined) return this.#options.readOnly
    if (this.damage !== undefined)
      return `${this.damage} The journal is opened read-only: audit it, and restore a backup.`
    if (this.unknown !== undefined)
      return `${this.unknown}: the journal is opened read-only. Upgrade Baton to write to it.`
    return undefined
  }
}

/** Reads what the snapshot does not cover; never refuses to open for reading what the store can give. */
export async function openJournal(store: Store, options: JournalOptions = {}): Promise<Journal> {
  const head = await store.head()
  const { tree, last } = await fitting(store, options.saved, head.seq)
  const from = tree.size
  const opening = new Opening(tree, last, options)
  options.from?.(from)
  while (opening.cursor < head.seq) {
    const rows = await readSome(store, opening.cursor, Math.min(batch, head.seq - opening.cursor))
    if ('kind' in rows) opening.damage ??= rows.what
    else if (rows.length === 0) opening.damage ??= `Entry ${opening.cursor + 1} is missing.`
    if ('kind' in rows || rows.length === 0) break
    for (const row of rows) opening.take(row)
  }
  const { newest } = opening
  if (newest !== undefined && leafHash(newest.text) !== newest.hash) {
    opening.damage ??= `The bytes of entry ${newest.seq} do not give the hash stored with it.`
  }
  const { later, timed, types } = options
  const found = { reach: head.seq, last: head.hash, tree, from, readOnly: opening.why() }
  return new Journal(store, { ...found, types, later, timed })
}

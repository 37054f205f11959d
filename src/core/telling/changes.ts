// What came about between two times, gathered entry by entry: how much of each kind, by whom, and some of it in sentences.
import type { Entry } from '../nouns/entry.ts'
import { type Kind, kindOf, kinds } from './kinds.ts'
import { tell } from './sentences.ts'

export interface ToldEntry {
  readonly seq: number
  readonly at: number
  readonly by: string
  /** The item or repository that it is about; `house` for Baton itself. */
  readonly of: string
  readonly says: string
}

export interface KindTold {
  readonly kind: Kind
  readonly count: number
  readonly told: readonly ToldEntry[]
  /** How many come after those that are told; they are told when the kind is asked for `after` the last of these. */
  readonly more: number
}

export interface ChangesWanted {
  /** Of each kind at most so many are told. */
  readonly limit: number
  /** Only this kind is told; the others are counted. */
  readonly kind?: Kind | undefined
  /** Only what stands after this entry is told. */
  readonly after?: number | undefined
}

/** More names than these are counted together. */
export const mostNames = 1000
const theOthers = 'others'

export class Changes {
  entries = 0
  /** Entries of a type that this version does not know. */
  unknown = 0
  readonly #streams = new Map<string, number>()
  readonly #people = new Map<string, number>()
  readonly #counts = new Map<Kind, { count: number; after: number; readonly told: ToldEntry[] }>()
  readonly #wanted: ChangesWanted

  constructor(wanted: ChangesWanted) {
    this.#wanted = wanted
  }

  take(entry: Entry): void {
    this.entries += 1
    countUp(this.#streams, entry.stream)
    countUp(this.#people, entry.by)
    const kind = kindOf(entry.type)
    if (kind === undefined) this.unknown += 1
    else this.#take(kind, entry)
  }

  #take(kind: Kind, entry: Entry): void {
    const { limit, kind: only, after = 0 } = this.#wanted
    const known = this.#counts.get(kind) ?? { count: 0, after: 0, told: [] }
    this.#counts.set(kind, known)
    known.count += 1
    if (entry.seq <= after) return
    known.after += 1
    const asked = only === undefined ? kind !== 'carried' : kind === only
    if (!asked || known.told.length >= limit) return
    known.told.push({ seq: entry.seq, at: entry.at, by: entry.by, of: entry.stream, says: tell(entry) })
  }

  /** Those that are there, in the order in which they are told. */
  kinds(): KindTold[] {
    return kinds.flatMap((kind) => {
      const known = this.#counts.get(kind)
      if (known === undefined) return []
      const { count, after, told } = known
      return [{ kind, count, told, more: after - told.length }]
    })
  }

  /** Who brought most of it about comes first. */
  people(most: number): { by: string; entries: number }[] {
    return mostFirst(this.#people, most).map(([by, entries]) => ({ by, entries }))
  }

  /** Of what most of it is comes first. */
  streams(most: number): { of: string; entries: number }[] {
    return mostFirst(this.#streams, most).map(([of, entries]) => ({ of, entries }))
  }
}

function countUp(counts: Map<string, number>, name: string): void {
  const known = counts.has(name) || counts.size < mostNames ? name : theOthers
  counts.set(known, (counts.get(known) ?? 0) + 1)
}

function mostFirst(counts: ReadonlyMap<string, number>, most: number): [string, number][] {
  return [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).slice(0, most)
}

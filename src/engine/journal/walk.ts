// The audit's inner loop: is each row what was written, in its place, linked to the one before.
import type { Row, Store } from '../../core/ports.ts'
import { StoreFailed } from '../../core/ports.ts'
import { isCanonical, leafHash, MalformedEntry, readEntry } from './entry.ts'
import { type Seal, sealsIn } from './sealed.ts'
import { Frontier, type SavedFrontier } from './tree.ts'

export type FaultKind =
  | 'missing'
  | 'misplaced'
  | 'bytes'
  | 'malformed'
  | 'stream'
  | 'link'
  | 'truncated'
  | 'rewritten'
  | 'medium'
  | 'checkpoint'

/** The first bad position (a sequence; 0: none can be named), and what is wrong with it. `to`: it lies somewhere from `seq` up to here. */
export interface Fault {
  readonly seq: number
  readonly to?: number
  readonly kind: FaultKind
  readonly what: string
}

/** How far a walk has come. `marks` are sizes at which to keep the frontier, rising. */
export interface Walk {
  seq: number
  last: string
  readonly tree: Frontier
  readonly marks: number[]
  readonly kept: { readonly size: number; readonly frontier: SavedFrontier }[]
  /** What the entries that were walked name by its digest. */
  readonly seals: Seal[]
}

export function beginWalk(seq: number, last: string, marks: readonly number[], tree = new Frontier()): Walk {
  const walk: Walk = {
    seq,
    last,
    tree,
    marks: marks.filter((mark) => mark >= seq).sort((a, b) => a - b),
    kept: [],
    seals: [],
  }
  keepMarks(walk)
  return walk
}

function keepMarks(walk: Walk): void {
  while (walk.marks[0] === walk.seq) {
    walk.marks.shift()
    walk.kept.push({ size: walk.seq, frontier: walk.tree.save() })
  }
}

function fault(seq: number, kind: FaultKind, what: string): Fault {
  return { seq, kind, what }
}

function outOfPlace(seq: number, expected: number): Fault {
  if (seq > expected) {
    const gap = seq - expected
    const which = gap === 1 ? `Entry ${expected} is` : `Entries ${expected} to ${seq - 1} are`
    return fault(expected, 'missing', `${which} missing: ${seq} follows ${expected - 1}.`)
  }
  return fault(expected, 'misplaced', `Entry ${seq} stands where entry ${expected} must.`)
}

/** The link to the entry before is broken. If the entry after vouches for this one, the one before was changed. */
function brokenLink(row: Row, after: Row | undefined): Fault {
  const { seq } = row
  if (seq === 1) return fault(1, 'link', 'Entry 1 names an entry before it, but nothing can come before the first.')
  const what = `Entry ${seq} was written after another entry ${seq - 1} than the one that is there`
  if (after === undefined) {
    return { seq: seq - 1, to: seq, kind: 'link', what: `${what}: one of the two was replaced, with its hash.` }
  }
  if (after.text.endsWith(`,"prev":"${row.hash}"}`)) {
    return fault(seq - 1, 'link', `${what}: entry ${seq - 1} was replaced, with its hash.`)
  }
  return fault(
    seq,
    'link',
    `${what}, and entry ${seq + 1} after another entry ${seq}: entry ${seq} was replaced, with its hash.`,
  )
}

function faultIn(row: Row, walk: Walk, after: Row | undefined): Fault | undefined {
  const { seq, text } = row
  if (seq !== walk.seq + 1) return outOfPlace(seq, walk.seq + 1)
  if (typeof text !== 'string' || leafHash(text) !== row.hash) {
    return fault(
      seq,
      'bytes',
      `The bytes of entry ${seq} do not give the hash stored with it: one of them was changed.`,
    )
  }
  try {
    const entry = readEntry(text, walk.last)
    if (entry.seq !== seq) return fault(seq, 'misplaced', `Entry ${entry.seq} stands where entry ${seq} must.`)
    if (entry.stream !== row.stream) {
      return fault(seq, 'stream', `Entry ${seq} is of stream ${entry.stream} but is filed under ${row.stream}.`)
    }
    if (!isCanonical(text, entry)) {
      return fault(seq, 'malformed', `Entry ${seq} is malformed: it is not spelt the one way an entry can be.`)
    }
    if (entry.prev !== walk.last) return brokenLink(row, after)
    for (const seal of sealsIn(entry)) walk.seals.push(seal)
    return undefined
  } catch (error) {
    if (error instanceof MalformedEntry) return fault(seq, 'malformed', `Entry ${seq} is malformed: ${error.message}.`)
    throw error
  }
}

/** Goes over rows that follow on the walk; stops at the first fault. */
export function walkRows(walk: Walk, rows: readonly Row[], next?: Row): Fault | undefined {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as Row
    const found = faultIn(row, walk, rows[at + 1] ?? next)
    if (found !== undefined) return found
    walk.seq = row.seq
    walk.last = row.hash
    walk.tree.append(row.hash)
    if (walk.marks[0] === walk.seq) keepMarks(walk)
  }
  return undefined
}

const batch = 2048

/** Rows after `after`; fewer and fewer where the medium fails, so that the bad one can be named. */
export async function readSome(store: Store, after: number, limit: number): Promise<readonly Row[] | Fault> {
  try {
    return await store.read(after, limit)
  } catch (error) {
    if (!(error instanceof StoreFailed) || error.kind !== 'broken') throw error
    if (limit > 1) return readSome(store, after, limit >> 1)
    return fault(after + 1, 'medium', `Entry ${after + 1} cannot be read: ${error.message}`)
  }
}

/** Walks on to `to`, reading ahead, so that the entry after each one can vouch for it. */
export async function walkStore(store: Store, walk: Walk, to: number): Promise<Fault | undefined> {
  let rows = walk.seq < to ? await readSome(store, walk.seq, Math.min(batch, to - walk.seq)) : []
  while (!('kind' in rows) && rows.length > 0 && walk.seq < to) {
    const reached = rows.at(-1)?.seq ?? to
    const ahead = await readSome(store, reached, Math.max(1, Math.min(batch, to - reached)))
    const found = walkRows(walk, rows, 'kind' in ahead ? undefined : ahead[0])
    if (found !== undefined) return found
    rows = walk.seq < to ? ahead : []
  }
  if ('kind' in rows) return rows
  if (walk.seq >= to) return undefined
  return { seq: walk.seq + 1, to, kind: 'missing', what: `Entries ${walk.seq + 1} to ${to} are missing.` }
}

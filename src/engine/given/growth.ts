// Whether the record at one time begins the record at a later one, and what lies between is what was hashed.
import type { End, Grown, Mark } from '../../core/ports/house.ts'
import type { Row, Store } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import { leafHash } from '../journal/entry.ts'
import { foreignIn, readKept } from '../journal/kept.ts'
import type { KeyChain } from '../journal/keys.ts'
import { NoteRefused, signaturesOn } from '../journal/note.ts'
import { consistencyProof, type RootOf, rootsOver, verifyConsistency } from '../journal/tree.ts'

export interface GrowingRecord {
  readonly store: Store
  readonly head: number
  readonly chain: KeyChain
  /** What this record is called. */
  readonly origin: string
}

/** `root` is what was signed; absent where only a number was given. */
interface Claim {
  readonly size: number
  readonly root?: string
  readonly signedBy?: string
}

const rowsAtOnce = 1000
const audit = 'run baton audit verify, and compare with what else was kept'

export async function growth(record: GrowingRecord, from: End, to: End): Promise<Grown> {
  const [older, newer] = [claimOf(record, from), claimOf(record, to)]
  if (older.size > newer.size)
    throw new Refused(
      refuse(
        'invalid',
        `entries ${older.size} to ${newer.size}`,
        'the first end is later than the second',
        'name the earlier one first',
      ),
    )
  const leaves = await record.store.leaves(0, newer.size)
  if (leaves.length !== newer.size * 32) throw changed(`${newer.size} entries`, 'some of them are missing')
  const rootOf = rootsOver(leaves)
  const marks = { from: markOf(rootOf, older), to: markOf(rootOf, newer) }
  const proof = older.size === 0 || older.size === newer.size ? [] : consistencyProof(rootOf, older.size, newer.size)
  if (!verifyConsistency(marks.from, marks.to, proof))
    throw changed(`${newer.size} entries`, `they did not grow out of the first ${older.size}`)
  await between(record.store, leaves, marks)
  return { ...marks, proof }
}

function claimOf({ head, chain, origin }: GrowingRecord, end: End): Claim {
  if ('size' in end) {
    if (end.size <= head) return { size: end.size }
    throw new Refused(
      refuse('not-found', `entry ${end.size}`, `the record has ${head} entries`, 'give a number from 0 to that'),
    )
  }
  const kept = readSigned(end.note, chain, origin)
  const newest = kept.checkpoints.reduce((best, one) => (one.size >= best.size ? one : best))
  const [foreign] = newest.foreign === undefined ? foreignIn(kept, chain) : [newest.foreign]
  if (foreign !== undefined) throw changed('the checkpoint', foreign)
  if (newest.size > head)
    throw changed(
      `the checkpoint over ${newest.size} entries`,
      `this record has ${head}: entries were cut off, or an older copy was put back`,
    )
  const signedBy = signaturesOn(newest.note).map(({ name, id }) => `${name}+${id}`)
  return { size: newest.size, root: newest.root, signedBy: signedBy.join(', ') }
}

function readSigned(text: string, chain: KeyChain, origin: string) {
  try {
    const kept = readKept(text, chain, chain.origin || origin)
    if (kept.checkpoints.length > 0) return kept
  } catch (error) {
    if (!(error instanceof NoteRefused)) throw error
    if (/\n\n\u2014 /u.test(text)) throw changed('the checkpoint', error.message)
  }
  const remedy = 'give a number of entries, a time in UTC, or what was kept of signed checkpoints'
  throw new Refused(refuse('invalid', 'an end of the record', 'it is no signed checkpoint', remedy))
}

function markOf(rootOf: RootOf, { size, root: signed, signedBy }: Claim): Mark {
  const root = rootOf(0, size)
  if (signed !== undefined && signed !== root)
    throw changed(
      `the checkpoint over ${size} entries`,
      'the record has other entries there now: they were rewritten after it was signed',
    )
  return { size, root, ...(signedBy === undefined ? {} : { signedBy }) }
}

async function between(store: Store, leaves: Uint8Array, { from, to }: { readonly from: Mark; readonly to: Mark }) {
  const bytes = Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength)
  for (let at = from.size; at < to.size; ) {
    const rows = await store.read(at, Math.min(rowsAtOnce, to.size - at))
    for (const row of rows) {
      const index = row.seq - 1
      if (row.seq !== at + 1 || leafHash(row.text) !== bytes.toString('hex', index * 32, index * 32 + 32))
        throw changed(`entry ${at + 1}`, 'it is not what its hash says')
      if (!row.text.startsWith(beginOf(row)))
        throw changed(
          `entry ${at + 1}`,
          `it is filed under ${quoted(row.stream)}, and says that it is of something else`,
        )
      at += 1
    }
    if (rows.length === 0) throw changed(`entry ${at + 1}`, 'it is missing')
  }
}

/** An entry that is filed elsewhere would be left out, though its bytes are sound, where only one item is read. */
const beginOf = ({ seq, stream }: Row): string =>
  `{"seq":${seq},"stream":${JSON.stringify(stream).replaceAll('\ufffd', '\\ufffd')},"at":`

function changed(what: string, why: string): Refused {
  return new Refused(refuse('conflict', what, why, audit))
}

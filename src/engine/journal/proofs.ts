// Proofs that a stranger can check: one entry, its place in the tree, and the checkpoint that covers it.
import type { Entry } from '../../core/nouns/entry.ts'
import type { Store } from '../../core/ports.ts'
import { leafHash, readEntry } from './entry.ts'
import { type Checkpoint, openCheckpoint, parseCheckpoint, type Verifier } from './note.ts'
import { consistencyProof, inclusionProof, type RootOf, rootsOver, verifyInclusion } from './tree.ts'

export class ProofRefused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'ProofRefused'
  }
}

/** The tree over the first `size` stored hashes, once it has the checkpoint's root: a proof from another tree would prove nothing. */
export async function treeUnder(store: Store, checkpoint: Checkpoint): Promise<RootOf> {
  const leaves = await store.leaves(0, checkpoint.size)
  const rootOf = rootsOver(leaves)
  if (leaves.length !== checkpoint.size * 32 || rootOf(0, checkpoint.size) !== checkpoint.root) {
    throw new ProofRefused(
      `The journal does not have the tree that the checkpoint over ${checkpoint.size} entries was signed for: audit it.`,
    )
  }
  return rootOf
}

const toBase64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64')
const first = 'c2sp.org/tlog-proof@v1'

/** The checkpoint that a note carries, its signatures not yet looked at. */
export function checkpointIn(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1))
}

/** A C2SP tlog-proof of one entry under a signed checkpoint, the entry's own bytes as its extra data: nothing else is needed to check it. */
export async function prove(store: Store, seq: number, note: string): Promise<string> {
  const checkpoint = checkpointIn(note)
  if (seq < 1 || seq > checkpoint.size) {
    throw new ProofRefused(
      `Entry ${seq} is not among the ${checkpoint.size} that this checkpoint covers: make a newer one.`,
    )
  }
  const [row] = await store.read(seq - 1, 1)
  if (row?.seq !== seq) throw new ProofRefused(`Entry ${seq} is missing: audit the journal.`)
  const path = inclusionProof(await treeUnder(store, checkpoint), seq - 1, checkpoint.size)
  const extra = Buffer.from(row.text).toString('base64')
  return [first, `extra ${extra}`, `index ${seq - 1}`, ...path.map(toBase64), '', note].join('\n')
}

function hashOf(line: string): string {
  const bytes = Buffer.from(line, 'base64')
  if (bytes.length !== 32 || bytes.toString('base64') !== line) throw new ProofRefused(`This is no hash: ${line}`)
  return bytes.toString('hex')
}

export interface Proved {
  readonly entry: Entry
  readonly text: string
  readonly checkpoint: Checkpoint
}

/** What the proof proves, or why it proves nothing. */
export function checkProof(proof: string, known: readonly Verifier[], origin?: string): Proved {
  const end = proof.indexOf('\n\n')
  const lines = proof.slice(0, Math.max(end, 0)).split('\n')
  const extra = /^extra (\S+)$/.exec(lines[1] ?? '')?.[1]
  const index = /^index (0|[1-9]\d{0,15})$/.exec(lines[2] ?? '')?.[1]
  if (end < 0 || lines[0] !== first || extra === undefined || index === undefined) {
    throw new ProofRefused(`This is no proof of an entry: it must begin with ${first}, extra and index.`)
  }
  const checkpoint = openCheckpoint(proof.slice(end + 2), known, origin)
  const bytes = Buffer.from(extra, 'base64')
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) throw new ProofRefused('The entry in this proof is no UTF-8.')
  const path = lines.slice(3).map(hashOf)
  if (!verifyInclusion(leafHash(text), Number(index), checkpoint.size, path, checkpoint.root)) {
    throw new ProofRefused(`The entry in this proof is not entry ${Number(index) + 1} of the tree that was signed.`)
  }
  const entry = readEntry(text)
  if (entry.seq !== Number(index) + 1)
    throw new ProofRefused(`The entry in this proof calls itself ${entry.seq}, but stands at ${Number(index) + 1}.`)
  return { entry, text, checkpoint }
}

/** That the tree of a newer checkpoint begins with the whole tree of an older one; hex, as `verifyConsistency` takes it. */
export async function proveGrowth(store: Store, older: Checkpoint, newer: Checkpoint): Promise<readonly string[]> {
  if (older.size > newer.size)
    throw new ProofRefused(`A tree of ${newer.size} entries cannot have grown out of one of ${older.size}.`)
  return consistencyProof(await treeUnder(store, newer), older.size, newer.size)
}

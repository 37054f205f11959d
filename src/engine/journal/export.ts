// One stream's record to give away: the exact texts, each with its place in the signed tree, and a verifier for them.
import type { Entry } from '../../core/nouns/entry.ts'
import type { Store } from '../../core/ports.ts'
import { leafHash, readEntry } from './entry.ts'
import { type Checkpoint, openCheckpoint, type Verifier } from './note.ts'
import { checkpointIn, ProofRefused, treeUnder } from './proofs.ts'
import { inclusionProof, verifyInclusion } from './tree.ts'

interface Heading {
  readonly export: 'baton/1'
  readonly stream: string
  readonly checkpoint: string
}

/** The texts are strings inside the lines, so that their bytes survive; the proofs are lower-case hex, from the leaf up. */
interface Line {
  readonly text: string
  readonly proof: readonly string[]
}

const batch = 1024

/** JSON lines, each ending in a newline: the heading, then one line an entry. Entries after the checkpoint are left out. */
export async function* exportStream(store: Store, stream: string, note: string): AsyncGenerator<string> {
  const checkpoint = checkpointIn(note)
  const rootOf = await treeUnder(store, checkpoint)
  const heading: Heading = { export: 'baton/1', stream, checkpoint: note }
  yield `${JSON.stringify(heading)}\n`
  let after = 0
  for (;;) {
    const rows = await store.read(after, batch, stream)
    for (const { seq, text } of rows) {
      if (seq > checkpoint.size) return
      const line: Line = { text, proof: inclusionProof(rootOf, seq - 1, checkpoint.size) }
      yield `${JSON.stringify(line)}\n`
    }
    after = rows.at(-1)?.seq ?? after
    if (rows.length < batch) return
  }
}

export interface Exported {
  readonly stream: string
  readonly checkpoint: Checkpoint
  readonly entries: readonly Entry[]
}

function parse(line: string, at: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    throw new ProofRefused(`Line ${at} of the export is no JSON.`)
  }
  throw new ProofRefused(`Line ${at} of the export is no JSON object.`)
}

function checkLine(line: string, at: number, heading: Heading, checkpoint: Checkpoint, last: number): Entry {
  const { text, proof } = parse(line, at)
  if (
    typeof text !== 'string' ||
    !Array.isArray(proof) ||
    !proof.every((each) => /^[0-9a-f]{64}$/.test(String(each)))
  ) {
    throw new ProofRefused(`Line ${at} of the export is no entry with its proof.`)
  }
  const entry = readEntry(text)
  if (entry.stream !== heading.stream) throw new ProofRefused(`Line ${at} of the export is of stream ${entry.stream}.`)
  if (entry.seq <= last)
    throw new ProofRefused(`Line ${at} of the export holds entry ${entry.seq} after entry ${last}.`)
  if (!verifyInclusion(leafHash(text), entry.seq - 1, checkpoint.size, proof.map(String), checkpoint.root)) {
    throw new ProofRefused(
      `Line ${at} of the export, entry ${entry.seq}, is not what was signed: it was changed, or its proof was.`,
    )
  }
  return entry
}

/** Checks every line. That none was left out cannot be seen from one stream alone: the whole journal's audit shows it. */
export function checkExport(text: string, known: readonly Verifier[], origin?: string): Exported {
  const [head = '', ...lines] = text.split('\n')
  const heading = parse(head, 1) as unknown as Heading
  if (heading.export !== 'baton/1' || typeof heading.checkpoint !== 'string') {
    throw new ProofRefused('This is no export: its first line must say "export":"baton/1" and hold a checkpoint.')
  }
  if (lines.pop() !== '') throw new ProofRefused('The export is cut off: its last line does not end.')
  const checkpoint = openCheckpoint(heading.checkpoint, known, origin)
  const entries: Entry[] = []
  for (const [at, line] of lines.entries()) {
    entries.push(checkLine(line, at + 2, heading, checkpoint, entries.at(-1)?.seq ?? 0))
  }
  return { stream: heading.stream, checkpoint, entries }
}

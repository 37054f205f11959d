// One stream's record to give away: the exact texts, each with its place in the signed tree, and a verifier for them.
import type { Entry } from '../../core/nouns/entry.ts'
import type { Row, Store } from '../../core/ports.ts'
import { type Known, namesAnother, type Share } from '../given/naming.ts'
import { leafHash, readEntry } from './entry.ts'
import { type Checkpoint, openCheckpoint, type Verifier } from './note.ts'
import { checkpointIn, ProofRefused, treeUnder } from './proofs.ts'
import { inclusionProof, type RootOf, verifyInclusion } from './tree.ts'

interface Heading {
  readonly export: 'baton/1'
  /** What was asked for: an item, or a repository, whose items' streams are then in `streams`. */
  readonly stream: string
  readonly streams?: readonly string[]
  /** The public line of the key that signed; whoever trusts it must have it from elsewhere. */
  readonly key?: string
  readonly checkpoint: string
}

/** The texts are strings inside the lines, so that their bytes survive; the proofs are lower-case hex, from the leaf up. */
type Line =
  | { readonly text: string; readonly proof: readonly string[] }
  | { readonly withheld: string; readonly seq: number; readonly hash: string; readonly proof: readonly string[] }

const batch = 1024
const whyWithheld = 'it names another item or repository'

/** All of one stream when only its name is given; with `known`, what names anything else is withheld. */
export interface Wanted {
  readonly stream: string
  readonly share?: Share
  readonly known?: Known
  readonly key?: string
}

/** JSON lines, each ending in a newline: the heading, then one line an entry. Entries after the checkpoint are left out. */
export async function* exportStream(store: Store, wanted: string | Wanted, note: string): AsyncGenerator<string> {
  const { stream, share, known, key } = typeof wanted === 'string' ? { stream: wanted } : wanted
  const checkpoint = checkpointIn(note)
  const rootOf = await treeUnder(store, checkpoint)
  const streams = share === undefined || share.streams.size < 2 ? {} : { streams: [...share.streams].sort() }
  const heading: Heading = {
    export: 'baton/1',
    stream,
    ...streams,
    ...(key === undefined ? {} : { key }),
    checkpoint: note,
  }
  yield `${JSON.stringify(heading)}\n`
  const foreign = (row: Row) =>
    share !== undefined && known !== undefined && namesAnother(readEntry(row.text), share, known)
  for await (const row of rowsOf(store, share?.streams ?? new Set([stream]), checkpoint.size))
    yield `${JSON.stringify(lineOf(row, rootOf, checkpoint.size, foreign(row)))}\n`
}

function lineOf({ seq, text, hash }: Row, rootOf: RootOf, size: number, withheld: boolean): Line {
  const proof = inclusionProof(rootOf, seq - 1, size)
  return withheld ? { withheld: whyWithheld, seq, hash, proof } : { text, proof }
}

async function* rowsOf(store: Store, streams: ReadonlySet<string>, size: number): AsyncGenerator<Row> {
  const [only] = streams.size === 1 ? streams : []
  for (let after = 0; after < size; ) {
    const rows = await store.read(after, batch, only)
    for (const row of rows) {
      if (row.seq > size) return
      if (streams.has(row.stream)) yield row
    }
    after = rows.at(-1)?.seq ?? size
    if (rows.length < batch) return
  }
}

export interface Exported {
  readonly stream: string
  readonly checkpoint: Checkpoint
  readonly entries: readonly Entry[]
  /** Positions of entries whose text is withheld, though they are proved to stand there. */
  readonly withheld: readonly number[]
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

interface Checking {
  readonly streams: ReadonlySet<string>
  readonly checkpoint: Checkpoint
}

const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)

/** The entry of a line; its position alone when the text is withheld. */
function checkLine(line: string, at: number, { streams, checkpoint }: Checking, last: number): Entry | number {
  const { text, proof, withheld, seq: named, hash } = parse(line, at)
  const whole = typeof text === 'string' && withheld === undefined
  const sealed = typeof withheld === 'string' && Number.isSafeInteger(named) && isHash(hash) && text === undefined
  if (!(whole || sealed) || !Array.isArray(proof) || !proof.every(isHash))
    throw new ProofRefused(`Line ${at} of the export is no entry with its proof.`)
  const entry = whole ? readEntry(text) : undefined
  const seq = entry?.seq ?? Number(named)
  if (entry !== undefined && !streams.has(entry.stream))
    throw new ProofRefused(`Line ${at} of the export is of stream ${entry.stream}.`)
  if (seq <= last) throw new ProofRefused(`Line ${at} of the export holds entry ${seq} after entry ${last}.`)
  const leaf = whole ? leafHash(text) : String(hash)
  if (!verifyInclusion(leaf, seq - 1, checkpoint.size, proof, checkpoint.root)) {
    throw new ProofRefused(
      `Line ${at} of the export, entry ${seq}, is not what was signed: it was changed, or its proof was.`,
    )
  }
  return entry ?? seq
}

/** The key that an export says it was signed by: its own word, which proves nothing until it is compared. */
export function keyNamedIn(text: string): string | undefined {
  const { key } = parse(text.slice(0, Math.max(0, text.indexOf('\n'))), 1)
  return typeof key === 'string' ? key : undefined
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
  const streams = new Set(Array.isArray(heading.streams) ? heading.streams.map(String) : [heading.stream])
  const entries: Entry[] = []
  const withheld: number[] = []
  let last = 0
  for (const [at, line] of lines.entries()) {
    const found = checkLine(line, at + 2, { streams, checkpoint }, last)
    last = typeof found === 'number' ? found : found.seq
    if (typeof found === 'number') withheld.push(found)
    else entries.push(found)
  }
  return { stream: heading.stream, checkpoint, entries, withheld }
}

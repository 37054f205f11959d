// Signed notes as they are kept out of reach: the key, each key after it, and checkpoint after checkpoint, in one text.
import type { KeyChain, KeyEra } from './keys.ts'
import {
  type Checkpoint,
  keyNote,
  NoteRefused,
  openNote,
  openRotation,
  readKeyNote,
  rotatedTo,
  type Signer,
  signaturesOn,
  type Verifier,
} from './note.ts'
import { checkpointIn } from './proofs.ts'

export interface KeptCheckpoint extends Checkpoint {
  readonly note: string
  /** Why its signature is nobody's word for this record; absent when it is good. */
  readonly foreign?: string
}

export interface Kept {
  /** The key that what is kept begins with: what follows is judged by it, not by the record. */
  readonly pinned?: Verifier
  /** The newest key there. */
  readonly key?: Verifier
  readonly checkpoints: readonly KeptCheckpoint[]
  /** The bytes of a note at the end that was cut off as it was written. */
  readonly torn: number
}

const noteShape = /((?:[^\n]+\n)+)\n((?:\u2014 \S+ \S+\n)+)/gu

function notesIn(text: string): { readonly notes: readonly string[]; readonly torn: number } {
  const notes: string[] = []
  let end = 0
  for (const match of text.matchAll(noteShape)) {
    if (text.slice(end, match.index).trim() !== '')
      throw new NoteRefused('What is kept holds something that is no signed note.')
    notes.push(match[0])
    end = match.index + match[0].length
  }
  return { notes, torn: text.slice(end).trim() === '' ? 0 : Buffer.byteLength(text.slice(end)) }
}

/** Reads what is kept. `chain` is the record's own word for its keys, used where what is kept begins with none of its own. */
export function readKept(text: string, chain: KeyChain, origin: string): Kept {
  const { notes, torn } = notesIn(text)
  if (notes.length === 0) throw new NoteRefused('It holds no signed note: a text, an empty line and signature lines.')
  const keys: Verifier[] = []
  const checkpoints: KeptCheckpoint[] = []
  for (const note of notes) {
    const key = readKeyNote(note)
    const next = rotatedTo(note)
    const last = keys.at(-1)
    if (key !== undefined && last === undefined) keys.push(key)
    else if (next !== undefined && last !== undefined)
      keys.push(openRotation({ next: next.text, note }, last.name, [last]))
    else if (key === undefined && next === undefined) checkpoints.push(judge(note, keys, chain, origin))
  }
  const [pinned] = keys
  const key = keys.at(-1)
  return { ...(pinned === undefined ? {} : { pinned }), ...(key === undefined ? {} : { key }), checkpoints, torn }
}

function judge(note: string, keys: readonly Verifier[], chain: KeyChain, origin: string): KeptCheckpoint {
  const checkpoint = checkpointIn(note)
  const foreign = whyForeign(note, checkpoint, keys, chain, origin)
  return { ...checkpoint, note, ...(foreign === undefined ? {} : { foreign }) }
}

function whyForeign(
  note: string,
  { size, origin }: Checkpoint,
  keys: readonly Verifier[],
  chain: KeyChain,
  ours: string,
): string | undefined {
  const what = `The checkpoint over ${size} entries`
  if (ours !== '' && origin !== ours) return `${what} is of the record ${origin}, and this one is ${ours}.`
  const last = keys.at(-1)
  const eras = last === undefined ? chain.trusted() : [{ verifier: last, until: undefined }]
  const signed = signaturesOn(note)
  const era = eras.find(({ verifier }) => signed.some(({ name, id }) => name === verifier.name && id === verifier.id))
  const by = signed.map(({ name, id }) => `${name}+${id}`).join(', ')
  if (era === undefined)
    return `${what} is signed by the foreign key ${by}: it is not among those that were handed over.`
  openNote(note, [era.verifier])
  if (era.until === undefined || size < era.until) return undefined
  return `${what} is signed by ${by}, which had handed over at entry ${era.until}.`
}

/** What a kept place must get besides a checkpoint: the first key if nothing is there, and each key handed over since. */
export function keysToAdd(kept: Kept | undefined, eras: readonly KeyEra[], signer: Signer): readonly string[] {
  if (kept === undefined) return [keyNote(signer)]
  const from = eras.findIndex(({ verifier }) => verifier.text === kept.key?.text)
  return from < 0 ? [] : eras.slice(from + 1).flatMap(({ note }) => (note === undefined ? [] : [note]))
}

export function joinNotes(notes: readonly string[]): string {
  return notes.map((note) => `${note}\n`).join('')
}

/** What is kept begins with a key of its own: the record must know it, and have followed it by signatures alone. */
export function foreignIn(kept: Kept, chain: KeyChain): string[] {
  const said = kept.checkpoints.flatMap(({ foreign }) => (foreign === undefined ? [] : [foreign]))
  const { pinned } = kept
  const now = chain.current
  if (pinned === undefined || now === undefined) return said
  const eras = chain.trusted(pinned)
  const name = `${pinned.name}+${pinned.id}`
  if (eras.length === 0) return [...said, `The record does not know the key ${name}, with which what was kept begins.`]
  if (eras.at(-1) === now) return said
  const { verifier, seq } = chain.eras[chain.eras.indexOf(eras.at(-1) ?? now) + 1] ?? now
  return [
    ...said,
    `From entry ${seq} on the record is signed by ${verifier.name}+${verifier.id}, a foreign key: none that ${name} had handed over to vouches for it.`,
  ]
}

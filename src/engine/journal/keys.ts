// The keys that have signed for a record, one after another: each handed over by the one before it, or taken without its word.
import type { Entry } from '../../core/nouns/entry.ts'
import type { Store } from '../../core/ports.ts'
import { MalformedEntry, readEntry } from './entry.ts'
import { type KeyRotation, NoteRefused, openRotation, parseVerifier, type Verifier } from './note.ts'

/** `handed` by a note that the key before has signed; `lost`: a person said that the key before is gone; `unsigned`: neither. */
export interface KeyEra {
  readonly verifier: Verifier
  readonly how: 'first' | 'handed' | 'lost' | 'unsigned'
  /** The entry that names it. */
  readonly seq: number
  /** The entry that ends it: a checkpoint over so many entries or more is not its to sign. */
  until?: number
  /** The signed note that handed over to it. */
  readonly note?: string
  readonly by: string
  readonly why: string
}

export interface KeyFault {
  readonly seq: number
  readonly what: string
}

interface KeyFact {
  readonly name?: unknown
  readonly key?: unknown
  readonly note?: unknown
  readonly lost?: unknown
}

const keyName = (verifier: Verifier): string => `${verifier.name}+${verifier.id}`

/** What the record itself says of its keys. A key that came in unsigned is a fault, and what it signed is nobody's word. */
export class KeyChain {
  readonly eras: KeyEra[] = []
  readonly faults: KeyFault[] = []

  /** Takes the facts of the house in their order; those that say nothing of keys are passed over. */
  take(entry: Pick<Entry, 'seq' | 'by' | 'type' | 'data'>): void {
    if (entry.type !== 'key.published' && entry.type !== 'key.rotated') return
    try {
      this.#add(entry, (entry.data ?? {}) as KeyFact)
    } catch (error) {
      if (!(error instanceof NoteRefused)) throw error
      this.faults.push({ seq: entry.seq, what: `Entry ${entry.seq} names a key that does not hold: ${error.message}` })
    }
  }

  #add({ seq, by, type }: Pick<Entry, 'seq' | 'by' | 'type'>, { key, note, lost }: KeyFact): void {
    const before = this.current
    const verifier = parseVerifier(String(key))
    if (before?.verifier.text === verifier.text) return
    if (type === 'key.rotated') {
      if (before === undefined) throw new NoteRefused('no key came before it.')
      const rotation: KeyRotation = { next: verifier.text, note: String(note) }
      openRotation(rotation, before.verifier.name, [before.verifier])
      this.#begin({ verifier, how: 'handed', seq, by, why: '', note: rotation.note })
    } else if (before === undefined) this.#begin({ verifier, how: 'first', seq, by, why: '' })
    else if (typeof lost === 'string') this.#begin({ verifier, how: 'lost', seq, by, why: lost })
    else {
      const what = `Entry ${seq} brings in the foreign key ${keyName(verifier)}: ${keyName(before.verifier)} did not hand over to it.`
      this.faults.push({ seq, what })
      this.#begin({ verifier, how: 'unsigned', seq, by, why: '' })
    }
  }

  #begin(era: KeyEra): void {
    const before = this.current
    if (before !== undefined) before.until = era.seq
    this.eras.push(era)
  }

  /** The key that signs now. */
  get current(): KeyEra | undefined {
    return this.eras.at(-1)
  }

  /** The journal that the first key stands for; empty while there is none. */
  get origin(): string {
    return this.eras[0]?.verifier.name ?? ''
  }

  /** The eras that follow from `pinned` by signatures alone; without it, those that a person stood in for as well. */
  trusted(pinned?: Verifier): readonly KeyEra[] {
    const from = pinned === undefined ? 0 : this.eras.findIndex(({ verifier }) => verifier.text === pinned.text)
    if (from < 0) return []
    const held: KeyEra[] = []
    for (const era of this.eras.slice(from)) {
      const fits = held.length === 0 || era.how === 'handed' || (pinned === undefined && era.how === 'lost')
      if (!fits) break
      held.push(era)
    }
    return held
  }

  /** What a person should know of how the keys came about, in sentences. */
  told(): readonly string[] {
    const lost = this.eras.filter(({ how }) => how === 'lost')
    return lost.map(
      ({ seq, by, why, verifier }) =>
        `At entry ${seq} ${by} said that the signing key before was lost (${why}): nobody who signed before vouches for ${keyName(verifier)}.`,
    )
  }
}

const batch = 1000

/** The facts of the house after an entry: keys and checkpoints are among them. What cannot be read is the audit's to find. */
export async function* houseEntries(store: Store, after = 0): AsyncGenerator<Entry> {
  for (let at = after; ; ) {
    const rows = await store.read(at, batch, 'house')
    for (const row of rows) {
      const entry = readOrNothing(row.text)
      if (entry !== undefined) yield entry
    }
    at = rows.at(-1)?.seq ?? at
    if (rows.length < batch) return
  }
}

function readOrNothing(text: unknown): Entry | undefined {
  try {
    return typeof text === 'string' ? readEntry(text) : undefined
  } catch (error) {
    if (error instanceof MalformedEntry) return undefined
    throw error
  }
}

// Puts each signed checkpoint out of this home's reach: at the end of runs, at closing, and every so many entries.
import type { Entry } from '../core/nouns/entry.ts'
import type { KeptAt } from '../core/ports/house.ts'
import type { CheckpointPlace, Clock, Store } from '../core/ports.ts'
import { type Wish, wish } from '../core/wishes.ts'
import { joinNotes, type Kept, keysToAdd, readKept } from './journal/kept.ts'
import { houseEntries, KeyChain } from './journal/keys.ts'
import { type Checkpoint, NoteRefused } from './journal/note.ts'
import { checkpointIn, ProofRefused, proveGrowth } from './journal/proofs.ts'
import { verifyConsistency } from './journal/tree.ts'
import type { SigningKeys } from './parts.ts'
import { messageOf } from './work/shop.ts'

export interface KeepingParts {
  readonly places: readonly CheckpointPlace[]
  readonly keys: SigningKeys | undefined
  readonly origin: string
  readonly store: Store
  readonly clock: Clock
  /** Whether nothing can be recorded just now: then nothing is signed. */
  resting(): boolean
  sign(): Promise<string>
  submit(wish: Wish): Promise<unknown>
}

/** A crash or a rewriting between two checkpoints can be told only from the one before: so few entries lie between. */
export const keepEvery = 1000
const longestMs = 20_000
const retryMs: readonly number[] = [1000, 5000, 30_000, 120_000]

/** What the keeping itself records, which alone is no reason for another checkpoint. */
const ownFacts: readonly string[] = ['checkpoint.signed', 'checkpoint.kept', 'checkpoint.missed', 'key.published']

interface Watched {
  readonly place: CheckpointPlace
  /** The newest that this house has put there: that the record has grown out of it needs no proof. */
  last?: Checkpoint
  why?: string
  tries: number
}

/** Nothing waits for it but closing, and that not for ever. What could not be kept is said, recorded, and tried again. */
export class Keeping {
  readonly #parts: KeepingParts
  readonly #watched: readonly Watched[]
  #since = 0
  #newest: string | undefined
  #going: Promise<void> | undefined
  #again = false
  #calm = (): void => undefined
  readonly #keyChain = new KeyChain()
  #chainSeq = 0

  constructor(parts: KeepingParts) {
    this.#parts = parts
    this.#watched = parts.places.map((place) => ({ place, tries: 0 }))
  }

  /** Called with what has come to the disk. */
  saw(entries: readonly Entry[]): void {
    if (this.#watched.length === 0) return
    const worth = entries.filter(({ type }) => !ownFacts.includes(type))
    this.#since += worth.length
    if (this.#since >= keepEvery || worth.some(({ type }) => type === 'run.ended')) this.#soon()
  }

  /** A checkpoint that was signed for another reason goes there too. */
  took(note: string): void {
    this.#newest = note
    this.#since = 0
    if (this.#watched.length > 0) this.#soon()
  }

  /** The last one: it is tried once, whatever was tried before. */
  async close(): Promise<void> {
    this.#calm()
    if (this.#watched.length === 0) return
    if (this.#since > 0 || this.#watched.some(({ why }) => why !== undefined)) this.#soon()
    await this.#going
    this.#calm()
  }

  /** How the places stand, once what is under way has come to its end. */
  async places(): Promise<readonly KeptAt[]> {
    await this.#going
    return this.#watched.map(({ place, last, why }) => {
      return { place: place.name, size: last?.size ?? 0, ...(why === undefined ? {} : { why }) }
    })
  }

  /** The same, from what lies there now: for whoever only looks. */
  look(): Promise<readonly KeptAt[]> {
    return Promise.all(
      this.#watched.map(async ({ place, last, why }) => {
        const known = { place: place.name, size: last?.size ?? 0, ...(why === undefined ? {} : { why }) }
        if (known.size > 0 || why !== undefined) return known
        try {
          const there = await place.read()
          if (there === undefined || there === '') return known
          const kept = readThere(place, there, await this.#chain(), this.#parts.origin)
          return { place: place.name, size: kept.checkpoints.at(-1)?.size ?? 0 }
        } catch (error) {
          return { ...known, why: messageOf(error) }
        }
      }),
    )
  }

  #soon(): void {
    if (this.#parts.resting()) return
    if (this.#going !== undefined) {
      this.#again = true
      return
    }
    this.#going = this.#round().finally(() => {
      this.#going = undefined
    })
  }

  async #round(): Promise<void> {
    do {
      this.#again = false
      this.#calm()
      const fresh = this.#since > 0 || this.#newest === undefined
      this.#since = 0
      try {
        if (fresh) this.#newest = await this.#parts.sign()
      } catch (error) {
        for (const watched of this.#watched) await this.#missed(watched, 0, messageOf(error))
        break
      }
      for (const watched of this.#watched) await this.#keepAt(watched, this.#newest ?? '')
    } while (this.#again)
    this.#retryLater()
  }

  async #keepAt(watched: Watched, note: string): Promise<void> {
    const fresh = checkpointIn(note)
    const { place } = watched
    if (watched.last?.size === fresh.size && watched.why === undefined) return
    try {
      await inTime(this.#parts.clock, this.#put(watched, note, fresh))
    } catch (error) {
      await this.#missed(watched, fresh.size, messageOf(error))
      return
    }
    watched.last = fresh
    watched.tries = 0
    delete watched.why
    await this.#parts.submit(wish('checkpoint.keep', 'baton', { size: fresh.size, place: place.name }))
  }

  /** Only if what is kept there is of this record, and this record has grown out of it. */
  async #put({ place, last: ours }: Watched, note: string, fresh: Checkpoint): Promise<void> {
    const there = await place.read()
    const chain = await this.#chain()
    const signer = this.#parts.keys?.current()
    if (signer === undefined) throw new Error('this home has no signing key')
    const kept = there === undefined || there === '' ? undefined : readThere(place, there, chain, this.#parts.origin)
    const last = kept?.checkpoints.at(-1)
    if (last?.foreign !== undefined) throw new Error(`${last.foreign} Nothing was added to ${place.name}.`)
    if (last !== undefined && same(last, fresh)) return
    if (last !== undefined && !same(last, ours)) await mustHaveGrown(this.#parts.store, last, fresh, place)
    const notes = there === undefined ? [note] : [...keysToAdd(kept, chain.eras, signer), note]
    await place.add(joinNotes(notes), there)
  }

  async #chain(): Promise<KeyChain> {
    for await (const entry of houseEntries(this.#parts.store, this.#chainSeq)) {
      this.#keyChain.take(entry)
      this.#chainSeq = entry.seq
    }
    return this.#keyChain
  }

  /** The same trouble again is not recorded again: a place that is gone for a day must not fill the record. */
  async #missed(watched: Watched, size: number, why: string): Promise<void> {
    watched.tries += 1
    if (watched.why === why) return
    watched.why = why
    await this.#parts.submit(wish('checkpoint.miss', 'baton', { size, place: watched.place.name, why }))
  }

  #retryLater(): void {
    const tries = this.#watched.filter(({ why }) => why !== undefined).map((one) => one.tries)
    if (tries.length === 0) return
    const wait = retryMs[Math.min(Math.min(...tries), retryMs.length) - 1] ?? longestMs
    this.#calm = this.#parts.clock.after(wait, () => this.#soon())
  }
}

function same(one: Checkpoint, other: Checkpoint | undefined): boolean {
  return one.size === other?.size && one.root === other.root
}

/** What a place does later than this may still come to be there: the next reading finds it. */
function inTime(clock: Clock, act: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const late = new Error(`it took longer than ${longestMs / 1000} s`)
    const calm = clock.after(longestMs, () => reject(late))
    act.then(resolve, reject).finally(calm)
  })
}

function readThere(place: CheckpointPlace, there: string, chain: KeyChain, origin: string): Kept {
  let kept: Kept
  try {
    kept = readKept(there, chain, origin)
  } catch (error) {
    if (!(error instanceof NoteRefused)) throw error
    throw new Error(`${place.name} holds something else than this record's checkpoints: ${error.message}`)
  }
  if (kept.torn > 0) throw new Error(`The last note in ${place.name} is cut off: remove those ${kept.torn} bytes.`)
  const { key } = kept
  if (key === undefined) return kept
  const eras = chain.trusted(key)
  const name = `${key.name}+${key.id}`
  if (eras.length === 0)
    throw new Error(`${place.name} holds checkpoints by ${name}, a key that this record does not know.`)
  if (eras.at(-1) === chain.current) return kept
  throw new Error(
    `${place.name} holds checkpoints by ${name}, which did not hand over to the key that signs now: begin a new place.`,
  )
}

async function mustHaveGrown(
  store: Store,
  older: Checkpoint,
  newer: Checkpoint,
  place: CheckpointPlace,
): Promise<void> {
  const fork =
    `This record has not grown out of the checkpoint over ${older.size} entries that ${place.name} holds: ` +
    'it was cut off, rewritten, or an older copy was put back. baton audit verify --since shows where.'
  if (older.size > newer.size) throw new Error(fork)
  try {
    if (!verifyConsistency(older, newer, await proveGrowth(store, older, newer))) throw new Error(fork)
  } catch (error) {
    throw error instanceof ProofRefused ? new Error(fork, { cause: error }) : error
  }
}

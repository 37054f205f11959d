// Tells what is new: one round is one frame for each reader that has something to read and room for it, then a rest.
import type { Batch } from './batch.ts'
import type { Pace } from './pace.ts'
import type { Reader } from './reader.ts'
import type { Ring } from './ring.ts'

export interface Stage {
  ring(): Ring
  readonly readers: ReadonlySet<Reader>
  /** A reader that is further behind than the ring reaches. */
  behind(reader: Reader): void
  hold(): void
  release(): void
}

type Batches = Map<number | string, Batch | undefined>

/** While entries flow fast, readers are told this often and not at each. */
const flowMs = 50
/** Within a round, others have their turn after so long. */
const sliceMs = 8

export class Rounds {
  readonly #pace: Pace
  readonly #stage: Stage
  #hungry = new Set<Reader>()
  #news = false
  #due = false

  constructor(pace: Pace, stage: Stage) {
    this.#pace = pace
    this.#stage = stage
  }

  /** There is something new for everybody; all that comes in this turn of the process is told together. */
  news(): void {
    this.#pace.news()
    this.#news = true
    this.#call()
  }

  wake(reader: Reader): void {
    this.#hungry.add(reader)
    this.#call()
  }

  #call(): void {
    if (this.#due) return
    this.#due = true
    setImmediate(() => this.#round())
  }

  #round(): void {
    this.#stage.hold()
    const began = this.#pace.begin()
    const readers = this.#news ? this.#stage.readers : this.#hungry
    this.#news = false
    this.#hungry = new Set()
    this.#slice([...readers], 0, new Map(), () => {
      void this.#pace.rest(began, flowMs).then(() => {
        this.#due = false
        this.#stage.release()
        if (this.#news || this.#hungry.size > 0) this.#call()
      })
    })
  }

  #slice(readers: readonly Reader[], from: number, batches: Batches, then: () => void): void {
    const began = this.#pace.now()
    const ring = this.#stage.ring()
    for (let at = from; at < readers.length; at += 1) {
      const reader = readers[at]
      if (reader?.ready === true && reader.facts) this.#tell(reader, ring, batches)
      if ((at & 31) === 31 && this.#pace.now() - began > sliceMs) {
        setImmediate(() => this.#slice(readers, at + 1, batches, then))
        return
      }
    }
    then()
  }

  #tell(reader: Reader, ring: Ring, batches: Batches): void {
    if (!ring.reaches(reader.cursor)) {
      this.#stage.behind(reader)
      return
    }
    const key = reader.stream === undefined ? reader.cursor : `${reader.cursor} ${reader.stream}`
    let batch = batches.get(key)
    if (batch === undefined) {
      batch = ring.batch(reader.cursor, reader.stream)
      batches.set(key, batch)
    }
    if (batch === undefined) return
    reader.give(batch)
    if (reader.cursor < ring.head) this.#hungry.add(reader)
  }
}

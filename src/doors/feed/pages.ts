// Readers that are further behind than the ring reaches: they read the journal itself, one page at a time, each in its turn.
import type { House } from '../../core/ports/house.ts'
import { Batch, Filling } from './batch.ts'
import type { FeedLimits } from './limits.ts'
import type { Pace } from './pace.ts'
import type { Reader } from './reader.ts'

const entriesAPage = 128
const keptPages = 8

export interface Shelf {
  /** How far the journal is known to reach. */
  head(): number
  /** The reader has room for what comes next. */
  wake(reader: Reader): void
  failed(reader: Reader, error: unknown): void
}

export class Pages {
  readonly #house: House
  readonly #limits: FeedLimits
  readonly #pace: Pace
  readonly #shelf: Shelf
  readonly #queue = new Set<Reader>()
  /** Many come back to the same position at the same time, as after a restart. */
  readonly #kept = new Map<string, Batch>()
  #running = false

  constructor(house: House, limits: FeedLimits, pace: Pace, shelf: Shelf) {
    this.#house = house
    this.#limits = limits
    this.#pace = pace
    this.#shelf = shelf
  }

  ask(reader: Reader): void {
    this.#queue.add(reader)
    if (!this.#running) void this.#run()
  }

  async #run(): Promise<void> {
    this.#running = true
    for (const reader of this.#queue) {
      this.#queue.delete(reader)
      if (!reader.ready) continue
      const began = this.#pace.begin()
      const { cursor } = reader
      try {
        const batch = await this.#page(cursor, reader.stream)
        if (!reader.over && reader.cursor === cursor) reader.give(batch)
        this.#shelf.wake(reader)
      } catch (error) {
        this.#shelf.failed(reader, error)
      }
      await this.#pace.rest(began, 0)
    }
    this.#kept.clear()
    this.#running = false
  }

  async #page(after: number, stream: string | undefined): Promise<Batch> {
    const key = `${after} ${stream ?? ''}`
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const batch = await this.#read(after, stream)
    if (this.#kept.size >= keptPages) this.#kept.delete(this.#kept.keys().next().value ?? '')
    this.#kept.set(key, batch)
    return batch
  }

  async #read(after: number, stream: string | undefined): Promise<Batch> {
    const head = this.#shelf.head()
    const entries = await this.#house.read(after, entriesAPage, stream)
    const filling = new Filling(this.#limits.frameBytes)
    let upTo = after
    for (const entry of entries) {
      const text = JSON.stringify(entry)
      if (!filling.take(text, Buffer.byteLength(text))) return new Batch(upTo, filling.texts)
      upTo = entry.seq
    }
    // A page that is not full held the last of its stream.
    return new Batch(entries.length < entriesAPage ? Math.max(upTo, head) : upTo, filling.texts)
  }
}

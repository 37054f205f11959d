// The last entries of the journal as texts, bounded in number and bytes, for all readers that are not far behind.
import type { Entry } from '../../core/nouns/entry.ts'
import { Batch, Filling } from './batch.ts'
import type { FeedLimits } from './limits.ts'

interface Held {
  readonly seq: number
  readonly stream: string
  readonly text: string
  readonly bytes: number
}

export class Ring {
  readonly #limits: FeedLimits
  #held: Held[] = []
  /** Index of the oldest entry: what lies before it was let go, and is cut off now and then. */
  #first = 0
  #bytes = 0
  #base: number
  #head: number

  constructor(head: number, limits: FeedLimits) {
    this.#base = head
    this.#head = head
    this.#limits = limits
  }

  /** The newest entry that it has seen. */
  get head(): number {
    return this.#head
  }

  get size(): number {
    return this.#held.length - this.#first
  }

  get bytes(): number {
    return this.#bytes
  }

  push(entry: Entry): void {
    if (entry.seq !== this.#head + 1) this.#restart(entry.seq - 1)
    const text = JSON.stringify(entry)
    const bytes = Buffer.byteLength(text)
    this.#held.push({ seq: entry.seq, stream: entry.stream, text, bytes })
    this.#bytes += bytes
    this.#head = entry.seq
    const { ringEntries, ringBytes } = this.#limits
    while (this.size > 1 && (this.size > ringEntries || this.#bytes > ringBytes)) this.#drop()
    if (this.#first > ringEntries) {
      this.#held = this.#held.slice(this.#first)
      this.#first = 0
    }
  }

  /** Positions are counted from the oldest entry, so there are no gaps. */
  #restart(base: number): void {
    this.#held = []
    this.#first = 0
    this.#bytes = 0
    this.#base = base
  }

  #drop(): void {
    const oldest = this.#held[this.#first]
    if (oldest === undefined) return
    this.#base = oldest.seq
    this.#bytes -= oldest.bytes
    this.#first += 1
  }

  /** Whether it still has everything after a position. */
  reaches(after: number): boolean {
    return after >= this.#base
  }

  /** What comes next after a position that it reaches; undefined when nothing does. Of one stream it may be nothing, up to the head. */
  batch(after: number, stream: string | undefined): Batch | undefined {
    if (after >= this.#head) return undefined
    const filling = new Filling(this.#limits.frameBytes)
    for (let at = this.#first + after - this.#base; at < this.#held.length; at += 1) {
      const held = this.#held[at]
      if (held === undefined || (stream !== undefined && held.stream !== stream)) continue
      if (!filling.take(held.text, held.bytes)) return new Batch(held.seq - 1, filling.texts)
    }
    return new Batch(this.#head, filling.texts)
  }
}

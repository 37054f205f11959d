// A reader's cursor over the journal: reads on, and waits where the journal ends.
import type { ReadEntry } from '../../core/nouns/entry.ts'

export interface Followed {
  reached(): number
  ended(): boolean
  read(after: number, limit: number): Promise<readonly ReadEntry[]>
  wait(nudged: () => void): () => void
}

const batch = 512

/** Not a generator: `return` must end a wait that is under way. Calls of `next` are answered one after another. */
export class Follower implements AsyncIterableIterator<ReadEntry> {
  readonly #of: Followed
  #cursor: number
  #ready: readonly ReadEntry[] = []
  #at = 0
  #over = false
  #wake: () => void = () => {}
  #turn: Promise<unknown> = Promise.resolve()

  constructor(after: number, of: Followed) {
    this.#cursor = after
    this.#of = of
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<ReadEntry>> {
    const answer = this.#turn.then(() => this.#take())
    this.#turn = answer.catch(() => undefined)
    return answer
  }

  async return(): Promise<IteratorResult<ReadEntry>> {
    this.#over = true
    this.#wake()
    return { done: true, value: undefined }
  }

  async #take(): Promise<IteratorResult<ReadEntry>> {
    for (;;) {
      if (this.#over) return { done: true, value: undefined }
      const entry = this.#ready[this.#at]
      if (entry !== undefined) {
        this.#at++
        return { done: false, value: entry }
      }
      await this.#more()
    }
  }

  async #more(): Promise<void> {
    const reached = this.#of.reached()
    this.#ready = reached > this.#cursor ? await this.#of.read(this.#cursor, batch) : []
    this.#at = 0
    const last = this.#ready.at(-1)
    if (last !== undefined) {
      this.#cursor = last.seq
      return
    }
    this.#cursor = Math.max(this.#cursor, reached)
    if (this.#of.ended()) this.#over = true
    else await this.#nudged()
  }

  /** Resolves when the journal reaches beyond the cursor, ends, or nobody wants to know any more. */
  #nudged(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!this.#over && !this.#of.ended() && this.#of.reached() <= this.#cursor) return
        stop()
        resolve()
      }
      const stop = this.#of.wait(look)
      this.#wake = look
      look()
    })
  }
}

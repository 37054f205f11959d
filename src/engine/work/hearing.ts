// Who listens for what an agent says of its work besides its reports, for as long as it is at work.
import type { Update } from '../../core/nouns/update.ts'

type Listener = (update: Update) => Promise<void>

export class Hearing {
  readonly #listeners = new Map<string, Listener>()
  readonly #telling = new Map<string, Set<Promise<void>>>()

  /** Gives back how to stop: once that has resolved, nothing more is told, and nothing is being told. */
  listen(attempt: string, then: Listener): () => Promise<void> {
    this.#listeners.set(attempt, then)
    return async () => {
      if (this.#listeners.get(attempt) === then) this.#listeners.delete(attempt)
      await Promise.allSettled(this.#telling.get(attempt) ?? [])
    }
  }

  /** False when nobody listens; throws what the listener throws. */
  async tell(attempt: string, update: Update): Promise<boolean> {
    const then = this.#listeners.get(attempt)
    if (then === undefined) return false
    const telling = then(update)
    const all = this.#telling.get(attempt) ?? new Set()
    this.#telling.set(attempt, all.add(telling))
    try {
      await telling
      return true
    } finally {
      all.delete(telling)
      if (all.size === 0) this.#telling.delete(attempt)
    }
  }
}

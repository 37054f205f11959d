// How a run of the built-in agent is broken off from outside, by a person, by time or by a budget; the first one counts.
import type { Outcome } from '../../core/nouns/attempt.ts'

/** Thrown where a wait was broken off; what the outcome is, the ending knows. */
export class Over extends Error {
  constructor() {
    super('it was broken off')
    this.name = 'Over'
  }
}

export class Ending {
  readonly #abort = new AbortController()
  #outcome: Outcome | undefined

  get outcome(): Outcome | undefined {
    return this.#outcome
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  end(outcome: Outcome): void {
    if (this.#outcome !== undefined) return
    this.#outcome = outcome
    this.#abort.abort()
  }

  check(): void {
    if (this.#outcome !== undefined) throw new Over()
  }

  /** What is waited for, or `Over` as soon as it is; what comes of it afterwards nobody hears. */
  race<T>(what: Promise<T>): Promise<T> {
    return new Promise((done, fail) => {
      const over = (): void => fail(new Over())
      if (this.signal.aborted) over()
      this.signal.addEventListener('abort', over, { once: true })
      what.then(done, fail).finally(() => this.signal.removeEventListener('abort', over))
    })
  }
}

// The one follower of the journal: takes entries as they come, and holds still while what it brought is told.
import type { Entry } from '../../core/nouns/entry.ts'

export interface Told {
  entry(entry: Entry): void
  /** Nothing more comes; with what broke it, if anything did. */
  over(error?: unknown): void
}

/** After so many entries in a row others have their turn. */
const inARow = 256

export class Intake {
  readonly #source: AsyncIterator<Entry>
  readonly #told: Told
  #held = false
  #asking = false
  #over = false
  #count = 0

  constructor(source: AsyncIterable<Entry>, told: Told) {
    this.#source = source[Symbol.asyncIterator]()
    this.#told = told
    this.#ask()
  }

  hold(): void {
    this.#held = true
  }

  release(): void {
    this.#held = false
    this.#ask()
  }

  stop(): void {
    this.#over = true
    void this.#source.return?.()?.catch(() => undefined)
  }

  #ask(): void {
    if (this.#asking || this.#held || this.#over) return
    this.#asking = true
    this.#source.next().then(
      ({ done, value }) => {
        if (this.#over) return
        if (done === true) this.#end()
        else this.#took(value)
      },
      (error: unknown) => this.#end(error),
    )
  }

  #took(entry: Entry): void {
    this.#told.entry(entry)
    this.#count += 1
    const next = (): void => {
      this.#asking = false
      this.#ask()
    }
    if (this.#count % inARow === 0) setImmediate(next)
    else next()
  }

  #end(error?: unknown): void {
    if (this.#over) return
    this.#over = true
    this.#told.over(error)
  }
}

// At most so many at once; the others wait in the order they came.

export class Slots {
  readonly #most: number
  readonly #queue: (() => void)[] = []
  #taken = 0

  constructor(most: number) {
    this.#most = most
  }

  get full(): boolean {
    return this.#taken >= this.#most
  }

  async take(): Promise<void> {
    if (this.full) await new Promise<void>((resolve) => this.#queue.push(resolve))
    else this.#taken += 1
  }

  /** Whoever waits longest takes it over. */
  give(): void {
    const next = this.#queue.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }
}

// A queue between one who puts values in and one who reads them in a loop.

export class Inlet<T> {
  readonly #values: T[] = []
  #wake: (() => void) | undefined
  #over = false
  #error: Error | undefined

  put(value: T): void {
    this.#values.push(value)
    this.#wake?.()
  }

  end(): void {
    this.#over = true
    this.#wake?.()
  }

  /** What was put before is still read; then the error is thrown. */
  fail(error: Error): void {
    this.#error ??= error
    this.end()
  }

  get length(): number {
    return this.#values.length
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      while (this.#values.length > 0) yield this.#values.shift() as T
      if (this.#error !== undefined) throw this.#error
      if (this.#over) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

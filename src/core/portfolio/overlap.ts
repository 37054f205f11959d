// Time that several things may cover at once, counted once.

/** From a time on, and up to another. */
export type Piece = readonly [since: number, until: number]

export class Overlap {
  readonly #pieces: Piece[] = []
  #open = 0
  #since = 0

  begin(at: number): void {
    if (this.#open === 0) this.#since = at
    this.#open += 1
  }

  end(at: number): void {
    if (this.#open === 0) return
    this.#open -= 1
    if (this.#open === 0 && at > this.#since) this.#pieces.push([this.#since, at])
  }

  /** Whatever is still open ends with it. */
  endAll(at: number): void {
    if (this.#open === 0) return
    this.#open = 1
    this.end(at)
  }

  /** What lies between two times; what is still open goes on until the second. */
  pieces(from: number, to: number): Piece[] {
    const all: readonly Piece[] = this.#open === 0 ? this.#pieces : [...this.#pieces, [this.#since, to]]
    return all.map(([since, until]): Piece => [Math.max(since, from), Math.min(until, to)]).filter(([a, b]) => b > a)
  }

  ms(from: number, to: number): number {
    return this.pieces(from, to).reduce((sum, [since, until]) => sum + until - since, 0)
  }
}

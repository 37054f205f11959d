// Whoever tells many takes a small share of the process and leaves the rest to those who write.
import type { Clock } from '../../core/ports.ts'

/** As long as the work, so many times, is rested after it. */
const rests = 9
const longestRestMs = 200

export class Pace {
  readonly #clock: Clock
  #newsAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  begin(): number {
    return this.#clock.monotonic()
  }

  /** The journal has grown. */
  news(): void {
    this.#newsAt = this.#clock.monotonic()
  }

  /** After work that others wait behind: a turn for whoever else is there, or some milliseconds if somebody writes. */
  async rest(began: number): Promise<void> {
    const now = this.#clock.monotonic()
    if (now - this.#newsAt > longestRestMs) return new Promise((resolve) => setImmediate(resolve))
    const restMs = Math.min(longestRestMs, Math.ceil((now - began) * rests))
    return new Promise((resolve) => void this.#clock.after(restMs, resolve))
  }
}

// Whoever tells many takes a small share of the process and leaves the rest to those who write.
import type { Clock } from '../../core/ports.ts'

/** As long as the work, so many times, is rested after it. */
const rests = 14
const longestRestMs = 200

export class Pace {
  readonly #clock: Clock
  #newsAt = Number.NEGATIVE_INFINITY

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** In time of this process, so that a busy machine does not look like work that was done here. */
  begin(): number {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1000
  }

  now(): number {
    return this.#clock.monotonic()
  }

  /** The journal has grown. */
  news(): void {
    this.#newsAt = this.now()
  }

  /** After work that others wait behind: a turn for whoever else is there, or some milliseconds if somebody writes. */
  async rest(began: number): Promise<void> {
    if (this.now() - this.#newsAt > longestRestMs) return new Promise((resolve) => setImmediate(resolve))
    const restMs = Math.min(longestRestMs, Math.ceil((this.begin() - began) * rests))
    return new Promise((resolve) => void this.#clock.after(restMs, resolve))
  }
}

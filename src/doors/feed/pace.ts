// Whoever tells many takes a small share of the process and leaves the rest to those who write.
import type { Clock } from '../../core/ports.ts'

/** Of the time between one entry and the next: telling that takes less delays nobody who writes by more. */
const share = 0.08
/** As long as the work, so many times, is rested after it when it takes more. */
const rests = 14
const longestRestMs = 200
const windowMs = 250

export class Pace {
  readonly #clock: Clock
  #since = Number.NEGATIVE_INFINITY
  #entries = 0
  #before = 0

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

  /** The journal has grown by one. */
  news(): void {
    this.#entries += 1
  }

  /**
   * After work that others wait behind: a turn for whoever else is there, or `leastMs` and more when entries come so fast that they
   * would be slowed down. What comes meanwhile is told together.
   */
  async rest(began: number, leastMs: number): Promise<void> {
    const worked = this.begin() - began
    if (worked * this.#rate() <= share) return new Promise((resolve) => setImmediate(resolve))
    const restMs = Math.min(longestRestMs, Math.max(leastMs, Math.ceil(worked * rests)))
    return new Promise((resolve) => void this.#clock.after(restMs, resolve))
  }

  /** Entries in a millisecond, over the window that ends now: what the one before held counts as far as it reaches in. */
  #rate(): number {
    const now = this.now()
    if (now - this.#since >= windowMs) {
      this.#before = now - this.#since < 2 * windowMs ? this.#entries : 0
      this.#entries = 0
      this.#since = now
    }
    return (this.#before * (1 - (now - this.#since) / windowMs) + this.#entries) / windowMs
  }
}

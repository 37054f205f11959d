// Whoever gives wrong keys again and again from one address waits, longer each time; what comes meanwhile is not even compared.
import type { Clock } from '../../../core/ports.ts'

const allowed = 10
const firstMs = 60_000
const longestMs = 15 * 60_000
const mostAddresses = 10_000

interface Tried {
  wrong: number
  locks: number
  until: number
  at: number
}

export class Lockout {
  readonly #clock: Clock
  readonly #tried = new Map<string, Tried>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many milliseconds the address has to wait; 0 when it may try. */
  waits(address: string): number {
    const one = this.#tried.get(address)
    return one === undefined ? 0 : Math.max(0, one.until - this.#clock.monotonic())
  }

  wrong(address: string): void {
    const now = this.#clock.monotonic()
    const one = this.#tried.get(address) ?? { wrong: 0, locks: 0, until: 0, at: now }
    if (now - one.at > longestMs) Object.assign(one, { wrong: 0, locks: 0 })
    one.at = now
    one.wrong += 1
    if (one.wrong >= allowed) {
      one.until = now + Math.min(longestMs, firstMs * 2 ** one.locks)
      one.locks += 1
      one.wrong = 0
    }
    this.#tried.delete(address)
    this.#tried.set(address, one)
    const [oldest] = this.#tried.keys()
    if (this.#tried.size > mostAddresses && oldest !== undefined) this.#tried.delete(oldest)
  }
}

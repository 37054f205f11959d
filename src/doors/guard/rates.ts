// How often one caller may ask in a minute: a count for each, that begins anew with the minute, and nothing that waits.
import type { Clock } from '../../core/ports.ts'

export interface Rates {
  readonly looking: number
  readonly doing: number
  /** Of an address from which no key came. */
  readonly unknown: number
}

export const usualRates: Rates = { looking: 3_000_000, doing: 12_000, unknown: 600 }

const minuteMs = 60_000
const mostCallers = 5000

interface Count {
  asked: number
  until: number
}

export class Counts {
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #counts = new Map<string, Count>()

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** How many milliseconds whoever asks has to wait; 0 when this one may pass, which then is counted. */
  waits(who: string, most: number): number {
    const now = this.#clock.monotonic()
    const count = this.#counts.get(who)
    if (count === undefined || count.until <= now) this.#begin(who, now)
    else if (count.asked >= most) return count.until - now
    else count.asked += 1
    return 0
  }

  #begin(who: string, now: number): void {
    this.#counts.delete(who)
    this.#counts.set(who, { asked: 1, until: now + minuteMs })
    const [oldest] = this.#counts.keys()
    if (this.#counts.size > mostCallers && oldest !== undefined) this.#counts.delete(oldest)
  }
}

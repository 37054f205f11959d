// While anybody is connected: signs of life at even times, and an eye on those who take nothing.
import type { Clock } from '../../core/ports.ts'
import type { FeedLimits } from './limits.ts'

const mostLookMs = 1000

interface Duty {
  readonly ms: number
  readonly act: () => void
}

export class Watch {
  readonly #clock: Clock
  readonly #duties: readonly Duty[]
  readonly #cancels = new Map<Duty, () => void>()

  constructor(
    clock: Clock,
    { beatMs, stallMs }: Pick<FeedLimits, 'beatMs' | 'stallMs'>,
    beat: () => void,
    look: () => void,
  ) {
    this.#clock = clock
    this.#duties = [
      { ms: beatMs, act: beat },
      { ms: Math.min(mostLookMs, stallMs / 8), act: look },
    ]
  }

  start(): void {
    if (this.#cancels.size === 0) for (const duty of this.#duties) this.#arm(duty)
  }

  stop(): void {
    for (const cancel of this.#cancels.values()) cancel()
    this.#cancels.clear()
  }

  #arm(duty: Duty): void {
    const cancel = this.#clock.after(duty.ms, () => {
      this.#arm(duty)
      duty.act()
    })
    this.#cancels.set(duty, cancel)
  }
}

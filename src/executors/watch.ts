// Ends an attempt that takes too long or falls silent; while a person is asked, no time passes.
import type { Time } from './starting.ts'

export interface WatchOrder {
  readonly time: Time
  readonly timeoutMs: number
  /** 0: silence is never too long. */
  readonly silenceMs: number
  /** Whether it is held back by us: then it is not silent. */
  held?(): boolean
  over(what: 'timeout' | 'stalled'): void
}

export class Watch {
  readonly #order: WatchOrder
  /** What is left of each when nothing more is heard; `at` is when that was reckoned. */
  #at: number
  #left: number
  #heardAt: number
  #paused = 0
  #calm: (() => void) | undefined
  #ended = false

  constructor(order: WatchOrder) {
    this.#order = order
    this.#at = order.time.monotonic()
    this.#heardAt = this.#at
    this.#left = order.timeoutMs
    this.#arm()
  }

  /** Cheap: the timer notices later that something was heard. */
  heard(): void {
    this.#heardAt = this.#order.time.monotonic()
  }

  pause(): void {
    this.#paused += 1
    if (this.#paused > 1) return
    this.#reckon()
    this.#calm?.()
  }

  resume(): void {
    this.#paused = Math.max(0, this.#paused - 1)
    if (this.#paused > 0) return
    this.#at = this.#order.time.monotonic()
    this.#heardAt = this.#at
    this.#arm()
  }

  end(): void {
    this.#ended = true
    this.#calm?.()
  }

  #reckon(): void {
    const now = this.#order.time.monotonic()
    this.#left -= now - this.#at
    this.#at = now
  }

  #silenceLeft(): number {
    const { silenceMs, time } = this.#order
    return silenceMs === 0 ? Number.POSITIVE_INFINITY : silenceMs - (time.monotonic() - this.#heardAt)
  }

  #arm(): void {
    this.#calm?.()
    if (this.#ended) return
    const next = Math.max(1, Math.min(this.#left, this.#silenceLeft()))
    this.#calm = this.#order.time.after(next, () => this.#rang())
  }

  #rang(): void {
    if (this.#ended || this.#paused > 0) return
    this.#reckon()
    if (this.#order.held?.() === true) this.heard()
    const what = this.#left <= 0 ? 'timeout' : this.#silenceLeft() <= 0 ? 'stalled' : undefined
    if (what === undefined) this.#arm()
    else {
      this.#ended = true
      this.#order.over(what)
    }
  }
}

// Time and chance as a client needs them: to wait, to measure, and to come back not all at once.
import type { Clock } from '../core/ports.ts'

export interface Pace {
  readonly after: Clock['after']
  /** Wall time in milliseconds since 1970. */
  now(): number
  /** From 0 up to 1. */
  random(): number
}

/** A client that waits for its server is at work: unlike the clock of the house, these timers keep a process alive. */
export const realPace: Pace = {
  after: (ms, then) => {
    const timer = setTimeout(then, ms)
    return () => clearTimeout(timer)
  },
  now: () => Date.now(),
  random: () => Math.random(),
}

const firstMs = 1000
const longestMs = 30_000

/** 0 for the first try again, then 1 s, doubling up to 30 s; never less than half of it, so that many do not come as one. */
export function backoffMs(tries: number, random: () => number): number {
  if (tries === 0) return 0
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(tries - 1, 20))
  return Math.round(most * (0.5 + random() / 2))
}

/** A wait that can be cut short. */
export class Pause {
  #end: (() => void) | undefined

  async wait(ms: number, pace: Pace): Promise<void> {
    if (ms <= 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = pace.after(ms, resolve)
    this.#end = resolve
    await promise
    this.#end = undefined
    cancel()
  }

  end(): void {
    this.#end?.()
  }
}

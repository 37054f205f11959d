// The real clock: the machine's time, its timers and its chance.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../core/ports.ts'

const longestTimer = 2_000_000_000

export const realClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(longestTimer, Math.max(0, ms)))
    timer.unref()
    return () => clearTimeout(timer)
  },
  chance: (length) => randomBytes(length).toString('hex').slice(0, length),
}

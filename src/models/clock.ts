// A clock for whoever brings none.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../core/ports.ts'

export const ownClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(2_000_000_000, Math.max(0, ms)))
    timer.unref()
    return () => clearTimeout(timer)
  },
  chance: (length) => randomBytes(length).toString('hex').slice(0, length),
}

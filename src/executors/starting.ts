// Starts a program for an attempt, and waits for what the machine lacks for a moment: nothing has run yet, so nothing is repeated.
import type { Child, Clock, Spawner, SpawnOrder } from '../core/ports.ts'
import { wantOf } from '../core/wants.ts'

export type Time = Pick<Clock, 'after' | 'monotonic'>

const longestWait = 2 ** 31 - 1
const patienceMs = [250, 500, 1000, 2000, 4000, 8000, 16_000]

export const realTime: Time = {
  monotonic: () => performance.now(),
  after: (ms, then) => {
    const timer = setTimeout(then, Math.min(ms, longestWait))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

export interface Starting {
  readonly spawner: Pick<Spawner, 'start'>
  readonly time: Time
  /** Whether nobody wants it started any more. */
  stopped(): boolean
}

export async function startPatiently({ spawner, time, stopped }: Starting, order: SpawnOrder): Promise<Child> {
  for (const ms of patienceMs) {
    try {
      return await spawner.start(order)
    } catch (error) {
      if (wantOf(String(error)) === undefined) throw error
    }
    await new Promise<void>((done) => void time.after(ms, done))
    if (stopped()) throw new Error('it was stopped before it could be started')
  }
  return spawner.start(order)
}

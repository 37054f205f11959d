// Tries again what failed only because this machine had too little of something just then.
import type { Clock } from '../../core/ports.ts'
import { wantOf } from '../../core/wants.ts'
import { messageOf } from './shop.ts'

const waitsMs = [500, 1000, 2000, 4000, 8000, 16_000]

/** Whether the error tells of the machine and not of the work: no agent shall be charged for it. */
export function isWant(error: unknown): boolean {
  return wantOf(messageOf(error)) !== undefined
}

/** `act` must be harmless to repeat. Gives up after half a minute, or at once when `over` says that nobody waits any more. */
export async function patiently<T>(clock: Clock, act: () => Promise<T>, over: () => boolean): Promise<T> {
  for (const ms of waitsMs) {
    try {
      return await act()
    } catch (error) {
      if (!isWant(error) || over()) throw error
    }
    await new Promise<void>((done) => void clock.after(ms, done))
  }
  return act()
}

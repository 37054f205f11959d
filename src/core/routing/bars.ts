// Accounts that nothing may be asked of just now: no quota left, too many requests, a login that does not hold, a program that is not there.
import type { State } from '../state.ts'
import type { Bar } from './bar.ts'

/** What holds an account now; undefined when nothing does. */
export function barOf(state: State, account: string, now: number): Bar | undefined {
  if (state.bars.size === 0) return undefined
  const bar = state.bars.get(account)
  return bar === undefined || (bar.until !== undefined && bar.until <= now) ? undefined : bar
}

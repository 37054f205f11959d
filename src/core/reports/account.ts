// Decides what becomes of an account that cannot be used just now: it is barred once, for all who share it, and freed by time or by a person.

import type { Decided } from '../decide/answer.ts'
import { type Fact, fact } from '../facts.ts'
import type { FailureReason, Outcome } from '../nouns/attempt.ts'
import { backoffMs } from '../reasons.ts'
import { refuse } from '../refusals.ts'
import type { BarKind } from '../routing/bar.ts'
import type { State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'

const house = 'house'
const kinds: { readonly [K in FailureReason]?: BarKind } = {
  quota: 'quota',
  'rate-limited': 'rate-limited',
  auth: 'auth',
}

/** Nobody said until when: asked again after a quarter of an hour, and later each time it still says so. */
const quotaUnknownMs = 15 * 60_000
const longestUnknownMs = 6 * 3_600_000

/** Steps that run at once hear the same limit one after the other, each reckoned from its own moment. */
const sameMs = 60_000

/** What an outcome says of its account; nothing when the same is known already. */
export function barsFor(state: State, account: string, outcome: Outcome, at: number): Fact[] {
  if (outcome.kind === 'succeeded') return []
  const kind = kinds[outcome.reason]
  if (kind === undefined) return []
  const before = state.bars.get(account)
  if (before?.kind === kind && isSame(before.until, outcome.until, at)) return []
  const until = kind === 'auth' ? undefined : endOf(kind, outcome.until, before, at)
  return [fact('account.barred', house, { account, kind, why: outcome.why, ...(until === undefined ? {} : { until }) })]
}

/** Whether a bar that holds says as much already: whoever was told no time has learned nothing new. */
function isSame(known: number | undefined, told: number | undefined, at: number): boolean {
  if (known === undefined) return true
  return known > at && (told === undefined || told <= known + sameMs)
}

function endOf(
  kind: BarKind,
  told: number | undefined,
  before: { since: number; until?: number } | undefined,
  at: number,
) {
  if (told !== undefined && told > at) return told
  if (kind === 'rate-limited') return at + backoffMs(1)
  const last = before?.until === undefined ? 0 : before.until - before.since
  const again = before?.until !== undefined && at - before.until < longestUnknownMs
  return at + Math.min(longestUnknownMs, again ? Math.max(quotaUnknownMs, last * 2) : quotaUnknownMs)
}

export function barAccount(state: State, data: Wishes['account.bar']): Decided {
  const known = state.bars.get(data.account)
  if (known?.kind === data.kind && known.until === data.until && known.why === data.why) return []
  return [fact('account.barred', house, data)]
}

export function freeAccount(state: State, data: Wishes['account.free'], wish: Wish): Decided {
  if (!state.bars.has(data.account)) {
    const names = [...state.bars.keys()].join(', ')
    return refuse('not-found', `account ${data.account}`, 'nothing holds it', names === '' ? 'baton agents' : names)
  }
  return [fact('account.freed', house, { ...data, by: wish.by })]
}

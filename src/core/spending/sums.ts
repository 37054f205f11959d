// Adds up what attempts used, by whatever one asks: item, step, agent, model, day.
import { dateOf } from './dates.ts'
import type { Spending } from './ledger.ts'

export const costKeys = ['item', 'step', 'agent', 'model', 'day'] as const
export type CostKey = (typeof costKeys)[number]

export interface Sum {
  attempts: number
  /** Attempts whose own result landed: one a step. */
  landed: number
  tokensIn: number
  tokensOut: number
  /** Of `tokensIn`: read again from a cache. */
  cachedIn: number
  costUsd: number
  ms: number
  /** Tokens of attempts of which some have no known price. */
  unpriced: number
  /** Of `costUsd`: spent on work that will not land. */
  abandonedUsd: number
  abandonedTokens: number
  /** Of `costUsd`: spent on work that is still under way. */
  openUsd: number
}

export const emptySum = (): Sum => ({
  attempts: 0,
  landed: 0,
  tokensIn: 0,
  tokensOut: 0,
  cachedIn: 0,
  costUsd: 0,
  ms: 0,
  unpriced: 0,
  abandonedUsd: 0,
  abandonedTokens: 0,
  openUsd: 0,
})

export function addTo(sum: Sum, { used, fate, landedAs, attempt }: Spending): void {
  const tokens = used.tokensIn + used.tokensOut
  sum.attempts += 1
  if (landedAs === attempt) sum.landed += 1
  sum.tokensIn += used.tokensIn
  sum.tokensOut += used.tokensOut
  sum.cachedIn += used.cachedIn
  sum.costUsd += used.cost
  sum.ms += used.ms
  if (used.unpriced === true) sum.unpriced += tokens
  if (fate === 'open') sum.openUsd += used.cost
  if (fate !== 'abandoned') return
  sum.abandonedUsd += used.cost
  sum.abandonedTokens += tokens
}

/** '' stands for a model that the agent chose itself. */
export function keyOf(spending: Spending, by: CostKey): string {
  if (by === 'day') return dateOf(spending.at)
  return spending[by] ?? ''
}

/** Days in their order; everything else with the dearest first, then the most tokens, then by name. */
export function inOrder(sums: ReadonlyMap<string, Sum>, by: CostKey): readonly (readonly [string, Sum])[] {
  const name = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  const tokens = (sum: Sum): number => sum.tokensIn + sum.tokensOut
  return [...sums].sort(([a, one], [b, two]) =>
    by === 'day' ? name(a, b) : two.costUsd - one.costUsd || tokens(two) - tokens(one) || name(a, b),
  )
}

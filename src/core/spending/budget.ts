// How much money, how many tokens and how much time may be spent, and how much was.
import type { Used } from '../nouns/attempt.ts'

export interface Limits {
  readonly costUsd?: number
  /** In and out together. */
  readonly tokens?: number
  /** Time of agents at work, added up. */
  readonly ms?: number
}

export type BudgetScope = 'attempt' | 'step' | 'item' | 'day'
export const budgetScopes: readonly BudgetScope[] = ['attempt', 'step', 'item', 'day']

export type Budgets = { readonly [K in BudgetScope]?: Limits }

export interface Spent {
  costUsd: number
  tokens: number
  ms: number
  /** Tokens of which nobody knows the price. */
  unpriced: number
}

export const nothingSpent = (): Spent => ({ costUsd: 0, tokens: 0, ms: 0, unpriced: 0 })

export function spend(into: Spent, used: Used, sign: 1 | -1 = 1): void {
  const tokens = used.tokensIn + used.tokensOut
  into.costUsd += sign * used.cost
  into.tokens += sign * tokens
  into.ms += sign * used.ms
  if (used.unpriced === true) into.unpriced += sign * tokens
}

export interface Share {
  readonly of: 'costUsd' | 'tokens' | 'ms'
  readonly spent: number
  readonly limit: number
  /** 1 is all of it. */
  readonly share: number
}

/** The limit that is nearest to being reached; undefined when there is none. */
export function nearestLimit(spent: Spent, limits: Limits | undefined): Share | undefined {
  let nearest: Share | undefined
  for (const kind of ['costUsd', 'tokens', 'ms'] as const) {
    const limit = limits?.[kind]
    if (limit === undefined) continue
    const share = limit === 0 ? Number.POSITIVE_INFINITY : spent[kind] / limit
    if (nearest === undefined || share > nearest.share) nearest = { of: kind, spent: spent[kind], limit, share }
  }
  return nearest
}

/** What a person is warned of; no new claim from 0.9 on, and nothing goes on at 1. */
export const warnedAt: readonly number[] = [0.5, 0.75, 0.9, 1]
export const claimsStopAt = 0.9

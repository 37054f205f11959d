// What was used, in dollars: by the price that is known for it, else as the agent itself says, else unpriced.
import type { Used } from '../nouns/attempt.ts'
import type { Price } from '../nouns/model.ts'

export interface Cost {
  readonly cost: number
  /** Some of its tokens have no known price; `cost` is what the others cost. */
  readonly unpriced?: true
}

const perMillion = 1e6

/** A number that an agent told: what is none, or below nothing, counts as nothing. */
const counted = (told: number): number => (Number.isFinite(told) && told > 0 ? told : 0)

/**
 * `tokensIn` holds `cachedIn`. The price that a person wrote down wins over what the agent says that it cost; what the agent says wins over
 * a price that leaves out one of the kinds of tokens that were used. Cached input without a price of its own costs what input does.
 */
export function costOf(used: Used, price: Price | undefined): Cost {
  const all = counted(used.tokensIn)
  const cached = Math.min(counted(used.cachedIn), all)
  const parts = [
    { tokens: all - cached, rate: price?.input },
    { tokens: cached, rate: price?.cached ?? price?.input },
    { tokens: counted(used.tokensOut), rate: price?.output },
  ].filter((part) => part.tokens > 0)
  const own = used.unpriced === true ? 0 : counted(used.cost)
  const unknown = parts.some((part) => part.rate === undefined)
  if (own > 0 && (unknown || parts.length === 0)) return { cost: own }
  const cost = parts.reduce((sum, part) => sum + (part.tokens * (part.rate ?? 0)) / perMillion, 0)
  return unknown ? { cost, unpriced: true } : { cost }
}

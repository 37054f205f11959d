import { describe, expect, it } from 'vitest'
import { nothingUsed, type Used } from '../nouns/attempt.ts'
import { costOf } from './cost.ts'

const used = (some: Partial<Used>): Used => ({ ...nothingUsed, ...some })
const price = { input: 3, cached: 0.3, output: 15 }

describe('what was used, in dollars', () => {
  it('counts cached input once, at its own price', () => {
    const { cost } = costOf(used({ tokensIn: 1_000_000, cachedIn: 900_000, tokensOut: 100_000 }), price)
    expect(cost).toBeCloseTo(0.3 + 0.27 + 1.5, 12)
  })

  it('takes the price of input for cached input that has none', () => {
    const tokens = used({ tokensIn: 1_000_000, cachedIn: 900_000 })
    expect(costOf(tokens, { input: 3, output: 15 })).toEqual({ cost: 3 })
  })

  it('says that a price is not known, and never takes it for nothing', () => {
    const tokens = used({ tokensIn: 1_000_000, tokensOut: 1_000_000 })
    expect(costOf(tokens, undefined)).toEqual({ cost: 0, unpriced: true })
    expect(costOf(tokens, {})).toEqual({ cost: 0, unpriced: true })
    expect(costOf(tokens, { input: 3 })).toEqual({ cost: 3, unpriced: true })
    expect(costOf(tokens, { input: 0, output: 0 })).toEqual({ cost: 0 })
  })

  it('asks for no price of what was not used', () => {
    expect(costOf(used({ tokensIn: 1_000_000 }), { input: 3 })).toEqual({ cost: 3 })
    expect(costOf(nothingUsed, undefined)).toEqual({ cost: 0 })
  })

  it('lets a price that is known win over what an agent says, and that over a price with gaps', () => {
    const tokens = used({ tokensIn: 1_000_000, tokensOut: 1_000_000, cost: 7 })
    expect(costOf(tokens, price)).toEqual({ cost: 18 })
    expect(costOf(tokens, { input: 3 })).toEqual({ cost: 7 })
    expect(costOf(tokens, undefined)).toEqual({ cost: 7 })
    expect(costOf({ ...tokens, unpriced: true }, undefined)).toEqual({ cost: 0, unpriced: true })
    expect(costOf(used({ cost: 7 }), price)).toEqual({ cost: 7 })
  })

  it('stays a number whatever an agent counts', () => {
    const odd = used({ tokensIn: Number.NaN, tokensOut: -5, cachedIn: Number.POSITIVE_INFINITY, cost: Number.NaN })
    expect(costOf(odd, price)).toEqual({ cost: 0 })
    expect(costOf(used({ tokensIn: 1_000_000, cachedIn: 5_000_000 }), price)).toEqual({ cost: 0.3 })
  })
})

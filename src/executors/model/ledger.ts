// Adds up what a run has used, and says when that is more than it may.
import { nothingUsed, type Outcome, type Used } from '../../core/nouns/attempt.ts'
import { nearestLimit } from '../../core/spending/budget.ts'
import { costOf } from '../../core/spending/cost.ts'
import { failed } from '../outcomes.ts'
import type { Ground } from './ground.ts'

export class Ledger {
  readonly #ground: Ground
  #total: Used = nothingUsed

  constructor(ground: Ground) {
    this.#ground = ground
  }

  get used(): Used {
    return { ...this.#total, ms: this.#ground.elapsed() }
  }

  async add(used: Used): Promise<void> {
    const total = this.#total
    const unpriced = total.unpriced === true || used.unpriced === true
    this.#total = {
      tokensIn: total.tokensIn + used.tokensIn,
      tokensOut: total.tokensOut + used.tokensOut,
      cachedIn: total.cachedIn + used.cachedIn,
      cost: total.cost + used.cost,
      ms: 0,
      ...(unpriced ? { unpriced: true as const } : {}),
    }
    await this.#ground.push({ kind: 'used', used: this.used })
  }

  /** The house adds up what all attempts use; this keeps one from running past its own limit between two of its looks. */
  get over(): Outcome | undefined {
    const { assignment, spec } = this.#ground
    const { tokensIn, tokensOut, ms } = this.used
    const { cost } = costOf(this.#total, assignment.agent.price ?? spec.price)
    const spent = { costUsd: cost, tokens: tokensIn + tokensOut, ms, unpriced: 0 }
    const nearest = nearestLimit(spent, assignment.limits)
    if (nearest === undefined || nearest.share < 1) return undefined
    const what = { costUsd: 'dollars', tokens: 'tokens', ms: 'milliseconds' }[nearest.of]
    return failed('budget', `It used ${nearest.spent} of the ${nearest.limit} ${what} that an attempt may use.`)
  }
}

// Says in time what a running attempt has used, so that a budget stops it; seldom, where there is none.
import type { Attempt, Used } from '../../core/nouns/attempt.ts'
import type { Price } from '../../core/nouns/model.ts'
import { costOf } from '../../core/spending/cost.ts'
import type { Shop } from '../work/shop.ts'

const watchedMs = 1000
const otherwiseMs = 30_000

export class Using {
  readonly #shop: Shop
  readonly #attempt: Attempt
  readonly #price: Price | undefined
  readonly #everyMs: number
  #saidAt: number
  #last: Used | undefined

  constructor(shop: Shop, attempt: Attempt, price: Price | undefined, watched: boolean) {
    this.#shop = shop
    this.#attempt = attempt
    this.#price = price
    this.#everyMs = watched ? watchedMs : otherwiseMs
    this.#saidAt = shop.parts.clock.monotonic() - this.#everyMs
  }

  /** With the price that is known for it, else what the agent says it cost, else as not known. */
  priced(used: Used): Used {
    const { unpriced: _, ...rest } = used
    return { ...rest, ...costOf(used, this.#price) }
  }

  async hear(used: Used): Promise<void> {
    this.#last = this.priced(used)
    const now = this.#shop.parts.clock.monotonic()
    if (now - this.#saidAt < this.#everyMs) return
    this.#saidAt = now
    await this.#shop.submit('attempt.use', { attempt: this.#attempt.id, fence: this.#attempt.fence, used: this.#last })
  }

  /** The best that is known when an agent ends without a word. */
  last(used: Used): Used {
    const told = used.tokensIn + used.tokensOut + used.cost > 0
    return told || this.#last === undefined
      ? this.priced(used)
      : { ...this.#last, ms: Math.max(used.ms, this.#last.ms) }
  }
}

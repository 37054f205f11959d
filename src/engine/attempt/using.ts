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
  /** What was held back is said when its time has come, or a turn that takes long would be paid for before anybody knew. */
  #calm: (() => void) | undefined
  #trouble: unknown

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
    if (this.#trouble !== undefined) throw this.#trouble
    this.#last = this.priced(used)
    const { clock } = this.#shop.parts
    const left = this.#saidAt + this.#everyMs - clock.monotonic()
    if (left <= 0) return this.#say()
    this.#calm ??= clock.after(left, () => {
      this.#say().catch((error: unknown) => {
        this.#trouble = error
      })
    })
  }

  async #say(): Promise<void> {
    this.#calm?.()
    this.#calm = undefined
    const used = this.#last
    if (used === undefined) return
    this.#saidAt = this.#shop.parts.clock.monotonic()
    await this.#shop.submit('attempt.use', { attempt: this.#attempt.id, fence: this.#attempt.fence, used })
  }

  /** The best that is known when an agent ends without a word. */
  last(used: Used): Used {
    this.#calm?.()
    const told = used.tokensIn + used.tokensOut + used.cost > 0
    return told || this.#last === undefined
      ? this.priced(used)
      : { ...this.#last, ms: Math.max(used.ms, this.#last.ms) }
  }
}

// Works out which words must change when steps of a plan are ticked, opened or given a state, groups above them included.
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { keyFrom } from '../reading/names.ts'

export interface Card {
  /** As the file writes it. */
  readonly id: string
  /** The id of what it is part of, or ''. */
  readonly parent: string
  /** The word that stands there now. */
  readonly word: string
}

export interface Dialect {
  /** Undefined for a state that these files have no word for. */
  wordFor(status: PlanStatus, now: string): string | undefined
  meaningOf(word: string): PlanStatus | undefined
}

/** A chain of parents longer than this is none that a tool wrote. */
const levelsAtMost = 64

export class Board {
  /** By index: the words that differ at the end. */
  readonly wanted = new Map<number, string>()
  readonly #cards: readonly Card[]
  readonly #dialect: Dialect

  constructor(cards: readonly Card[], dialect: Dialect) {
    this.#cards = cards
    this.#dialect = dialect
  }

  take(change: PlanChange): void {
    const at = this.#find(change.key ?? '')
    if (at < 0) return
    if (change.kind === 'tick') this.#tick(at, change.upward === true)
    else if (change.kind === 'untick') this.#untick(at, change.to, change.upward === true)
    else if (change.kind === 'status' && this.#meaning(at) !== change.status) this.#become(at, change.status)
  }

  #tick(at: number, upward: boolean): void {
    if (this.#meaning(at) !== 'done') this.#become(at, 'done')
    for (const above of upward ? this.#above(at) : []) {
      if (this.#isOpen(above)) return
      if (this.#meaning(above) !== 'done') this.#become(above, 'done')
    }
  }

  #untick(at: number, to: string | undefined, upward: boolean): void {
    if (this.#meaning(at) !== 'done') return
    if (to === undefined) this.#become(at, 'open')
    else this.wanted.set(at, to)
    for (const above of upward ? this.#above(at) : []) {
      if (this.#meaning(above) !== 'done') return
      this.#become(above, 'open')
    }
  }

  /** Most ids are keys as they stand; there is no index, for most changes come alone. */
  #find(key: string): number {
    const at = this.#cards.findIndex(({ id }) => id === key)
    return at >= 0 ? at : this.#cards.findIndex(({ id }) => keyFrom(id) === key)
  }

  #above(at: number): readonly number[] {
    const found: number[] = []
    for (let part = this.#cards[at]; part !== undefined && part.parent !== ''; ) {
      const { parent } = part
      const above = this.#cards.findIndex(({ id }) => id === parent)
      if (above < 0 || found.length >= levelsAtMost) break
      found.push(above)
      part = this.#cards[above]
    }
    return found
  }

  /** Is anything left to be done in what is part of it? */
  #isOpen(above: number): boolean {
    const whole = this.#cards[above]?.id
    return this.#cards.some(({ parent }, part) => {
      return parent === whole && !['done', 'cancelled'].includes(this.#meaning(part) ?? 'open')
    })
  }

  #become(at: number, status: PlanStatus): void {
    const word = this.#dialect.wordFor(status, this.#word(at))
    if (word !== undefined) this.wanted.set(at, word)
  }

  #meaning(at: number): PlanStatus | undefined {
    return this.#dialect.meaningOf(this.#word(at))
  }

  #word(at: number): string {
    return this.wanted.get(at) ?? this.#cards[at]?.word ?? ''
  }
}

// Works out which words must change when steps of a plan are ticked, opened or given a state, groups above them included.
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'

export interface Card {
  readonly key: string
  /** Index of what it is part of, or -1. */
  readonly parent: number
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
  readonly #index: ReadonlyMap<string, number>
  readonly #parts: ReadonlyMap<number, readonly number[]>

  constructor(cards: readonly Card[], dialect: Dialect) {
    this.#cards = cards
    this.#dialect = dialect
    const index = new Map<string, number>()
    const parts = new Map<number, number[]>()
    for (const [at, { key, parent }] of cards.entries()) {
      if (!index.has(key)) index.set(key, at)
      const beside = parts.get(parent)
      if (beside === undefined) parts.set(parent, [at])
      else beside.push(at)
    }
    this.#index = index
    this.#parts = parts
  }

  take(change: PlanChange): void {
    const at = this.#index.get(change.key ?? '')
    if (at === undefined) return
    if (change.kind === 'tick') this.#tick(at, change.upward === true)
    else if (change.kind === 'untick') this.#untick(at, change.to, change.upward === true)
    else if (change.kind === 'status' && this.#meaning(at) !== change.status) this.#become(at, change.status)
  }

  #tick(at: number, upward: boolean): void {
    if (this.#meaning(at) !== 'done') this.#become(at, 'done')
    for (const above of upward ? this.#above(at) : []) {
      if (!(this.#parts.get(above) ?? []).every((part) => ['done', 'cancelled'].includes(this.#meaning(part) ?? '')))
        return
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

  #above(at: number): readonly number[] {
    const found: number[] = []
    let above = this.#cards[at]?.parent ?? -1
    for (; above >= 0 && found.length < levelsAtMost; above = this.#cards[above]?.parent ?? -1) found.push(above)
    return found
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

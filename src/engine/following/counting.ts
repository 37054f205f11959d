// One timer for all counts: the earliest moment at which a report lapses, or a folder grows stale or is removed.
import { dueAt } from '../../core/counts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { Answer } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import type { State } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import type { Follower } from './follower.ts'

export interface CountingParts {
  readonly state: State
  readonly clock: Clock
  submit(asked: Wish): Promise<Answer>
}

/** What is due within so long of each other is swept at once. */
const atLeastMs = 1000

export class Counting implements Follower {
  readonly #parts: CountingParts
  #wakeAt = Number.POSITIVE_INFINITY
  #calm = (): void => undefined
  #over = false

  constructor(parts: CountingParts) {
    this.#parts = parts
  }

  /** What an earlier epoch left may be due by now. */
  takeUp(): void {
    if (this.#parts.state.counts.size > 0) this.#sweep()
  }

  /** Only a fact about counts can bring the moment nearer. */
  saw(entries: readonly Entry[]): void {
    for (const { type, stream } of entries)
      if (type.startsWith('count.') || type === 'workspace.desired') this.#look(stream)
  }

  close(): void {
    this.#over = true
    this.#calm()
  }

  #look(path: string): void {
    const { state } = this.#parts
    const count = state.counts.get(path)
    const due = count === undefined ? undefined : dueAt(state, count)
    if (due !== undefined) this.#arm(due)
  }

  #arm(due: number): void {
    if (this.#over || due >= this.#wakeAt) return
    const { clock } = this.#parts
    this.#calm()
    this.#wakeAt = due
    this.#calm = clock.after(Math.max(atLeastMs, due - clock.now()), () => this.#sweep())
  }

  #sweep(): void {
    const { state, submit } = this.#parts
    this.#wakeAt = Number.POSITIVE_INFINITY
    void submit(wish('count.sweep', 'baton', {}))
    let soonest = Number.POSITIVE_INFINITY
    for (const count of state.counts.values()) soonest = Math.min(soonest, dueAt(state, count) ?? soonest)
    this.#arm(soonest)
  }
}

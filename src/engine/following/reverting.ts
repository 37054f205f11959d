// Carries out what was decided of integrations that are taken back: one at a time, each brought to its end or refused.
import type { Entry } from '../../core/nouns/entry.ts'
import type { State } from '../../core/state.ts'
import type { Reverting } from '../work/plan-revert.ts'
import type { Follower } from './follower.ts'

export interface RevertingParts {
  readonly state: State
  /** Never rejects: what goes wrong is put into the record. */
  revert(due: Reverting): Promise<void>
}

const telling: ReadonlySet<string> = new Set(['reversion.decided', 'reversion.ordered'])

/** Begun only when the fact that decided it is on the disk; what a crash left is found in the state, and taken up. */
export class Reversions implements Follower {
  readonly #parts: RevertingParts
  /** Items of which something is due. */
  readonly #due = new Set<string>()
  #turn: Promise<void> | undefined
  #over = false

  constructor(parts: RevertingParts) {
    this.#parts = parts
  }

  takeUp(): void {
    for (const { id } of this.#parts.state.closed.values()) if (this.#next(id) !== undefined) this.#due.add(id)
    this.#work()
  }

  saw(entries: readonly Entry[]): void {
    for (const { type, stream } of entries) if (telling.has(type)) this.#due.add(stream)
    this.#work()
  }

  /** What is under way comes to its next fact; the rest is found by whoever opens the home next. */
  async close(): Promise<void> {
    this.#over = true
    await this.#turn
  }

  #work(): void {
    if (this.#turn !== undefined || this.#over || this.#due.size === 0) return
    this.#turn = this.#take().finally(() => {
      this.#turn = undefined
      this.#work()
    })
  }

  async #take(): Promise<void> {
    for (const id of this.#due) {
      if (this.#over) return
      this.#due.delete(id)
      const due = this.#next(id)
      if (due !== undefined) await this.#parts.revert(due)
    }
  }

  #next(id: string): Reverting | undefined {
    const closed = this.#parts.state.closed.get(id)
    const { integration, reversion } = closed ?? {}
    if (closed === undefined || integration === undefined || reversion === undefined) return undefined
    return reversion.done === undefined ? { closed, integration, reversion } : undefined
  }
}

// Decides again whatever the scheduler decided, from the journal alone, and compares.
import { decide } from '../../../src/core/decide/index.ts'
import type { State } from '../../../src/core/state.ts'
import { wish } from '../../../src/core/wishes.ts'
import type { Witness } from '../witness.ts'
import type { Read } from './book.ts'

/** Facts that still must follow, as the scheduler would decide them now. */
export class Rethought {
  #due: string[] = []

  /** Asked before the fact is folded. */
  judge(witness: Witness, state: State, entry: Read): void {
    const leaving = entry.because === 'leaving'
    const own = leaving || entry.because === 'schedule' || entry.because === 'tick'
    if (own && this.#due.length === 0) {
      const again = decide(state, wish('tick', 'baton', { leaving }), entry.at)
      this.#due = 'kind' in again ? [] : again.map((one) => JSON.stringify([one.type, one.stream, one.data]))
      this.#due.reverse()
    }
    const expected = this.#due.pop()
    if (!own && expected === undefined) return
    const found = JSON.stringify([entry.type, entry.stream, entry.data])
    if (found !== expected)
      witness.breaks('deterministic', `entry ${entry.seq} is ${found}; decided again: ${expected ?? 'nothing'}`)
  }
}

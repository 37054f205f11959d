// Looks how much room is left on the disk as facts are written, but not at each.
import type { Clock } from '../../core/ports.ts'
import type { State } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import type { Follower } from './follower.ts'

export interface DiskParts {
  readonly state: State
  readonly clock: Clock
  disk(): { readonly free: number; readonly of: number }
  submit(asked: Wish): Promise<unknown>
}

const everyMs = 5000

export class DiskWatch implements Follower {
  readonly #parts: DiskParts
  #at = 0
  #calm = (): void => undefined

  constructor(parts: DiskParts) {
    this.#parts = parts
  }

  takeUp(): void {
    // The first fact is enough: each start writes one.
  }

  saw(): void {
    const { state, clock, disk, submit } = this.#parts
    const now = clock.monotonic()
    if (now < this.#at) return
    this.#at = now + everyMs
    void submit(wish('disk.report', 'baton', disk()))
    if (!state.diskLow) return
    this.#calm()
    this.#calm = clock.after(everyMs, () => {
      this.#at = 0
      this.saw()
    })
  }

  close(): void {
    // What is under way ends by itself: a full disk is told until the last fact.
  }
}

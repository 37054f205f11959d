// One timer for the whole house: the earliest moment at which some step may be tried again.
import type { Clock } from '../../core/ports.ts'
import type { State } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import { nextWake } from '../rest.ts'
import type { Follower } from './follower.ts'

export interface WakingParts {
  readonly state: State
  readonly clock: Clock
  /** Whether this house launches anything at all. */
  readonly hands: boolean
  submit(asked: Wish): Promise<unknown>
}

export class Waking implements Follower {
  readonly #parts: WakingParts
  #wakeAt: number | undefined
  #calm = (): void => undefined
  #over = false

  constructor(parts: WakingParts) {
    this.#parts = parts
  }

  takeUp(): void {
    this.#arm()
  }

  saw(): void {
    this.#arm()
  }

  /** The timer is left: it keeps no process alive, and finds nothing to do. */
  close(): void {
    this.#over = true
  }

  #arm(): void {
    const { state, clock } = this.#parts
    const now = clock.now()
    let soonest: number | undefined
    for (const item of state.items.values()) {
      const at = nextWake(state, item, now)
      if (at !== undefined && (soonest === undefined || at < soonest)) soonest = at
    }
    if (soonest === undefined || this.#wakeAt === soonest) return
    this.#calm()
    this.#wakeAt = soonest
    this.#calm = clock.after(soonest - now + 1, () => this.#woken())
  }

  /** The wall clock may have been set back meanwhile: then nothing is due yet, and the moment is awaited again. */
  #woken(): void {
    this.#wakeAt = undefined
    if (this.#over || !this.#parts.hands) return
    void this.#parts.submit(wish('tick', 'baton', {}))
    this.#arm()
  }
}

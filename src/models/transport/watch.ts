// Says when a server has been waited for too long: for the connection, the first part, the next part, or the whole answer.
import type { Clock } from '../../core/ports.ts'
import type { Patience } from '../options.ts'

export type Late = 'connect' | 'first' | 'idle' | 'whole'

const limitOf = { connect: 'connectMs', first: 'firstMs', idle: 'idleMs', whole: 'wholeMs' } as const

/** Time counts only while the server is waited for: whoever reads the parts may take as long as it wants. */
export class Watch {
  readonly #clock: Clock
  readonly #patience: Patience
  readonly #late: (what: Late) => void
  readonly #cancelWhole: () => void
  #cancel: () => void = () => undefined
  #phase: Late = 'connect'
  #since: number | undefined

  constructor(clock: Clock, patience: Patience, late: (what: Late) => void) {
    this.#clock = clock
    this.#patience = patience
    this.#late = late
    this.#cancelWhole = clock.after(patience.wholeMs, () => late('whole'))
    this.wait('connect')
  }

  /** The server is waited for from now on. */
  wait(phase: Late = this.#phase): void {
    this.#since = this.#clock.monotonic()
    if (phase === this.#phase && phase !== 'connect') return
    this.#phase = phase
    this.#arm(this.#limit())
  }

  rest(): void {
    this.#since = undefined
  }

  end(): void {
    this.#cancel()
    this.#cancelWhole()
  }

  #limit(): number {
    return this.#patience[limitOf[this.#phase]]
  }

  /** One timer for many parts: it looks how long the last one has been, and waits for the rest. */
  #arm(ms: number): void {
    this.#cancel()
    this.#cancel = this.#clock.after(ms, () => {
      const limit = this.#limit()
      const waited = this.#since === undefined ? 0 : this.#clock.monotonic() - this.#since
      if (waited >= limit - 1) this.#late(this.#phase)
      else this.#arm(limit - waited)
    })
  }
}

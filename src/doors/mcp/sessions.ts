// Who is in a conversation: so many at once, each its owner's alone, and none that nobody has spoken in for long.
import type { Clock } from '../../core/ports.ts'

export interface SessionsOptions {
  readonly clock: Pick<Clock, 'after'>
  readonly most: number
  readonly idleMs: number
}

interface Held<S> {
  readonly owner: string
  readonly session: S
  /** Requests and streams of it that are open. */
  busy: number
  calm: () => void
}

export class Sessions<S extends { close(): Promise<void> }> {
  readonly #options: SessionsOptions
  /** Whoever spoke last stands last. */
  readonly #held = new Map<string, Held<S>>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#held.size
  }

  /** When there is no room, whoever has been silent longest goes: it is told so when it comes back, and begins anew. */
  add(id: string, owner: string, session: S): void {
    while (this.#held.size >= this.#options.most) {
      const idle = [...this.#held].find(([, { busy }]) => busy === 0) ?? [...this.#held][0]
      if (idle !== undefined) this.end(idle[0])
    }
    this.#held.set(id, { owner, session, busy: 0, calm: () => undefined })
    this.#rest(id)
  }

  /** Undefined for another owner too: that it exists is nobody else's business. */
  find(id: string, owner: string): S | undefined {
    const held = this.#held.get(id)
    return held?.owner === owner ? held.session : undefined
  }

  /** From now until `ended`, somebody is there. */
  enter(id: string, ended: AbortSignal): void {
    const held = this.#held.get(id)
    if (held === undefined || ended.aborted) return
    held.calm()
    held.busy += 1
    this.#held.delete(id)
    this.#held.set(id, held)
    ended.addEventListener('abort', () => {
      held.busy -= 1
      if (this.#held.get(id) === held) this.#rest(id)
    })
  }

  end(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined) return
    this.#held.delete(id)
    held.calm()
    // What it was still saying has no listener any more.
    held.session.close().catch(() => undefined)
  }

  close(): void {
    for (const id of [...this.#held.keys()]) this.end(id)
  }

  #rest(id: string): void {
    const held = this.#held.get(id)
    if (held === undefined || held.busy > 0) return
    held.calm()
    held.calm = this.#options.clock.after(this.#options.idleMs, () => this.end(id))
  }
}

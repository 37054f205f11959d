// The one loop: take a wish, decide, fold, write; answers and effects only when the facts are on the disk.
import { isRefusal } from '../core/decide/answer.ts'
import { decide } from '../core/decide/index.ts'
import { evolve } from '../core/evolve/index.ts'
import type { Fact } from '../core/facts.ts'
import type { Entry, Part } from '../core/nouns/entry.ts'
import type { Answer } from '../core/ports/house.ts'
import { type Clock, StoreFailed } from '../core/ports.ts'
import { type Refusal, refuse } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import { type Wish, wish } from '../core/wishes.ts'
import { JournalStopped } from './journal/journal.ts'
import { Waiting } from './waiting.ts'

/** What the loop needs of a journal. */
export interface Ledger {
  append(parts: readonly Part[]): Promise<readonly Entry[]>
  resume(): Promise<void>
}

export interface LoopOptions {
  readonly ledger: Ledger
  readonly state: State
  readonly clock: Clock
  /** Called with facts that are on the disk, in order; only now may effects begin. */
  readonly durable: (entries: readonly Entry[]) => void
  /** Called once when nothing more can be written. */
  readonly broken: (why: string) => void
  /** Called when nothing waits to be written any more, or nothing can be: whoever waits for that may look. */
  readonly rested: () => void
  readonly most?: number
  /** How much room there is, and where, in a sentence: told when there is none left to write in. */
  readonly room?: () => string
  /** Whether there is anyone here to carry out what is launched; without hands nothing is. */
  readonly hands: boolean
}

interface Pending {
  readonly parts: readonly Part[]
  readonly answer: (answer: Answer) => void
  /** Set once they are on the disk. */
  entries?: readonly Entry[]
}

const mostPending = 10_000
const mostTicks = 1000
const retryMs = 1000

/**
 * Invariants. 1: facts are decided one wish at a time, on the state that all facts before them made. 2: `state` may be ahead of the disk, but
 * no answer and no effect is. 3: after a write that failed for want of room, the same facts are written again in the same order or none is.
 */
export class Loop {
  readonly #options: LoopOptions
  readonly #pending: Pending[] = []
  #stalled = ''
  #broken = ''
  #leaving = false
  readonly #waiting = new Waiting()
  /** How far the disk reaches, as far as answers have told. */
  #written: number

  constructor(options: LoopOptions) {
    this.#options = options
    this.#written = options.state.seq
  }

  /** From now on nothing is launched: whoever would carry it out is about to go. What runs may still end. */
  launchNothing(): void {
    this.#leaving = true
  }

  /** Why nothing is written just now; empty when all is well. */
  get trouble(): string {
    return this.#broken || this.#stalled
  }

  /** Why nothing is written any more, until Baton is started again; empty when all is well. */
  get broken(): string {
    return this.#broken
  }

  /** Why wishes wait to be written; empty when none has to. */
  get stalled(): string {
    return this.#stalled
  }

  /** Facts that are decided and not yet on the disk. */
  get pending(): number {
    return this.#pending.length
  }

  submit(asked: Wish): Promise<Answer> {
    const no = this.#turnedAway(asked)
    if (no !== undefined) return Promise.resolve({ ok: false, refusal: no })
    return new Promise((resolve) => {
      try {
        this.#take(asked, resolve)
        this.#tick(asked.type === 'tick')
      } catch (error) {
        this.#break(error)
        resolve({ ok: false, refusal: this.#closed() })
      }
    })
  }

  #turnedAway(asked: Wish): Refusal | undefined {
    if (this.#broken !== '') return this.#closed()
    if (this.#stalled !== '' && asked.by !== 'baton') {
      return refuse('busy', asked.type, this.#stalled, 'free some room; what runs goes on, and nothing is lost')
    }
    if (this.#pending.length < (this.#options.most ?? mostPending)) return undefined
    return refuse('busy', asked.type, 'too many wishes wait to be written', 'try again in a moment')
  }

  #closed(): Refusal {
    return refuse('defect', 'the journal', this.#broken, 'start Baton again; it goes on from what is written')
  }

  #take(asked: Wish, answer: (answer: Answer) => void): void {
    const { state, clock } = this.#options
    const at = Math.floor(clock.now())
    const decided = decide(state, asked, at)
    if (isRefusal(decided)) answer({ ok: false, refusal: decided })
    else this.#write(decided, asked, at, answer)
  }

  #write(facts: readonly Fact[], asked: Wish, at: number, answer: (answer: Answer) => void): void {
    const { state } = this.#options
    const because = asked.because === undefined || asked.because === '' ? asked.type : asked.because
    const parts: Part[] = []
    for (const one of facts) {
      parts.push({ stream: one.stream, at, by: asked.by, because, type: one.type, version: 1, data: one.data })
      evolve(state, { seq: state.seq + 1, at, type: one.type, data: one.data })
    }
    const pending = { parts, answer }
    this.#pending.push(pending)
    if (this.#stalled === '') void this.#append(pending)
  }

  /** Launches and endings follow from the state alone, so they are decided until nothing more follows. */
  #tick(asked: boolean): void {
    if (asked || !this.#options.hands) return
    for (let round = 0; round < mostTicks; round++) {
      const at = Math.floor(this.#options.clock.now())
      const own = wish('tick', 'baton', this.#leaving ? { leaving: true } : {})
      const decided = decide(this.#options.state, own, at)
      if (isRefusal(decided) || decided.length === 0) return
      // The record says which of the two it was, so that whoever decides again decides the same.
      this.#write(decided, { ...own, because: this.#leaving ? 'leaving' : 'schedule' }, at, () => {})
    }
    throw new Error('The scheduler never comes to rest.')
  }

  async #append(pending: Pending): Promise<void> {
    try {
      pending.entries = pending.parts.length === 0 ? [] : await this.#options.ledger.append(pending.parts)
      this.#settle()
    } catch (error) {
      if (error instanceof JournalStopped && error.resumable) this.#stall(error)
      else this.#break(error)
    }
  }

  /** In order: who asked later is never answered earlier. */
  #settle(): void {
    for (let first = this.#pending[0]; first?.entries !== undefined; first = this.#pending[0]) {
      this.#pending.shift()
      const { entries, answer } = first
      try {
        if (entries.length > 0) this.#options.durable(entries)
      } catch (error) {
        this.#break(error)
      }
      this.#written = entries.at(-1)?.seq ?? this.#written
      answer({ ok: true, seq: this.#written, facts: entries })
    }
    if (this.#pending.length === 0) this.#rest()
  }

  #stall({ message, cause }: JournalStopped): void {
    if (this.#stalled !== '') return
    const full = cause instanceof StoreFailed && cause.kind === 'full'
    this.#stalled = full ? `${message} ${this.#options.room?.() ?? ''}`.trim() : message
    this.#rest()
    this.#options.clock.after(retryMs, () => void this.#again())
  }

  async #again(): Promise<void> {
    try {
      await this.#options.ledger.resume()
    } catch (error) {
      if (!(error instanceof JournalStopped && error.resumable)) return this.#break(error)
    }
    this.#stalled = ''
    for (const pending of [...this.#pending]) if (pending.entries === undefined) void this.#append(pending)
  }

  #break(error: unknown): void {
    if (this.#broken !== '') return
    this.#broken = error instanceof Error ? error.message : String(error)
    const left = this.#pending.splice(0)
    for (const pending of left) pending.answer({ ok: false, refusal: this.#closed() })
    this.#options.broken(this.#broken)
    this.#rest()
  }

  /** Resolves when everything decided is on the disk, or nothing more can be. */
  steady(): Promise<void> {
    return this.#waiting.until(() => this.#pending.length === 0 || this.#broken !== '')
  }

  #rest(): void {
    this.#waiting.look()
    this.#options.rested()
  }
}

// Carries out what the state says is owed: each duty once at a time, again after a crash, until it is owed no more.
import { type Duty, duties } from '../core/duties.ts'
import type { Entry } from '../core/nouns/entry.ts'
import type { Item } from '../core/nouns/item.ts'
import type { Clock } from '../core/ports.ts'
import type { State } from '../core/state.ts'

/** A duty under way. `stop` is called when it is no longer owed, or when the house closes at once. */
export interface Effort {
  readonly done: Promise<void>
  stop(why: string): void
  /** Something of its item has changed, and is on the disk. */
  seen?(): void
}

export interface DispatchOptions {
  readonly state: State
  readonly clock: Clock
  /** Begins a duty. Its promise never rejects: failure is a wish like any other. */
  begin(duty: Duty): Effort
  /** Something has ended; whoever waits for quiet may look again. */
  changed(): void
}

const againMs = 2000

export class Dispatch {
  readonly #options: DispatchOptions
  readonly #efforts = new Map<string, { readonly item: string; readonly effort: Effort }>()
  readonly #stopped = new Set<string>()
  /** Ended and owed still: each waits for its own moment, so that many looks never make many timers. */
  readonly #resting = new Set<string>()
  /** Rehearsed for the line as it stands, by item: once is enough until the line changes. */
  readonly #rehearsed = new Map<string, string>()
  #shut = false
  /** What is on the disk; nothing that a later fact owes is begun. */
  #written: number

  constructor(options: DispatchOptions) {
    this.#options = options
    this.#written = options.state.seq
  }

  get busy(): number {
    return this.#efforts.size
  }

  busyOn(item: string): boolean {
    for (const one of this.#efforts.values()) if (one.item === item) return true
    return false
  }

  /** Looks at the items that these facts are about. */
  durable(entries: readonly Entry[]): void {
    this.#written = entries.at(-1)?.seq ?? this.#written
    const streams = new Set<string>()
    for (const entry of entries) streams.add(entry.stream)
    for (const stream of streams) {
      const item = this.#options.state.items.get(stream)
      if (item !== undefined) this.look(item)
    }
  }

  lookAtAll(): void {
    for (const item of this.#options.state.items.values()) this.look(item)
  }

  look(item: Item): void {
    if (this.#shut) return
    const owed = duties(this.#options.state, item)
    const keys = new Set(owed.map((duty) => duty.key))
    for (const [key, one] of this.#efforts) {
      if (one.item !== item.id) continue
      one.effort.seen?.()
      if (keys.has(key) || this.#stopped.has(key)) continue
      this.#stopped.add(key)
      one.effort.stop('it is no longer owed')
    }
    for (const [key, of] of this.#rehearsed) if (of === item.id && !keys.has(key)) this.#rehearsed.delete(key)
    for (const duty of owed) if (this.#due(duty)) this.#begin(duty)
  }

  #due({ key, since }: Duty): boolean {
    if (since > this.#written || this.#efforts.has(key)) return false
    return !this.#resting.has(key) && !this.#rehearsed.has(key)
  }

  #begin(duty: Duty): void {
    const effort = this.#options.begin(duty)
    this.#efforts.set(duty.key, { item: duty.item.id, effort })
    void effort.done.then(() => this.#ended(duty))
  }

  /** What ended without changing anything is owed still: it is begun again, but not at once. */
  #ended(duty: Duty): void {
    this.#efforts.delete(duty.key)
    this.#stopped.delete(duty.key)
    const item = this.#options.state.items.get(duty.item.id)
    if (item !== undefined && !this.#shut) {
      const still = duties(this.#options.state, item).some((one) => one.key === duty.key)
      if (still && duty.kind === 'rehearse') this.#rehearsed.set(duty.key, item.id)
      else if (still) this.#rest(duty)
      else this.look(item)
    }
    this.#options.changed()
  }

  #rest(duty: Duty): void {
    this.#resting.add(duty.key)
    this.#options.clock.after(againMs, () => {
      this.#resting.delete(duty.key)
      const item = this.#options.state.items.get(duty.item.id)
      if (item !== undefined) this.look(item)
    })
  }

  /** Begins nothing more; `stop` also ends what is under way. Resolves when all of it has ended. */
  async shut(how: 'drain' | 'stop', why: string): Promise<void> {
    this.#shut = true
    const all = [...this.#efforts.values()]
    if (how === 'stop') for (const one of all) one.effort.stop(why)
    await Promise.all(all.map((one) => one.effort.done))
  }
}

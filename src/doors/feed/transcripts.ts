// What agents say, for those who watch: each attempt is looked at once for all of its readers, and only while there are any.
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { attemptOf } from '../../core/state.ts'
import type { FeedLimits } from './limits.ts'
import type { Reader, Watched } from './reader.ts'

interface Watching {
  readonly reader: Reader
  readonly watched: Watched
}

/** Told when a transcript cannot be read. */
export type Failed = (reader: Reader, error: unknown) => void

export class Transcripts {
  readonly #house: House
  readonly #clock: Clock
  readonly #limits: FeedLimits
  readonly #failed: Failed
  readonly #watching = new Set<Watching>()
  #looking = false
  #again = false
  #waitMs = 0
  #calm = (): void => undefined

  constructor(house: House, clock: Clock, limits: FeedLimits, failed: Failed) {
    this.#house = house
    this.#clock = clock
    this.#limits = limits
    this.#failed = failed
  }

  add(reader: Reader): void {
    for (const watched of reader.watched) if (!watched.done) this.#watching.add({ reader, watched })
    void this.#look()
  }

  /** Nobody nudges when an agent speaks, so it is looked for; at once again after a page that held something, and less often the longer it is silent. */
  async #look(): Promise<void> {
    this.#again = true
    if (this.#looking) return
    this.#looking = true
    this.#calm()
    this.#waitMs = Math.min(this.#limits.pollMs, Math.max(this.#waitMs * 2, this.#limits.soonMs))
    while (this.#again) {
      this.#again = false
      for (const group of this.#groups()) await this.#tell(group)
      if (this.#again) await new Promise((resolve) => setImmediate(resolve))
    }
    this.#looking = false
    if (this.#watching.size > 0)
      this.#calm = this.#clock.after(Math.min(this.#waitMs, this.#limits.pollMs), () => void this.#look())
  }

  /** Those who have room, by attempt and position. */
  #groups(): readonly (readonly Watching[])[] {
    const groups = new Map<string, Watching[]>()
    for (const one of this.#watching) {
      if (one.reader.over || one.watched.done) this.#watching.delete(one)
      else if (one.reader.ready) {
        const key = `${one.watched.position} ${one.watched.attempt}`
        const group = groups.get(key)
        if (group === undefined) groups.set(key, [one])
        else group.push(one)
      }
    }
    return [...groups.values()]
  }

  async #tell(group: readonly Watching[]): Promise<void> {
    const [first] = group
    if (first === undefined) return
    const { attempt, position } = first.watched
    try {
      const page = await this.#house.transcript(attempt, position)
      // Of an item that is over nothing more can come.
      const done = page.done || (page.parts.length === 0 && attemptOf(this.#house.state, attempt) === undefined)
      const parts = JSON.stringify(page.parts)
      for (const { reader, watched } of group) if (reader.ready) reader.say(watched, page, parts, done)
      if (page.parts.length === 0) return
      this.#again = true
      this.#waitMs = this.#limits.soonMs
    } catch (error) {
      for (const { reader } of group) this.#failed(reader, error)
    }
  }
}

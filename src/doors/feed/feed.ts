// The event feed: one follower of the journal for all readers; each reads on from its own place as far as it has room.
import type { Caller } from '../../api/method.ts'
import { refusalFrom } from '../../api/perform.ts'
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { Intake } from './intake.ts'
import { type FeedLimits, feedLimits } from './limits.ts'
import { factsFor, openAt, type Wanted } from './opening.ts'
import { Outlet, type Plug } from './outlet.ts'
import { Pace } from './pace.ts'
import { Pages } from './pages.ts'
import { Reader, type Tongue } from './reader.ts'
import { Ring } from './ring.ts'
import { Rounds } from './rounds.ts'
import { Transcripts } from './transcripts.ts'
import { Watch } from './watch.ts'

/** A reader that has a place, and is told nothing before `begin`. */
export interface Entered {
  readonly reader: Reader
  readonly record: string
  readonly head: number
  begin(): void
}

export class Feed {
  readonly limits: FeedLimits
  readonly #house: House
  readonly #clock: Clock
  readonly #rounds: Rounds
  readonly #transcripts: Transcripts
  readonly #watch: Watch
  readonly #outlets = new Map<Outlet, Set<Reader>>()
  readonly #readers = new Set<Reader>()
  #ring: Ring
  #intake: Intake | undefined
  #opening: Promise<void> | undefined
  #entering = 0

  constructor(house: House, clock: Clock, limits: Partial<FeedLimits> = {}) {
    this.limits = { ...feedLimits, ...limits }
    this.#house = house
    this.#clock = clock
    this.#ring = new Ring(house.state.seq, this.limits)
    const pace = new Pace(clock)
    this.#watch = new Watch(
      clock,
      this.limits,
      () => this.#beat(),
      () => this.#look(),
    )
    const pages = new Pages(house, this.limits, pace, {
      head: () => this.#ring.head,
      wake: (reader) => this.#rounds.wake(reader),
      failed: (reader, error) => {
        reader.reload(refusalFrom(error, 'the record').why, this.#ring.head)
        this.#rounds.wake(reader)
      },
    })
    this.#rounds = new Rounds(pace, {
      ring: () => this.#ring,
      readers: this.#readers,
      behind: (reader) => pages.ask(reader),
      hold: () => this.#intake?.hold(),
      release: () => this.#intake?.release(),
    })
    this.#transcripts = new Transcripts(house, clock, this.limits, (reader, error) =>
      this.part(reader.outlet, 'cut', refusalFrom(error, 'a transcript').why),
    )
  }

  /** What it holds for its readers just now. */
  held(): { readonly outlets: number; readonly readers: number; readonly waiting: number; readonly ring: number } {
    let waiting = 0
    for (const outlet of this.#outlets.keys()) waiting += outlet.waiting
    return { outlets: this.#outlets.size, readers: this.#readers.size, waiting, ring: this.#ring.bytes }
  }

  /** Throws `Refused` when nobody more can be served; asked before anything is promised to a client. */
  seat(): void {
    if (Math.max(this.#outlets.size, this.#readers.size) < this.limits.mostReaders) return
    const why = `${this.limits.mostReaders} readers are connected, and no more are served`
    throw new Refused(refuse('busy', 'events', why, 'close what you no longer watch, or try again later'))
  }

  attach(plug: Plug): Outlet {
    const outlet = new Outlet(plug, this.#clock.monotonic())
    this.#outlets.set(outlet, new Set())
    outlet.onGone(() => this.#gone(outlet))
    outlet.onRoom(() => {
      for (const reader of this.#outlets.get(outlet) ?? []) this.#rounds.wake(reader)
    })
    this.#watch.start()
    return outlet
  }

  async enter(outlet: Outlet, tongue: Tongue, caller: Caller | undefined, wanted: Wanted): Promise<Entered> {
    const facts = factsFor(caller, wanted)
    if (this.#readers.size >= this.limits.mostReaders) this.seat()
    this.#entering += 1
    try {
      await this.#open()
    } catch (error) {
      throw new Refused(refusalFrom(error, 'events'))
    } finally {
      this.#entering -= 1
    }
    const { head } = this.#ring
    const [record, reach, mostBehind] = [this.#house.record, this.#house.state.seq, this.limits.mostBehind]
    const { cursor, positions, reload } = openAt(wanted, facts, { name: record, head, reach, mostBehind })
    const watched = wanted.transcripts.map(({ attempt }, n) => ({ attempt, position: positions[n] ?? 0, done: false }))
    const reader = new Reader({ outlet, tongue, record, cursor, facts, stream: wanted.stream, watched })
    this.#readers.add(reader)
    this.#outlets.get(outlet)?.add(reader)
    if (!outlet.alive) this.#gone(outlet)
    const begin = (): void => {
      reader.begin()
      if (reload !== undefined) reader.reload(reload, head)
      this.#rounds.wake(reader)
      this.#transcripts.add(reader)
    }
    return { reader, record, head, begin }
  }

  drop(reader: Reader): void {
    reader.stop()
    this.#readers.delete(reader)
    this.#outlets.get(reader.outlet)?.delete(reader)
    if (this.#readers.size === 0 && this.#entering === 0) this.#close()
  }

  /** Tells all readers of a connection why it ends, and ends it. */
  part(outlet: Outlet, event: 'cut' | 'bye', why: string): void {
    for (const reader of [...(this.#outlets.get(outlet) ?? [])]) {
      reader.part(event, why)
      this.drop(reader)
    }
    outlet.end(event, why, (destroy) => this.#clock.after(this.limits.graceMs, destroy))
  }

  #gone(outlet: Outlet): void {
    for (const reader of [...(this.#outlets.get(outlet) ?? [])]) this.drop(reader)
    this.#outlets.delete(outlet)
    if (this.#outlets.size === 0) this.#watch.stop()
  }

  /** Begins to follow where everything before is on the disk. */
  #open(): Promise<void> {
    this.#opening ??= this.#follow().catch((error: unknown) => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }

  async #follow(): Promise<void> {
    const head = this.#house.state.seq
    await this.#house.steady()
    this.#ring = new Ring(head, this.limits)
    this.#intake = new Intake(this.#house.follow(head), {
      entry: (entry) => {
        this.#ring.push(entry)
        this.#rounds.news()
      },
      over: (error) => this.#over(error),
    })
  }

  /** Nobody reads: nothing is followed. */
  #close(): void {
    this.#intake?.stop()
    this.#intake = undefined
    this.#opening = undefined
  }

  #over(error: unknown): void {
    const why = error === undefined ? 'the record was closed' : refusalFrom(error, 'the record').why
    this.#close()
    for (const [outlet, readers] of [...this.#outlets]) if (readers.size > 0) this.part(outlet, 'bye', why)
  }

  #beat(): void {
    for (const reader of this.#readers) reader.beat()
  }

  #look(): void {
    const now = this.#clock.monotonic()
    const { stallMs } = this.limits
    const stalled = [...this.#outlets.keys()].filter((outlet) => outlet.stalled(now, stallMs))
    for (const outlet of stalled) this.part(outlet, 'cut', `nothing was read for ${stallMs / 1000} s`)
  }
}

const feeds = new WeakMap<House, Feed>()

/** The one feed of a house, whoever asks for it first. */
export function feedOf(house: House, clock: Clock): Feed {
  const feed = feeds.get(house) ?? new Feed(house, clock)
  feeds.set(house, feed)
  return feed
}

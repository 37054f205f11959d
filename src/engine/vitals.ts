// What a house measures of itself as it writes.
import type { Entry } from '../core/nouns/entry.ts'
import type { Commits, Vitals } from '../core/ports/house.ts'
import type { Clock } from '../core/ports.ts'
import type { Journal } from './journal/journal.ts'
import type { HouseParts } from './parts.ts'

/** Upper limits in milliseconds; whatever took longer is in the last bucket, which has none. */
export const commitLimits: readonly number[] = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000, 5000]
const minuteMs = 60_000
/** Of the last minute at most so many are kept: they give the median. */
const keptAtMost = 512

/** Times each durable commit; a few numbers a commit, whatever the record's length. */
export class CommitTimes {
  readonly #clock: Clock
  readonly #counts: number[] = new Array<number>(commitLimits.length + 1).fill(0)
  readonly #recent: { readonly at: number; readonly ms: number }[] = []
  #oldest = 0
  #count = 0
  #entries = 0
  #sumMs = 0
  #lastMs: number | undefined
  #began: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A commit begins; what it gives back is called with the number of its entries, or with none when it failed. */
  begin(): (entries: number) => void {
    const began = this.#clock.monotonic()
    this.#began = began
    return (entries) => {
      this.#began = undefined
      if (entries > 0) this.#took(this.#clock.monotonic(), began, entries)
    }
  }

  #took(at: number, began: number, entries: number): void {
    const ms = Math.max(0, at - began)
    this.#count += 1
    this.#entries += entries
    this.#sumMs += ms
    this.#lastMs = ms
    const found = commitLimits.findIndex((limit) => ms <= limit)
    const bucket = found < 0 ? commitLimits.length : found
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1
    this.#recent[this.#oldest] = { at, ms }
    this.#oldest = (this.#oldest + 1) % keptAtMost
  }

  read(): Commits {
    const now = this.#clock.monotonic()
    const lately = this.#recent.filter(({ at }) => now - at <= minuteMs).map(({ ms }) => ms)
    lately.sort((a, b) => a - b)
    const median = lately[lately.length >> 1]
    return {
      count: this.#count,
      entries: this.#entries,
      sumMs: this.#sumMs,
      buckets: this.#counts.map((count, at) => ({ atMostMs: commitLimits[at] ?? Number.POSITIVE_INFINITY, count })),
      ...(this.#lastMs === undefined ? {} : { lastMs: this.#lastMs }),
      ...(median === undefined ? {} : { medianMs: median }),
      ...(this.#began === undefined ? {} : { underWayMs: now - this.#began }),
    }
  }
}

/** How attempts ended since this process has the house: a word of a closed list, and how often. */
export class Endings {
  readonly #counts = new Map<string, number>()

  saw(entries: readonly Entry[]): void {
    for (const { type, data } of entries) {
      if (type !== 'attempt.ended') continue
      const { outcome } = data as { readonly outcome: { readonly kind: string; readonly reason?: string } }
      const word = outcome.reason ?? outcome.kind
      this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1)
    }
  }

  read(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }
}

export interface Measured {
  readonly parts: HouseParts
  readonly journal: Journal
  readonly commits: CommitTimes
  readonly endings: Endings
  readonly pending: number
}

export function vitalsOf({ parts, journal, commits, endings, pending }: Measured): Vitals {
  const { version, model } = parts
  const disk = roomOrNone(parts)
  return {
    version,
    head: journal.head().seq,
    pending,
    commits: commits.read(),
    ended: endings.read(),
    ...(disk === undefined ? {} : { disk }),
    ...(model === undefined ? {} : { model: { address: model.address, named: model.named } }),
  }
}

/** A disk that cannot be asked is no reason to say nothing of the rest. */
function roomOrNone({ disk }: HouseParts): ReturnType<HouseParts['disk']> | undefined {
  try {
    return disk()
  } catch {
    return undefined
  }
}

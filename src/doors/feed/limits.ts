// How much the feed holds, how long it waits, and when it lets go.

export interface FeedLimits {
  /** A sign of life for readers to whom nothing else is said. */
  readonly beatMs: number
  /** A reader that takes nothing for so long is cut. */
  readonly stallMs: number
  /** How long a reader that was cut or dismissed has left to take what was said last. */
  readonly graceMs: number
  readonly mostReaders: number
  /** Whoever is further behind reads the state again instead. */
  readonly mostBehind: number
  readonly ringEntries: number
  readonly ringBytes: number
  /** Of one frame, unless a single entry is larger. */
  readonly frameBytes: number
  /** How often a transcript that somebody watches is looked at while nothing is said. */
  readonly pollMs: number
  /** How soon again after something was said: who speaks goes on speaking. */
  readonly soonMs: number
}

export const feedLimits: FeedLimits = {
  beatMs: 15_000,
  stallMs: 30_000,
  graceMs: 5_000,
  mostReaders: 2_000,
  mostBehind: 100_000,
  ringEntries: 4_096,
  ringBytes: 8 * 1024 * 1024,
  frameBytes: 64 * 1024,
  pollMs: 100,
  soonMs: 20,
}

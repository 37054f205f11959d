// Which steps of a plan as it is now are which steps of the plan as it was: by id, then by text, then by position.
import type { StepSpec } from './nouns/step.ts'

export type MatchedBy = 'id' | 'text' | 'position'

/** Indices into the old and the new steps. */
export interface Pair {
  readonly from: number
  readonly to: number
  readonly by: MatchedBy
  /** Between 0 and 1: how much of the words is the same. */
  readonly alike: number
}

export interface Matching {
  /** In the order of the new steps. */
  readonly pairs: readonly Pair[]
  readonly added: readonly number[]
  readonly removed: readonly number[]
}

type Worded = Pick<StepSpec, 'key' | 'title' | 'brief'>

/** From here on two texts are the same work in other words. */
export const sameWork = 0.5
const wordsCompared = 400

/**
 * An id alone is not trusted: where the words under an id now stood under another id before, the plan was renumbered, and what was done
 * goes with the words. Ids inside the words do not count, for they are renumbered too.
 */
export function match(old: readonly Worded[], now: readonly Worded[]): Matching {
  const matcher = new Matcher(old, now)
  matcher.byIdAndText()
  matcher.byText()
  matcher.byId()
  matcher.byPosition()
  return matcher.give()
}

class Matcher {
  readonly #old: readonly Worded[]
  readonly #now: readonly Worded[]
  readonly #oldWords: readonly string[]
  readonly #nowWords: readonly string[]
  readonly #keys: ReadonlyMap<string, number>
  readonly #pairs = new Map<number, Pair>()
  readonly #used = new Set<number>()

  constructor(old: readonly Worded[], now: readonly Worded[]) {
    this.#old = old
    this.#now = now
    const ids = new Set([...old, ...now].map(({ key }) => key))
    this.#oldWords = old.map((one) => plain(one, ids))
    this.#nowWords = now.map((one) => plain(one, ids))
    this.#keys = new Map(old.map(({ key }, at) => [key, at]))
  }

  #pair(from: number, to: number, by: MatchedBy, alike: number): void {
    this.#pairs.set(to, { from, to, by, alike })
    this.#used.add(from)
  }

  #likeness(from: number, to: number): number {
    return likeness(this.#oldWords[from] ?? '', this.#nowWords[to] ?? '')
  }

  byIdAndText(): void {
    for (const [to, { key }] of this.#now.entries()) {
      const from = this.#keys.get(key)
      if (from !== undefined && this.#oldWords[from] === this.#nowWords[to]) this.#pair(from, to, 'id', 1)
    }
  }

  /** Only where the words stood once before and stand once now: twins say nothing of which is which. */
  byText(): void {
    const before = once(this.#oldWords, (at) => this.#used.has(at))
    const after = once(this.#nowWords, (at) => this.#pairs.has(at))
    for (const [words, to] of after) {
      const from = before.get(words)
      if (from !== undefined && from >= 0 && to >= 0 && words !== '') this.#pair(from, to, 'text', 1)
    }
  }

  byId(): void {
    for (const [to, { key }] of this.#now.entries()) {
      const from = this.#keys.get(key)
      if (from === undefined || this.#used.has(from) || this.#pairs.has(to)) continue
      this.#pair(from, to, 'id', this.#likeness(from, to))
    }
  }

  /** Between the same neighbours, in words that are much the same. */
  byPosition(): void {
    for (const to of this.#now.keys()) {
      if (this.#pairs.has(to)) continue
      const previous = to === 0 ? -1 : (this.#pairs.get(to - 1)?.from ?? -2)
      const from = previous + 1
      if (previous === -2 || from >= this.#old.length || this.#used.has(from)) continue
      const next = this.#pairs.get(to + 1)
      const closes = to + 1 === this.#now.length ? from + 1 === this.#old.length : next?.from === from + 1
      const alike = this.#likeness(from, to)
      if (closes && alike >= sameWork) this.#pair(from, to, 'position', alike)
    }
  }

  give(): Matching {
    return {
      pairs: [...this.#pairs.values()].sort((a, b) => a.to - b.to),
      added: [...this.#now.keys()].filter((to) => !this.#pairs.has(to)),
      removed: [...this.#old.keys()].filter((from) => !this.#used.has(from)),
    }
  }
}

/** Words without case, marks, and ids of the plan. */
function plain({ title, brief }: Worded, ids: ReadonlySet<string>): string {
  const words = `${title}\n${brief}`.split(/[\s(),;:[\]{}*_`"'|]+/u)
  return words
    .filter((word) => word !== '' && !ids.has(word))
    .join(' ')
    .toLowerCase()
}

/** Each text with its place; -1 when it stands more than once. */
function once(texts: readonly string[], taken: (at: number) => boolean): Map<string, number> {
  const found = new Map<string, number>()
  for (const [at, text] of texts.entries()) if (!taken(at)) found.set(text, found.has(text) ? -1 : at)
  return found
}

/** Words in common, twice, over all words. */
export function likeness(one: string, other: string): number {
  if (one === other) return 1
  const left = new Map<string, number>()
  const words = one.split(' ', wordsCompared)
  for (const word of words) left.set(word, (left.get(word) ?? 0) + 1)
  const others = other.split(' ', wordsCompared)
  let same = 0
  for (const word of others) {
    const count = left.get(word) ?? 0
    if (count === 0) continue
    left.set(word, count - 1)
    same += 1
  }
  return (2 * same) / (words.length + others.length)
}

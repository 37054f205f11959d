// How much two items look like the same work, by their words alone: their titles, what is said of them, and the titles of their steps.

/** From here on somebody should look before both are done. */
export const suspicious = 0.75
/** What is compared of one item at most. */
const wordsCompared = 150
const lettersRead = 8000
/** Fewer words than this say too little. */
const fewestWords = 6
const fewestInTitle = 3

export interface Worded {
  readonly title: string
  /** Distinct, of its title, its brief and the titles of its steps, in this order. */
  readonly words: ReadonlySet<string>
}

export interface Said {
  readonly title: string
  readonly brief: string
  readonly steps: readonly { readonly title: string }[]
}

const everyday = new Set(
  'the and for from with that this into are was not all per its can has have will when each one add new use'.split(' '),
)

export function worded(said: Said): Worded {
  let text = `${said.title}\n${said.brief}`
  for (const step of said.steps) {
    if (text.length > lettersRead) break
    text += `\n${step.title}`
  }
  return { title: said.title, words: wordsOf(text) }
}

/** Numbers and ids say nothing of the work, nor do words that stand everywhere. */
export function wordsOf(text: string): ReadonlySet<string> {
  const words = new Set<string>()
  const plain = text.slice(0, lettersRead).normalize('NFKC').toLowerCase()
  for (const [word] of plain.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.size >= wordsCompared) break
    if (word.length < 3 || /\p{N}/u.test(word) || everyday.has(word)) continue
    words.add(word)
  }
  return words
}

/** From 0 to 1, the title counting as much as everything together; undefined when too little is said to tell. */
export function likeness(one: Worded, other: Worded): number | undefined {
  if (one.words.size < fewestWords || other.words.size < fewestWords) return undefined
  const [first, second] = [wordsOf(one.title), wordsOf(other.title)]
  const titles = first.size === 0 || second.size === 0 ? undefined : shared(first, second)
  // Nothing in the rest could make up for it.
  if (titles !== undefined && (1 + titles) / 2 < suspicious) return titles / 2
  const all = shared(one.words, other.words)
  if (titles === undefined) return all
  const both = (titles + all) / 2
  return titles === 1 && first.size >= fewestInTitle ? Math.max(both, suspicious) : both
}

/** Which words both use, for whoever is to believe it. */
export function inCommon(one: Worded, other: Worded, most = 8): readonly string[] {
  return [...one.words].filter((word) => other.words.has(word)).slice(0, most)
}

function shared(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0
  for (const word of one) if (other.has(word)) both += 1
  return (2 * both) / (one.size + other.size)
}

// How urgent the words say that something is, where a plan uses words for it: 1 is the most urgent.

const levels = ['critical urgent highest blocker', 'high', 'medium normal', 'low', 'lowest trivial']
const known = new Map(levels.flatMap((words, at) => words.split(' ').map((word) => [word, at + 1] as const)))

/** Undefined for a word that says nothing of it. */
export function urgencyOf(word: string): number | undefined {
  return known.get(word.toLowerCase())
}

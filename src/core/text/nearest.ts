// Finds the known word that a mistyped one was probably meant to be.

/** Single letters changed, added, left out or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let before: number[] = []
  let above = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= to.length; j += 1) {
      const same = from[i - 1] === to[j - 1]
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      const change = (above[j - 1] ?? 0) + (same ? 0 : 1)
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : change
      row.push(Math.min(change, swap, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    before = above
    above = row
  }
  return above[to.length] ?? 0
}

/** Undefined when nothing is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 40) return undefined
  const plain = word.toLowerCase().replaceAll('_', '-')
  const ranked = known.map((each) => ({ each, away: distance(plain, each) })).sort((a, b) => a.away - b.away)
  const [best] = ranked
  return best && best.away <= Math.max(1, Math.floor(best.each.length / 3)) ? best.each : undefined
}

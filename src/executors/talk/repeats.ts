// Notices when an agent goes in circles: the same thing again, or the same few things in turn, with the same result.

const remembered = 64
const longestCycle = 6
const warnedAt = 3
const stuckAt = 6
/** The same call whatever comes of it: waiting for something is no loop, for a while. */
const callsWarnedAt = 10
const callsStuckAt = 20

export interface Circling {
  readonly how: 'fine' | 'warned' | 'stuck'
  /** For the model, and for whoever reads why it ended. */
  readonly why: string
}

/** How often the last `length` of them stand one after another at the end. */
function roundsOf(seen: readonly string[], length: number): number {
  let rounds = 1
  for (let at = seen.length - length; at >= length; at -= length) {
    for (let back = 1; back <= length; back += 1) if (seen[at - back] !== seen[seen.length - back]) return rounds
    rounds += 1
  }
  return rounds
}

export class Repeats {
  #done: string[] = []
  #asked: string[] = []

  /** `asked`: what it did; `done`: that, and what came of it. */
  add(asked: string, done: string): Circling {
    this.#asked = [...this.#asked, asked].slice(-remembered)
    this.#done = [...this.#done, done].slice(-remembered)
    let most = 1
    for (let length = 1; length <= longestCycle && length <= this.#done.length; length += 1)
      most = Math.max(most, roundsOf(this.#done, length))
    const calls = roundsOf(this.#asked, 1)
    const times = Math.max(most, calls)
    const why = `The same was done ${times} times in a row${most >= calls ? ', with the same result' : ''}.`
    if (most >= stuckAt || calls >= callsStuckAt) return { how: 'stuck', why }
    if (most >= warnedAt || calls >= callsWarnedAt) return { how: 'warned', why }
    return { how: 'fine', why: '' }
  }
}

// Where a reader stands, as one word that it gives back when it comes again: `<seq>[+<position>…]@<record>`.

export interface Place {
  readonly seq: number
  /** One for each transcript, in the order of the asking; none when the reader has not yet been told any. */
  readonly positions: readonly number[]
}

const longest = 512

export function printId({ seq, positions }: Place, record: string): string {
  return `${[seq, ...positions].join('+')}@${record}`
}

/** The sentence says why it cannot be gone on from. */
export function readId(text: string, record: string): Place | { readonly why: string } {
  if (text.length > longest + record.length) return { why: 'the id is far too long' }
  const found = /^(\d{1,16}(?:\+\d{1,16}){0,8})@(.*)$/s.exec(text)
  if (found === null) return { why: 'the id cannot be read' }
  if (found[2] !== record) return { why: 'the id is of another record' }
  const numbers = (found[1] ?? '').split('+').map(Number)
  if (!numbers.every(Number.isSafeInteger)) return { why: 'the id cannot be read' }
  const [seq = 0, ...positions] = numbers
  return { seq, positions }
}

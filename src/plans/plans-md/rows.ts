// Gives the lines of a file one after the other, as offsets and without copying anything.

/** One object is used for all lines: whoever needs it later copies what is needed. */
export interface Row {
  line: number
  from: number
  /** The first letter that is no blank. */
  first: number
  /** Columns of blanks before it; a tab counts to the next multiple of four. */
  indent: number
  to: number
}

const [feed, back, space, tab] = [10, 13, 32, 9]

/** Lines end at a line feed, a carriage return, or both. `text` is Latin-1; a byte order mark belongs to none. */
export function eachLine(text: string, take: (row: Row) => void): void {
  const alone = text.includes('\r') && /\r(?!\n)/.test(text)
  const row: Row = { line: 0, from: text.startsWith('\xef\xbb\xbf') ? 3 : 0, first: 0, indent: 0, to: 0 }
  while (row.from < text.length) {
    let [to, next] = alone ? endOf(text, row.from) : [text.indexOf('\n', row.from), 0]
    if (to < 0) to = text.length
    if (next === 0) next = to + 1
    if (!alone && to > row.from && text.charCodeAt(to - 1) === back) to -= 1
    row.line += 1
    row.to = to
    let first = row.from
    let indent = 0
    for (; first < to; first += 1) {
      const code = text.charCodeAt(first)
      if (code === space) indent += 1
      else if (code === tab) indent += 4 - (indent % 4)
      else break
    }
    row.first = first
    row.indent = indent
    take(row)
    row.from = next
  }
}

function endOf(text: string, from: number): [number, number] {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === feed) return [at, at + 1]
    if (code === back) return [at, text.charCodeAt(at + 1) === feed ? at + 2 : at + 1]
  }
  return [text.length, text.length + 1]
}

/** What a person sees between two offsets. */
export function shown(text: string, from: number, to: number): string {
  const words = Buffer.from(text.slice(from, to), 'latin1').toString('utf8')
  return words.includes('\0') ? words.replaceAll('\0', '\ufffd') : words
}

// Cuts comma-separated text into rows whose fields know where their bytes lie, so that one can be changed.

export interface Field {
  /** What it says, without its quotes. */
  readonly text: string
  /** Offsets of its first letter and the one behind its last, quotes included. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
}

export interface Csv {
  readonly rows: readonly (readonly Field[])[]
  /** A quote that is never closed: where it begins. */
  readonly open?: Field
  /** More rows or fields than are read. */
  readonly cut: boolean
}

const rowsAtMost = 100_000
const fieldsAtMost = 100
const [quote, comma, feed, back] = [34, 44, 10, 13]

/** Fields in quotes may hold commas, line ends and doubled quotes. Rows end at a line feed, a carriage return, or both. */
export function readCsv(text: string): Csv {
  const rows: Field[][] = []
  let row: Field[] = []
  let at = text.startsWith('\ufeff') ? 1 : text.startsWith('\xef\xbb\xbf') ? 3 : 0
  let [line, lineStart] = [1, at]
  while (at <= text.length) {
    const start = at
    const place = { line, column: start - lineStart + 1 }
    let words: string
    if (text.charCodeAt(at) === quote) {
      const end = closing(text, at)
      if (end < 0) return { rows, open: { text: '', start, end: text.length, ...place }, cut: false }
      words = text.slice(at + 1, end).replaceAll('""', '"')
      for (let next = lineEnd(text, at, end); next >= 0; next = lineEnd(text, next + 1, end)) {
        line += 1
        lineStart = next + 1
      }
      at = end + 1
    } else words = ''
    const from = at
    while (at < text.length && !isEnd(text.charCodeAt(at))) at += 1
    row.push({ text: words + text.slice(from, at), start, end: at, ...place })
    const code = text.charCodeAt(at)
    at += 1
    if (code === comma && row.length < fieldsAtMost) continue
    if (code === back && text.charCodeAt(at) === feed) at += 1
    if (row.length > 1 || row[0]?.text !== '') rows.push(row)
    if (rows.length > rowsAtMost || code === comma) return { rows, cut: true }
    row = []
    line += 1
    lineStart = at
  }
  return { rows, cut: false }
}

function isEnd(code: number): boolean {
  return code === comma || code === feed || code === back
}

/** Offset of the quote that closes the field, or -1. */
function closing(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text.charCodeAt(at + 1) !== quote) return at
  }
  return -1
}

/** Offset of the last letter of the next line end between two offsets, or -1. */
function lineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at)
    if (code === feed || (code === back && text.charCodeAt(at + 1) !== feed)) return at
  }
  return -1
}

/** A field as it must be written to say this. */
export function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

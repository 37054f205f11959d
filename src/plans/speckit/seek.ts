// Finds the box of one step without reading the rest of its file: where its id stands, and whether that line is plan or sample.
import { Blocks } from '../reading/blocks.ts'
import { readStepLine } from './step-line.ts'

const [feed, back] = [10, 13]
/** A key that stands in more lines than this is looked for by reading the whole file. */
const linesAtMost = 64
const marks = ['```', '~~~', '<!--', '-->']

/** The offset of the byte in the box of the first step with this key; -1 when there is none, undefined when that needs the whole file. */
export function boxOf(bytes: Buffer, key: string): number | undefined {
  if (bytes.includes(back) && /\r(?!\n)/.test(bytes.toString('latin1'))) return undefined
  let seen = 0
  let after = 0
  for (let at = bytes.indexOf(key); at >= 0; at = bytes.indexOf(key, after)) {
    const start = bytes.lastIndexOf(feed, at) + 1
    after = endOf(bytes, at)
    seen += 1
    if (seen > linesAtMost) return undefined
    const text = lineAt(bytes, start)
    const read = readStepLine(text)
    if (read?.kind !== 'step' || read.key !== key || !isPlan(bytes, start)) continue
    return firstOf(bytes, start) + Buffer.byteLength(text.slice(0, read.box))
  }
  return -1
}

function endOf(bytes: Buffer, at: number): number {
  const end = bytes.indexOf(feed, at)
  return end < 0 ? bytes.length : end
}

/** A byte order mark belongs to no line. */
function firstOf(bytes: Buffer, start: number): number {
  return start === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : start
}

function lineAt(bytes: Buffer, start: number): string {
  const end = endOf(bytes, start)
  const text = bytes.toString('utf8', firstOf(bytes, start), Math.min(end, start + 65_536))
  return text.endsWith('\r') ? text.slice(0, -1) : text
}

/** Outside of fences and comments. Only lines that hold one of the marks can open or close such a block. */
function isPlan(bytes: Buffer, start: number): boolean {
  const blocks = new Blocks()
  for (const line of markedBefore(bytes, start)) blocks.take({ number: 1, text: lineAt(bytes, line) })
  return blocks.take({ number: 1, text: lineAt(bytes, start) }) === 'text'
}

/** Where the lines before `end` begin that hold a mark, each once, in order. */
function markedBefore(bytes: Buffer, end: number): number[] {
  const found = new Set<number>()
  for (const mark of marks) {
    for (let at = bytes.indexOf(mark); at >= 0 && at < end; at = bytes.indexOf(mark, endOf(bytes, at)))
      found.add(bytes.lastIndexOf(feed, at) + 1)
  }
  return [...found].sort((a, b) => a - b)
}

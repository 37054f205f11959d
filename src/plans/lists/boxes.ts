// Cuts a Markdown file into rows that know what they are and where their bytes lie: boxes, bullets, headings, tables, text.
import { isAscii } from 'node:buffer'
import { quoted } from '../../core/text/neutral.ts'
import { Blocks } from '../reading/blocks.ts'
import { linesAtMost, readable } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'

/** `odd` looks like a box and is none; `mark` then says what stands there. */
export type RowKind = 'box' | 'odd' | 'bullet' | 'heading' | 'table' | 'text' | 'code'

export interface Row {
  kind: RowKind
  /** Line, from 1. */
  readonly number: number
  /** Offsets of the first byte of the line, and of the one behind its last. */
  readonly start: number
  readonly end: number
  /** Columns of white space before it; a tab counts to the next multiple of four. */
  readonly indent: number
  /** Offset of its words. */
  from: number
  /** Offset of what stands in its box, or -1; `boxEnd` is that of the closing bracket. */
  box: number
  boxEnd: number
  /** Of a heading, from 1. */
  level: number
}

/** Offsets in `text` are offsets in the file: one letter a byte. */
export interface Rows {
  readonly file: string
  readonly text: string
  readonly bytes: Buffer
  readonly all: Row[]
  readonly ascii: boolean
}

const lineAtMost = 65_536
const [tab, blank, star, plus, dash, less, quote] = [0x09, 0x20, 0x2a, 0x2b, 0x2d, 0x3c, 0x3e]
const [hash, bar, open, close, tick, tilde, equal] = [0x23, 0x7c, 0x5b, 0x5d, 0x60, 0x7e, 0x3d]

/** How many bytes of white space begin here: a hard blank is two. */
function blankAt(text: string, at: number): number {
  const byte = text.charCodeAt(at)
  if (byte === blank || byte === tab) return 1
  return byte === 0xc2 && text.charCodeAt(at + 1) === 0xa0 ? 2 : 0
}

function afterBlanks(text: string, at: number, end: number): number {
  let next = at
  for (let width = blankAt(text, next); width > 0 && next < end; width = blankAt(text, next)) next += width
  return Math.min(next, end)
}

/** Offset behind the mark of a bullet and its blanks, or -1. `tight` takes one without a blank too, to say that it is missing. */
function afterBullet(text: string, at: number, end: number, tight = false): number {
  let next = at
  const byte = text.charCodeAt(at)
  if (byte === dash || byte === star || byte === plus) next += 1
  else {
    while (next < end && next - at < 9 && text.charCodeAt(next) >= 0x30 && text.charCodeAt(next) <= 0x39) next += 1
    const stop = text.charCodeAt(next)
    if (next === at || (stop !== 0x2e && stop !== 0x29)) return -1
    next += 1
  }
  if (next >= end) return tight ? -1 : next
  if (blankAt(text, next) === 0) return tight && text.charCodeAt(next) === open ? next : -1
  return tight ? -1 : afterBlanks(text, next, end)
}

const oddBox = /^\[(?:(?:[ \t]|\xc2\xa0){0,3}|[ \t]{0,2}[xX][ \t]{0,2})\](?![(:[])/

/** Sets what stands in the box at `at`, and says whether there is one. */
function takeBox(text: string, row: Row, at: number): boolean {
  if (text.charCodeAt(at) !== open) return false
  let stop = at + 1
  while (stop - at <= 7 && stop < row.end && text.charCodeAt(stop) !== close) stop += 1
  if (text.charCodeAt(stop) !== close || stop >= row.end) return false
  const starred = text.charCodeAt(stop + 1) === star ? stop + 2 : stop + 1
  const free = starred >= row.end || blankAt(text, starred) > 0
  row.from = afterBlanks(text, free ? starred : stop + 1, row.end)
  row.box = at + 1
  row.boxEnd = stop
  if (free && isMark(text, at + 1, stop)) row.kind = 'box'
  else if (oddBox.test(text.slice(at, stop + 2)) || (!free && isMark(text, at + 1, stop) && opensWord(text, stop + 1)))
    row.kind = 'odd'
  else return false
  return true
}

/** One character that is no ordinary letter or digit: `[a]` and `[1]` are references. */
function isMark(text: string, from: number, to: number): boolean {
  const byte = text.charCodeAt(from)
  if (to - from === 1) return byte === 0x78 || byte === 0x58 || !/[A-Za-z0-9\]\t]/.test(text[from] ?? '')
  if (byte === 0xc2 && text.charCodeAt(from + 1) === 0xa0) return false
  return (
    to > from &&
    byte >= 0xc0 &&
    utf8(text.slice(from, to))
      .replace(/\ufe0f$/, '')
      .match(/^.$/su) !== null
  )
}

/** `- [ ]word`: a blank is missing; `[x](url)`, `[x]:` and `[x][y]` are links. */
function opensWord(text: string, at: number): boolean {
  return /[A-Za-z0-9*_`\x80-\xff]/.test(text[at] ?? '')
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}

/** `[ ]*`: some tools mark so what may be left out. */
export function isStarred(rows: Rows, row: Row): boolean {
  return row.kind === 'box' && rows.text.charCodeAt(row.boxEnd + 1) === star
}

/** The words of a row, or whatever of it lies between two offsets. */
export function textOf(rows: Rows, from: number, to: number): string {
  const words = rows.ascii ? rows.text.slice(from, to) : rows.bytes.toString('utf8', from, to)
  return words.includes('\0') ? words.replaceAll('\0', '\ufffd') : words
}

class Cutter {
  readonly all: Row[] = []
  readonly #blocks = new Blocks()
  readonly #text: string
  readonly #frontEnd: number
  #last: Row | undefined

  constructor(text: string, start: number) {
    this.#text = text
    this.#frontEnd = frontMatterEnd(text, start)
  }

  cut(number: number, start: number, end: number): void {
    if (start < this.#frontEnd) return
    let at = start
    let indent = 0
    for (; at < end; at += 1) {
      const byte = this.#text.charCodeAt(at)
      if (byte === blank) indent += 1
      else if (byte === tab) indent += 4 - (indent % 4)
      else if (byte === 0xc2 && this.#text.charCodeAt(at + 1) === 0xa0) {
        indent += 1
        at += 1
      } else break
    }
    if (at >= end) return
    const row: Row = { kind: 'text', number, start, end, indent, from: at, box: -1, boxEnd: -1, level: 0 }
    const first = this.#text.charCodeAt(at)
    const mayOpen = first === tick || first === tilde || first === less || first === quote
    if (this.#blocks.within || mayOpen) {
      const mode = this.#blocks.take({ number, text: this.#text.slice(start, end) })
      if (mode === 'hidden') return
      if (mode !== 'text') row.kind = 'code'
    }
    if (row.kind === 'text' && !this.#isRule(row, first)) this.#classify(row, first)
    this.all.push(row)
    this.#last = row
  }

  #classify(row: Row, first: number): void {
    const text = this.#text
    if (first === hash && row.indent < 4) {
      const [, marks] = /^(#{1,6})(?:[ \t]|$)/.exec(text.slice(row.from, Math.min(row.end, row.from + 8))) ?? []
      if (marks === undefined) return
      row.kind = 'heading'
      row.level = marks.length
      row.from = afterBlanks(text, row.from + marks.length, row.end)
      return
    }
    if (first === bar) {
      row.kind = 'table'
      return
    }
    const after = afterBullet(text, row.from, row.end)
    if (after >= 0) {
      if (takeBox(text, row, after)) return
      row.kind = 'bullet'
      row.from = after
    } else {
      const from = row.from
      const tight = afterBullet(text, from, row.end, true)
      if (tight >= 0 && takeBox(text, row, tight)) row.kind = 'odd'
      else row.from = from
    }
    if (row.kind !== 'odd') row.box = -1
  }

  /** A line of dashes or equals signs under a line of text makes that a heading; else it is a rule. */
  #isRule(row: Row, first: number): boolean {
    if (first !== equal && first !== dash && first !== star && first !== 0x5f) return false
    const second = this.#text.charCodeAt(row.from + 1) === blank ? this.#text.charCodeAt(row.from + 2) : first
    if (second !== first && second !== blank && second !== tab && row.from + 2 < row.end) return false
    const line = this.#text.slice(row.from, Math.min(row.end, row.from + 400)).trim()
    const above = this.#last
    if (
      /^(?:={1,400}|-{1,400})$/.test(line) &&
      above?.kind === 'text' &&
      above.number === row.number - 1 &&
      above.indent < 4
    ) {
      const before = this.all.at(-2)
      const lazy = before !== undefined && before.number === above.number - 1 && before.kind !== 'heading'
      if (!lazy && above.level === 0) {
        above.kind = 'heading'
        above.level = first === equal ? 1 : 2
        return true
      }
    }
    return /^(?:[-*_][ \t]{0,4}){3,120}$/.test(line)
  }

  end(file: string, notes: Notes): void {
    this.#blocks.end(file, notes)
  }
}

/** Where the text begins behind YAML between two lines of dashes at the very top. */
function frontMatterEnd(text: string, start: number): number {
  if (!/^---[ \t]{0,8}[\r\n]/.test(text.slice(start, start + 13))) return start
  const end = /[\r\n](?:---|\.\.\.)[ \t]{0,8}(?=[\r\n]|$)/.exec(text.slice(start + 3, start + 16_384))
  return end === null ? start : start + 3 + end.index + end[0].length
}

/** Blank lines and comments are left out. Undefined when nothing of the bytes can be read, which has then been said. */
export function rowsOf(bytes: Uint8Array, file: string, notes: Notes): Rows | undefined {
  if (!readable(bytes, file, notes)) return undefined
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const text = buffer.toString('latin1')
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const cutter = new Cutter(text, marked ? 3 : 0)
  let start = marked ? 3 : 0
  let back = text.indexOf('\r', start)
  for (let number = 1; start < text.length; number += 1) {
    if (number > linesAtMost) {
      const more = `This file has more than ${linesAtMost} lines.`
      notes.error('too-large', { file, line: linesAtMost, column: 1 }, more, 'Split the plan into several files.')
      return undefined
    }
    const feed = text.indexOf('\n', start)
    let end = feed < 0 ? text.length : feed
    if (back >= 0 && back < start) back = text.indexOf('\r', start)
    const next = back >= 0 && back < end ? back + (text.charCodeAt(back + 1) === 0x0a ? 2 : 1) : end + 1
    if (back >= 0 && back < end) end = back
    if (end - start > lineAtMost) warnOfLongLine(file, number, notes)
    cutter.cut(number, start, Math.min(end, start + lineAtMost))
    start = next
  }
  cutter.end(file, notes)
  return { file, text, bytes: buffer, all: cutter.all, ascii: isAscii(buffer) }
}

function warnOfLongLine(file: string, line: number, notes: Notes): void {
  const at = { file, line, column: lineAtMost }
  notes.warning('long-line', at, 'This line is longer than 64 KiB; the rest of it is not read.', 'Break the line.')
}

/** A box that nobody's tool would tick. It would be lost as a step, so it is an error. */
export function warnOfOddBox(rows: Rows, row: Row, notes: Notes): void {
  const at = { file: rows.file, line: row.number, column: columnOf(rows, row, row.box - 1) }
  const words = quoted(textOf(rows, row.start, row.end))
  const text = `This looks like a box and is none: "${words}".`
  notes.error('odd-box', at, text, 'Write "- [ ] " for open or "- [x] " for done, with a blank on each side.')
}

/** Column of an offset in characters, from 1. */
export function columnOf(rows: Rows, row: Row, offset: number): number {
  return rows.ascii ? offset - row.start + 1 : textOf(rows, row.start, offset).length + 1
}

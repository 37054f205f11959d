// Reads what is indented under one task: its fields, its checklists and its words.
import { markBlocks, withoutComments } from '../reading/blocks.ts'
import { type Line, linesOf } from '../reading/lines.ts'
import { Notes } from '../reading/notes.ts'
import type { Entry, Span } from './entry.ts'

/** `- **Name:** value` directly under a task, with what is indented under it. */
export interface Field {
  /** In small letters. */
  readonly name: string
  /** Where its value begins. */
  readonly line: number
  readonly column: number
  readonly value: string
  /** Offsets of the value in the file, without blanks at its end. */
  readonly place: Span
  readonly lead: string
  /** The end of the last line that is indented under it. */
  readonly end: number
  readonly inner: readonly Line[]
}

export interface Body {
  readonly lines: readonly Line[]
  readonly fields: readonly Field[]
  /** The first of its bullets, and the blanks before it. */
  readonly lead?: string
  readonly bullet?: string
}

const field =
  /^([ \t]{0,40})[-*+][ \t]{1,4}(?:\*\*|__)?([A-Z][A-Za-z ()/-]{0,40}?)(?:\*\*|__)?:(?:\*\*|__)?(?=[ \t]|$)[ \t]{0,8}/
const bullet = /^([ \t]{0,40})([-*+])[ \t]/
const quiet = new Notes()

/** Columns of blanks, at most 200. */
function widthOf(text: string): number {
  let width = 0
  for (let at = 0; at < text.length && width < 200; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 32) width += 1
    else if (code === 9) width += 4 - (width % 4)
    else break
  }
  return width
}

/** The lines under one task, when only that is read; with offsets in the file and numbers in it. */
export function linesUnder(bytes: Uint8Array, { from, end, line }: Entry): Line[] {
  const lines = linesOf(bytes.subarray(from, end)).slice(1)
  markBlocks(lines, '', quiet)
  return lines.map((one) => ({ ...one, start: one.start + from, number: one.number + line - 1 }))
}

export function bodyOf(lines: readonly Line[]): Body {
  const first = lines.find(({ mode, text }) => mode === 'text' && bullet.test(text))
  if (first === undefined) return { lines, fields: [] }
  const [, lead = '', mark = '-'] = bullet.exec(first.text) ?? []
  return { lines, fields: fieldsOf(lines, widthOf(lead)), lead, bullet: mark }
}

function fieldsOf(lines: readonly Line[], width: number): Field[] {
  const fields: Field[] = []
  for (const [at, line] of lines.entries()) {
    const isField = line.mode === 'text' && line.text.includes(':') && widthOf(line.text) <= width
    const found = isField ? field.exec(line.text) : null
    if (found === null) continue
    const inner: Line[] = []
    for (let next = at + 1; next < lines.length; next += 1) {
      const one = lines[next] as Line
      if (one.text.trim() !== '' && one.mode === 'text' && widthOf(one.text) <= widthOf(line.text)) break
      inner.push(one)
    }
    while (inner.at(-1)?.text.trim() === '') inner.pop()
    const value = line.text.slice(found[0].length).trimEnd()
    const from = line.start + Buffer.byteLength(found[0])
    fields.push({
      name: (found[2] ?? '').toLowerCase(),
      line: line.number,
      column: found[0].length + 1,
      value,
      place: { from, to: from + Buffer.byteLength(value) },
      lead: found[1] ?? '',
      end: endOf(inner.at(-1) ?? line),
      inner,
    })
  }
  return fields
}

const endOf = ({ start, text }: Line): number => start + Buffer.byteLength(text)

export interface Word {
  /** Of its line in the file. */
  readonly number: number
  readonly text: string
}

/** Who touched a task and when is no part of the work; without it a brief does not change as Baton stamps. */
const stamps: ReadonlySet<string> = new Set(
  'created|created by|last updated|last updated by|status|completed'.split('|'),
)

/** What an agent is told of a task: everything but stamps and what is not shown by anything that renders the file. */
export function wordsOf(body: Body, isTask: (line: number) => boolean): Word[] {
  const hidden = new Set(body.fields.filter(({ name }) => stamps.has(name)).flatMap(linesIn))
  const words: Word[] = []
  let theirs = Number.POSITIVE_INFINITY
  for (const line of body.lines) {
    const isBlank = line.text.trim() === ''
    if (!isBlank && widthOf(line.text) <= theirs) theirs = Number.POSITIVE_INFINITY
    if (isTask(line.number)) theirs = widthOf(line.text)
    if (theirs < Number.POSITIVE_INFINITY || line.mode === 'hidden' || hidden.has(line.number)) continue
    const text = line.mode === 'text' && line.text.includes('<!--') ? withoutComments(line.text) : line.text
    words.push({ number: line.number, text: line.mode === 'text' ? text.trimEnd() : text })
  }
  let width = 200
  for (const { text } of words) if (text.trim() !== '') width = Math.min(width, text.length - text.trimStart().length)
  while (words.at(-1)?.text.trim() === '') words.pop()
  return words.map(({ number, text }) => ({ number, text: text.slice(Math.min(width, text.length)) }))
}

const linesIn = ({ line, inner }: Field): number[] => [line, ...inner.map(({ number }) => number)]

const box = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}(.{1,400})/
const criteriaAtMost = 100

/** The boxes of its checklists, which have to hold before it is done. */
export function criteriaOf(words: readonly Word[]): string[] {
  const found = words.flatMap(({ text }) => (text.includes('[') ? (box.exec(text)?.[1]?.trim() ?? []) : []))
  return found.slice(0, criteriaAtMost)
}

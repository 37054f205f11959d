// Says of each row of a Markdown file what holds it: the bullet or box above it, and the heading it stands under.
import { withoutComments } from '../reading/blocks.ts'
import { type Row, type Rows, textOf } from './boxes.ts'

export interface Outline {
  readonly rows: Rows
  /** Index of the row of the box or bullet that each row is part of, or -1. */
  readonly owner: Int32Array
  /** Index of the row of the heading that each row stands under, or -1; of a heading the one above it. */
  readonly heading: Int32Array
}

/** A child stands two columns further in than its parent, as people write it under numbers too. */
const step = 2

class Nester {
  readonly owner: Int32Array
  readonly heading: Int32Array
  readonly #rows: readonly Row[]
  readonly #open: number[] = []
  readonly #headings: number[] = []
  #previous = 0

  constructor(rows: readonly Row[]) {
    this.#rows = rows
    this.owner = new Int32Array(rows.length).fill(-1)
    this.heading = new Int32Array(rows.length).fill(-1)
  }

  take(row: Row, index: number): void {
    if (row.kind === 'heading') {
      this.#open.length = 0
      while ((this.#rows[this.#headings.at(-1) ?? -1]?.level ?? 0) >= row.level) this.#headings.pop()
    }
    this.heading[index] = this.#headings.at(-1) ?? -1
    if (row.kind === 'heading') this.#headings.push(index)
    else if (row.kind === 'box' || row.kind === 'bullet') {
      this.#close(row.indent - step)
      this.owner[index] = this.#open.at(-1) ?? -1
      this.#open.push(index)
    } else {
      const lazy = row.kind === 'text' && row.number === this.#previous + 1
      if (!lazy) this.#close(row.indent - 1)
      this.owner[index] = this.#open.at(-1) ?? -1
    }
    this.#previous = row.number
  }

  #close(indent: number): void {
    while (this.#open.length > 0 && (this.#rows[this.#open.at(-1) ?? -1]?.indent ?? 0) > indent) this.#open.pop()
  }
}

export function outlineOf(rows: Rows): Outline {
  const nester = new Nester(rows.all)
  for (let index = 0; index < rows.all.length; index += 1) nester.take(rows.all[index] as Row, index)
  return { rows, owner: nester.owner, heading: nester.heading }
}

/** For each row whether it is a step or holds one: boxes, and what `also` says, and every bullet with one of them under it. */
export function holdersOf(
  { rows, owner }: Outline,
  also: (row: Row, index: number) => boolean = () => false,
): Uint8Array {
  const holds = new Uint8Array(rows.all.length)
  for (let index = rows.all.length - 1; index >= 0; index -= 1) {
    const row = rows.all[index] as Row
    if ((row.kind === 'box' && row.from < row.end) || also(row, index)) holds[index] = 1
    const above = owner[index] ?? -1
    if (holds[index] === 1 && above >= 0) holds[above] = 1
  }
  return holds
}

export interface Entry {
  readonly index: number
  readonly row: Row
  /** Without comments; of the first line alone. */
  readonly words: string
  /** What is written under it and is no entry itself. */
  readonly more: Row[]
  /** The entry it is part of, or -1. */
  readonly parent: number
}

const lettersAtMost = 65_536

/** The rows that `holds` marks, in the order of the file, each with what is written under it. */
export function entriesOf({ rows, owner }: Outline, holds: Uint8Array): Entry[] {
  const entries: Entry[] = []
  const entry = new Int32Array(rows.all.length).fill(-1)
  for (let index = 0; index < rows.all.length; index += 1) {
    const row = rows.all[index] as Row
    const above = entry[owner[index] ?? -1] ?? -1
    if (holds[index] === 0) {
      entry[index] = above
      if (above >= 0 && row.kind !== 'heading') entries[above]?.more.push(row)
      continue
    }
    entry[index] = entries.length
    entries.push({ index, row, words: wordsOf(rows, row), more: [], parent: above })
  }
  return entries
}

export function wordsOf(rows: Rows, row: Row): string {
  const words = textOf(rows, row.from, row.end)
  return (words.includes('<!--') ? withoutComments(words) : words).trim()
}

/** The words of an entry and all that is written under it, without the indentation that all of it shares. */
export function briefOf(rows: Rows, { row, words, more }: Entry): string {
  if (more.length === 0) return words
  const depth = more.reduce((least, each) => (each.kind === 'code' ? least : Math.min(least, each.indent)), 400)
  const lines = [words]
  let letters = words.length
  let last = row.number
  for (const each of more) {
    const text = withoutComments(textOf(rows, each.start, each.end)).trimEnd()
    letters += text.length
    if (letters > lettersAtMost) break
    if (each.number > last + 1 && last > row.number) lines.push('')
    lines.push(outdented(text, depth))
    last = each.number
  }
  return lines.join('\n')
}

/** Rows as they stand, with an empty line where one or more were. */
export function passageOf(rows: Rows, passage: readonly Row[]): string {
  const lines: string[] = []
  for (const [at, row] of passage.entries()) {
    if (at > 0 && row.number > (passage[at - 1]?.number ?? 0) + 1) lines.push('')
    lines.push(textOf(rows, row.start, row.end).trimEnd())
  }
  return lines.join('\n')
}

function outdented(text: string, depth: number): string {
  let columns = 0
  let at = 0
  for (; at < text.length && columns < depth; at += 1) {
    const letter = text[at]
    if (letter === '\t') columns += 4 - (columns % 4)
    else if (letter === ' ' || letter === '\u00a0') columns += 1
    else break
  }
  return text.slice(at)
}

/** The title of a heading row, without marks. */
export function titleOf(rows: Rows, row: Row | undefined): string {
  if (row === undefined) return ''
  return wordsOf(rows, row)
    .replace(/[ \t]#{1,40}$/, '')
    .replace(/\*\*|`/g, '')
    .trim()
}

// Walks a plans.md once, byte for byte, and remembers where its stages, tasks, stamps and logs stand.
import { Blocks } from '../reading/blocks.ts'
import type { Notes } from '../reading/notes.ts'
import { boxAt, type Entry, idAt, isBullet, isStage, type Span } from './entry.ts'
import { eachLine, type Row, shown } from './rows.ts'

export interface Section {
  readonly stage: number
  readonly title: Span
  readonly line: number
  /** Lines in it that say where the stage is: three boxes. */
  readonly states: (Span & { readonly line: number })[]
  /** Lines that belong to no task. */
  readonly text: (Span & { readonly line: number })[]
}

/** A line `- Name: value` of the header. */
export interface Stamped {
  readonly name: string
  readonly value: Span
}

export interface Outline {
  readonly text: string
  readonly feed: string
  readonly title?: Span
  readonly stages: readonly Entry[]
  readonly sections: readonly Section[]
  readonly tasks: readonly Entry[]
  readonly header: readonly Stamped[]
  /** What the file says of itself before anything else, as quoted lines. */
  readonly intro: readonly Span[]
  /** The end of the header's last line, or of its heading; -1 when there is none. */
  readonly headerEnd: number
  /** Where the first second-level heading begins; -1 when there is none. */
  readonly firstHeading: number
  /** The last line with words in the Done log, and whether it is part of a list. */
  readonly done?: { readonly end: number; readonly list: boolean }
  /** Tasks that were moved to the Done log. */
  readonly moved: readonly Entry[]
  /** How a tick is written here. */
  readonly cross: 'x' | 'X'
}

const heading = /(#{1,6})[ \t]{1,8}/y
/** A hyphen, a dash of any length, a minus sign, a colon, or a dot, all in bytes. */
const stageTitle =
  /Stage(?:[ \t]|\xc2\xa0){1,4}(\d{1,6})(?!\w)(?:[ \t]|\xc2\xa0){0,4}(?:\xe2\x80[\x90-\x95]|\xe2\x88\x92|--?|:|\.)?(?:[ \t]|\xc2\xa0){0,4}/iy
const stamp =
  /[-*+][ \t]{1,4}\*{0,2}(Created By|Created|Last Updated By|Last Updated|Primary Owner|Last Editor[^:\r\n]{0,40}?)\*{0,2}:\*{0,2}[ \t]{0,8}/iy
const state = /(?:[-*+][ \t]{1,4})?\*{0,2}Status\*{0,2}:\*{0,2}[^[\r\n]{0,20}\[[ xX]\][^[\r\n]{0,80}\[[ xX]\]/iy
const rule = /-{3,200}[ \t]{0,8}(?=[\r\n]|$)/y
const doneTitle = /^(?:done\b|completed?\b|work log)|\b(?:completed|done|work)\b.{0,40}\blog\b/i
const deepest = 8
export const tasksAtMost = 50_000

function at(shape: RegExp, text: string, from: number): RegExpExecArray | null {
  shape.lastIndex = from
  return shape.exec(text)
}

type Part = 'top' | 'header' | 'roadmap' | 'stage' | 'done' | 'other'

class Scanner {
  readonly stages: Entry[] = []
  readonly sections: Section[] = []
  readonly tasks: Entry[] = []
  readonly moved: Entry[] = []
  readonly header: Stamped[] = []
  readonly intro: Span[] = []
  headerEnd = -1
  firstHeading = -1
  title: Span | undefined
  done: { end: number; list: boolean } | undefined
  small = 0
  #part: Part = 'top'
  #level = 0
  /** Entries that the line may belong to, outermost first. */
  readonly #open: { readonly entry: Entry; readonly index: number }[] = []
  readonly #blocks = new Blocks()
  readonly #text: string
  readonly #file: string
  readonly #notes: Notes
  #skipped = 0

  constructor(text: string, file: string, notes: Notes) {
    this.#text = text
    this.#file = file
    this.#notes = notes
  }

  readonly take = (row: Row): void => {
    if (row.first === row.to) return
    const text = this.#text
    const inside = this.#blocks.within
    if (!inside && this.#open.length > 0) this.#close(row.indent)
    for (let at = 0; at < this.#open.length; at += 1) {
      const entry = this.#open[at]?.entry as Entry
      entry.end = row.to
      entry.last = row.line
    }
    const code = text.charCodeAt(row.first)
    if (this.#part === 'done') this.#takeDone(row, isBullet(code))
    const mayOpen = inside || code === 96 || code === 126 || code === 60
    const mode = mayOpen ? this.#blocks.take({ number: row.line, text: text.slice(row.from, row.to) }) : 'text'
    if (mode === 'hidden') return
    if (mode === 'text') {
      if (code === 35 && row.indent < 4 && this.#heading(row)) return
      if (isBullet(code) && this.#box(row)) return
    }
    if (this.#open.length === 0) this.#plain(row, mode === 'text')
  }

  end(): void {
    this.#blocks.end(this.#file, this.#notes)
  }

  #takeDone(row: Row, isBullet: boolean): void {
    if (this.done === undefined || at(rule, this.#text, row.first)) return
    this.done = { end: row.to, list: isBullet || row.indent > 0 }
  }

  #close(indent: number): void {
    while ((this.#open.at(-1)?.entry.indent ?? -1) >= indent) this.#open.pop()
  }

  #heading(row: Row): boolean {
    const marks = at(heading, this.#text, row.first)
    if (marks === null) return false
    const level = marks[1]?.length ?? 1
    const from = row.first + marks[0].length
    const title = { from, to: endOfWords(this.#text, from, row.to) }
    this.#open.length = 0
    if (level === 1 && this.title === undefined) this.title = title
    if (level > 1 && this.firstHeading < 0) this.firstHeading = row.from
    const stage = at(stageTitle, this.#text, from)
    const words = this.#text.slice(from, Math.min(title.to, from + 200))
    if (stage !== null) {
      const section = { stage: Number(stage[1]), title: { from: from + stage[0].length, to: title.to }, line: row.line }
      this.sections.push({ ...section, states: [], text: [] })
      this.#enter('stage', level)
    } else if (doneTitle.test(words)) {
      this.#enter('done', level)
      this.done = { end: row.to, list: false }
    } else if (/roadmap/i.test(words)) this.#enter('roadmap', level)
    else if (/metadata/i.test(words)) {
      this.#enter('header', level)
      this.headerEnd = Math.max(this.headerEnd, row.to)
    } else if (level > 1 && (this.#level === 0 || level <= this.#level)) this.#enter('other', level)
    return true
  }

  #enter(part: Part, level: number): void {
    this.#part = part
    this.#level = level
  }

  #box(row: Row): boolean {
    const text = this.#text
    const box = boxAt(text, row)
    if (box === undefined) return false
    const id = idAt(text, box.words)
    if (id === undefined) {
      if (this.#part === 'stage' && this.#open.length === 0) this.#warnOfNameless(row)
      return this.#open.length > 0
    }
    const tick = text[box.at]
    if (text[box.at + 1] !== ']' || (tick !== ' ' && tick !== 'x' && tick !== 'X')) return this.#refuse(row)
    this.small += tick === 'x' ? 1 : tick === 'X' ? -1 : 0
    this.#enterEntry({
      key: id.key,
      stage: id.stage,
      box: box.at,
      ticked: tick !== ' ',
      id: id.id,
      after: id.after,
      line: row.line,
      from: row.from,
      first: row.first,
      head: row.to,
      indent: row.indent,
      end: row.to,
      last: row.line,
      parent: this.#open.at(-1)?.index ?? -1,
    })
    return true
  }

  #enterEntry(entry: Entry): void {
    const stage = this.#part === 'stage' ? (this.sections.at(-1)?.stage ?? entry.stage) : entry.stage
    if (this.#part === 'done') {
      if (!isStage(entry) && this.#open.length === 0) this.moved.push(entry)
      return
    }
    if (isStage(entry)) {
      if (this.#part === 'stage' || this.#open.length > 0) return
      this.stages.push(entry)
      this.#open.push({ entry, index: -1 })
    } else if (this.#open.length === deepest) {
      const text = `${entry.key} is nested more than ${deepest} tasks deep.`
      this.#notes.error('too-deep', { file: this.#file, line: entry.line }, text, 'Flatten it.')
    } else if (this.tasks.length < tasksAtMost) {
      const own = stage === entry.stage ? entry : { ...entry, stage }
      if (own !== entry) this.#warnOfStage(entry, stage)
      this.#open.push({ entry: own, index: this.tasks.push(own) - 1 })
    } else if (this.#skipped++ === 0) {
      const text = `Only the first ${tasksAtMost} tasks of a plan are read; here begin more.`
      this.#notes.error('too-many', { file: this.#file, line: entry.line }, text, 'Split the plan.')
    }
  }

  #plain(row: Row, isText: boolean): void {
    const section = this.#part === 'stage' ? this.sections.at(-1) : undefined
    const isHeader = this.#part === 'top' || this.#part === 'header'
    if (isHeader && isText) {
      if (this.#text[row.first] === '>') this.intro.push({ from: row.first, to: row.to })
      const found = at(stamp, this.#text, row.first)
      if (found === null) return
      const from = row.first + found[0].length
      this.header.push({
        name: (found[1] ?? '').toLowerCase(),
        value: { from, to: endOfBlanks(this.#text, from, row.to) },
      })
      this.headerEnd = row.to
    } else if (section !== undefined) {
      if (isText && at(state, this.#text, row.first))
        section.states.push({ from: row.first, to: row.to, line: row.line })
      else section.text.push({ from: row.first, to: row.to, line: row.line })
    }
  }

  #warnOfNameless(row: Row): void {
    const words = JSON.stringify(shown(this.#text, row.first, Math.min(row.to, row.first + 80)))
    const place = { file: this.#file, line: row.line, column: row.first - row.from + 1 }
    const remedy = 'Write it as "- [ ] **S1.1 – what to do**", or indent it under a task.'
    this.#notes.warning(
      'no-id',
      place,
      `This box has no id such as S1.1, so it is not a step: ${printable(words)}.`,
      remedy,
    )
  }

  #warnOfStage(entry: Entry, stage: number): void {
    const place = { file: this.#file, line: entry.line, column: entry.id - entry.from + 1 }
    const text = `${entry.key} stands in the section of Stage ${stage} and is read as a part of it.`
    this.#notes.warning(
      'odd-stage',
      place,
      text,
      `Move it to Stage ${entry.stage}, or give it an id of Stage ${stage}.`,
    )
  }

  #refuse(row: Row): true {
    const place = { file: this.#file, line: row.line, column: row.first - row.from + 1 }
    const words = printable(JSON.stringify(shown(this.#text, row.first, Math.min(row.to, row.first + 80))))
    const remedy = 'Write [ ] for open or [x] for done.'
    this.#notes.error('odd-box', place, `The box of this task is neither [ ] nor [x]: ${words}.`, remedy)
    return true
  }
}

const printable = (text: string): string => text.replace(/[^\P{C}]/gu, '�').slice(0, 120)

function endOfBlanks(text: string, from: number, to: number): number {
  let end = to
  while (end > from && (text.charCodeAt(end - 1) === 32 || text.charCodeAt(end - 1) === 9)) end -= 1
  return end
}

function endOfWords(text: string, from: number, to: number): number {
  let end = endOfBlanks(text, from, to)
  while (end > from && text[end - 1] === '#') end -= 1
  return endOfBlanks(text, from, end)
}

/** `text` is the file's bytes as Latin-1, so that an index in it is an offset in the file. */
export function scan(text: string, file: string, notes: Notes): Outline {
  const scanner = new Scanner(text, file, notes)
  eachLine(text, scanner.take)
  scanner.end()
  const feed = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n'
  const { title, done, stages, sections, tasks, header, intro, headerEnd, firstHeading, moved, small } = scanner
  return {
    text,
    feed,
    ...(title === undefined ? {} : { title }),
    ...(done === undefined ? {} : { done }),
    stages,
    sections,
    tasks,
    header,
    intro,
    headerEnd,
    firstHeading,
    moved,
    cross: small < 0 ? 'X' : 'x',
  }
}

// Reads a Markdown list of boxes into drafts of steps: what each is called, what it says, what holds it, and what it waits for.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { quoted } from '../../core/text/neutral.ts'
import { Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { columnOf, type Row, type Rows, rowsOf, textOf, warnOfOddBox } from './boxes.ts'
import { type Name, Namer } from './naming.ts'
import { briefOf, type Entry, entriesOf, holdersOf, type Outline, outlineOf, titleOf } from './outline.ts'
import { Resolver } from './resolver.ts'
import { type Said, saidIn } from './said.ts'
import { isDone, type Marks, markOf } from './ticks.ts'

export interface ListRules {
  readonly marks: Marks
  /** Two entries with one number are a mistake. */
  readonly strict?: boolean
  /** Rows that are entries without a box. */
  readonly also?: (outline: Outline) => (row: Row, index: number) => boolean
}

export interface Listed {
  readonly outline: Outline
  readonly entries: readonly Entry[]
  /** One for each entry, its key undefined where it is a twin. */
  readonly drafts: readonly (Draft | undefined)[]
  /** The only first heading of the whole file. */
  readonly title: string
}

export function readList(bytes: Uint8Array, file: string, notes: Notes, rules: ListRules): Listed | undefined {
  const rows = rowsOf(bytes, file, notes)
  if (rows === undefined) return undefined
  const outline = outlineOf(rows)
  const entries = entriesOf(outline, holdersOf(outline, rules.also?.(outline)))
  for (const row of rows.all) warnOfRow(rows, row, notes)
  const names = new Namer(outline, rules.strict).names(
    entries.map(({ index }) => index),
    entries.map(({ words }) => words),
  )
  const top = topHeading(outline)
  const reader = new Reader(outline, entries, names, rules.marks, notes, top)
  return { outline, entries, drafts: reader.drafts(), title: titleOf(rows, rows.all[top]) }
}

function warnOfRow(rows: Rows, row: Row, notes: Notes): void {
  if (row.kind === 'odd') warnOfOddBox(rows, row, notes)
  if (row.kind !== 'box' || row.from < row.end) return
  const at = { file: rows.file, line: row.number, column: columnOf(rows, row, row.box) }
  notes.warning('empty-box', at, 'This box has no words, so it is no step.', 'Say what is to be done, or delete it.')
}

/** Index of the heading that is the title of the file: its first, when no other stands as high. */
function topHeading({ rows }: Outline): number {
  let top = -1
  for (const [index, row] of rows.all.entries()) {
    if (row.kind !== 'heading') continue
    if (top < 0) top = index
    else if (row.level <= (rows.all[top]?.level ?? 0)) return -1
  }
  return (rows.all[top]?.level ?? 9) <= 2 ? top : -1
}

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] }

class Reader {
  readonly #outline: Outline
  readonly #entries: readonly Entry[]
  readonly #names: readonly Name[]
  readonly #marks: Marks
  readonly #notes: Notes
  readonly #top: number
  readonly #paths = new Map<number, string>()

  constructor(
    outline: Outline,
    entries: readonly Entry[],
    names: readonly Name[],
    marks: Marks,
    notes: Notes,
    top: number,
  ) {
    this.#outline = outline
    this.#entries = entries
    this.#names = names
    this.#marks = marks
    this.#notes = notes
    this.#top = top
  }

  drafts(): (Draft | undefined)[] {
    const keys = new Keys(this.#notes)
    const taken = this.#entries.map((entry, at) => keys.take(this.#names[at]?.raw ?? '', this.#place(entry.row)))
    const said = this.#names.map(({ rest }) => saidIn(rest.length > 4000 ? rest.slice(0, 4000) : rest))
    const zero = said.some(({ priority }) => priority?.p === true && priority.level === 0)
    const resolver = new Resolver(taken, this.#names, this.#notes)
    const open = this.#openUnder()
    return this.#entries.map((entry, at) => {
      const key = taken[at]
      if (key === undefined) return undefined
      return this.#draft(entry, key, taken[entry.parent], said[at] as Said, zero, resolver, open[at] === 0)
    })
  }

  #place(row: Row): { file: string; line: number; column: number } {
    const { rows } = this.#outline
    return { file: rows.file, line: row.number, column: columnOf(rows, row, row.from) }
  }

  /** Whether anything open lies under each entry; one without a box that holds nothing is open itself. */
  #openUnder(): Uint8Array {
    const open = new Uint8Array(this.#entries.length)
    const holds = new Set(this.#entries.map(({ parent }) => parent))
    for (let at = this.#entries.length - 1; at >= 0; at -= 1) {
      const { row, parent } = this.#entries[at] as Entry
      if (row.box < 0 ? !holds.has(at) : !isDone(markOf(this.#outline.rows, row))) open[at] = 1
      if (parent >= 0 && open[at] === 1) open[parent] = 1
    }
    return open
  }

  #draft(
    entry: Entry,
    key: string,
    parent: string | undefined,
    said: Said,
    zero: boolean,
    resolver: Resolver,
    closed: boolean,
  ): Draft {
    const { rows } = this.#outline
    const { row } = entry
    const mark = markOf(rows, row)
    const ticked = row.box < 0 ? closed : isDone(mark)
    const marked = this.#status(entry, mark)
    const status = marked === undefined || marked === 'open' ? said.status : marked
    const after = resolver.waits(key, rows, entry)
    const criteria = criteriaIn(rows, entry)
    const draft: Mutable<Draft> = {
      key,
      title: said.title === '' ? entry.words : said.title,
      brief: briefOf(rows, entry),
      place: this.#place(row),
      ticked,
      parallel: said.parallel,
      group: this.#path(this.#outline.heading[entry.index] ?? -1),
    }
    if (parent !== undefined) draft.parent = parent
    if (after.length > 0) draft.after = after
    if (said.owner !== undefined) draft.owner = said.owner
    if (said.labels.length > 0) draft.labels = said.labels
    if (said.priority !== undefined) draft.priority = priorityOf(said.priority, zero)
    if (status !== undefined && !ticked) draft.status = status
    if (row.box >= 0) draft.mark = mark
    if (criteria.length > 0) draft.exitCriteria = criteria
    return draft
  }

  #status({ row }: Entry, mark: string): PlanStatus | undefined {
    if (row.box < 0 || isDone(mark)) return undefined
    const status = this.#marks.read(mark)
    if (status !== undefined) return status
    const at = { ...this.#place(row), column: columnOf(this.#outline.rows, row, row.box) }
    const text = `The box [${quoted(mark)}] says nothing that is known here; it is read as open.`
    this.#notes.warning('odd-mark', at, text, 'Write [ ] for open or [x] for done.')
    return undefined
  }

  /** The headings above, but for the title of the whole file. */
  #path(heading: number): string {
    if (heading < 0 || heading === this.#top) return ''
    const known = this.#paths.get(heading)
    if (known !== undefined) return known
    const { rows, heading: above } = this.#outline
    const under = this.#path(above[heading] ?? -1)
    const title = titleOf(rows, rows.all[heading])
    const path = under === '' ? title : `${under} / ${title}`
    this.#paths.set(heading, path)
    return path
  }
}

/** P0 is the most urgent where a file has it, else P1. */
export function priorityOf({ level, p }: { readonly level: number; readonly p: boolean }, zero: boolean): number {
  return Math.min(5, Math.max(1, p && zero ? level + 1 : level))
}

const criteriaHead =
  /^[*_]{0,2}(?:acceptance(?:\s{1,2}criteria)?|done\s{1,2}when|definition\s{1,2}of\s{1,2}done|exit\s{1,2}criteria|success\s{1,2}criteria)[*_]{0,2}\s{0,2}:[*_]{0,2}\s{0,4}(.*)$/i

/** What stands behind `Acceptance:` or `Done when:`, and in the lines indented under it. */
function criteriaIn(rows: Rows, { more }: Entry): string[] {
  const found: string[] = []
  let head: Row | undefined
  for (const row of more) {
    if (row.kind === 'code' || row.end - row.from > 4000) continue
    const words = textOf(rows, row.from, row.end).trim()
    const first = criteriaHead.exec(words)
    if (first !== null) {
      head = row
      if (first[1] !== undefined && first[1] !== '') found.push(first[1])
    } else if (head !== undefined && (row.indent > head.indent || (head.kind === 'text' && row.kind === 'bullet')))
      found.push(words)
    else head = undefined
    if (found.length >= 100) break
  }
  return found
}

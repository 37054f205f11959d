// Reads a Markdown roadmap into drafts: boxes, bullets under phases, and rows of tables, each with its phase.
import { quoted } from '../../core/text/neutral.ts'
import { columnOf, type Rows, rowsOf } from '../lists/boxes.ts'
import { type Listed, priorityOf, readList } from '../lists/lists.ts'
import { usualMarks } from '../lists/marks.ts'
import type { Outline } from '../lists/outline.ts'
import { Resolver } from '../lists/resolver.ts'
import { isDone } from '../lists/ticks.ts'
import { Keys } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { cellOf, progressOf, restOf, type TableEntry, tableEntries, textIn } from './entries.ts'
import { Sections } from './sections.ts'
import { isOfEntries, type Table, type TableRow, tablesIn, wordsIn } from './table.ts'
import { rankOf, signAt, statusOf, urgencyOf } from './words.ts'

export interface RoadmapRead {
  readonly drafts: readonly Draft[]
  /** For each draft the phase it belongs to. */
  readonly phases: ReadonlyMap<string, string>
  readonly title: string
}

/** Everything that reading and writing must see alike. */
export class Layout {
  readonly rows: Rows
  readonly tables: readonly Table[]
  readonly #sections = new WeakMap<Outline, Sections>()

  constructor(rows: Rows) {
    this.rows = rows
    this.tables = tablesIn(rows).filter(isOfEntries)
  }

  sections(outline: Outline): Sections {
    const known = this.#sections.get(outline) ?? new Sections(outline, this.tables.length > 0)
    this.#sections.set(outline, known)
    return known
  }

  /** Which rows are entries although they have no box. */
  readonly also = (outline: Outline) => {
    const sections = this.sections(outline)
    return (row: Rows['all'][number], index: number): boolean => sections.isEntry(row, index)
  }

  entries(outline: Outline): readonly TableEntry[] {
    const sections = this.sections(outline)
    return tableEntries(this.rows, this.tables, (line) => sections.phaseOf(line.index) ?? sections.titleOf(line.index))
  }
}

export function readMarkdown(bytes: Uint8Array, file: string, notes: Notes): RoadmapRead | undefined {
  const rows = rowsOf(bytes, file, new Notes())
  const layout = rows === undefined ? undefined : new Layout(rows)
  const listed = readList(bytes, file, notes, {
    marks: usualMarks,
    ...(layout === undefined ? {} : { also: layout.also }),
  })
  if (listed === undefined || layout === undefined) return undefined
  const reader = new Reader(listed, layout, notes)
  return { ...reader.read(), title: listed.title }
}

class Reader {
  readonly #listed: Listed
  readonly #layout: Layout
  readonly #rows: Rows
  readonly #outline: Outline
  readonly #sections: Sections
  readonly #notes: Notes
  readonly #found: { readonly draft: Draft; readonly phase?: string }[] = []

  constructor(listed: Listed, layout: Layout, notes: Notes) {
    this.#listed = listed
    this.#layout = layout
    this.#outline = listed.outline
    this.#rows = listed.outline.rows
    this.#sections = layout.sections(listed.outline)
    this.#notes = notes
  }

  read(): Omit<RoadmapRead, 'title'> {
    for (const [at, draft] of this.#listed.drafts.entries()) if (draft !== undefined) this.#takeListed(draft, at)
    this.#takeTables()
    const found = inOrder(this.#found)
    const phases = new Map(found.flatMap(({ draft, phase }) => (phase === undefined ? [] : [[draft.key, phase]])))
    return { drafts: found.map(({ draft }) => draft), phases }
  }

  #takeListed(draft: Draft, at: number): void {
    const { index, row, parent } = this.#listed.entries[at] as Listed['entries'][number]
    const phase = this.#sections.phaseOf(index)
    const urgency = draft.priority === undefined ? this.#sections.urgencyOf(index) : undefined
    const more = urgency === undefined ? {} : { priority: priorityOf(urgency, urgency.p && urgency.level === 0) }
    const bare = row.box < 0 && parent < 0 && this.#sections.isEntry(row, index)
    const whole = { ...draft, ...more, ...(bare ? this.#bare(draft, index) : {}) }
    this.#found.push(phase === undefined ? { draft: whole } : { draft: whole, phase })
  }

  /** A bullet without a box says with a sign, or by its heading, how far it is. */
  #bare(draft: Draft, index: number): Partial<Draft> {
    const signed = signAt(draft.title)
    const title = signed === undefined ? draft.title : draft.title.slice(signed.sign.length).trim()
    const ends = /(?:✅|✔\ufe0f?|\((?:done|completed?|shipped|released)\))\s{0,2}$/iu.test(draft.title)
    const status = signed?.status ?? (ends ? 'done' : (draft.status ?? this.#sections.stateOf(index) ?? 'open'))
    return {
      title,
      mark: signed?.sign ?? '',
      ticked: status === 'done',
      ...(status === 'done' || status === 'open' ? {} : { status }),
    }
  }

  #takeTables(): void {
    const known = new Set(this.#found.map(({ draft }) => draft.key))
    const keys = new Keys(this.#notes)
    const entries = this.#layout.entries(this.#outline)
    const taken = entries.map((entry) => keys.take(entry.raw, this.#place(entry.line, entry.table)))
    const twice = entries.filter((_, at) => known.has(taken[at] ?? ''))
    const names = entries.map(({ raw, title, own }) => ({ raw, rest: title, own }))
    const lists = this.#found.map(({ draft: { key, title } }) => ({ raw: key, rest: title, own: false }))
    const all = [...this.#found.map(({ draft }) => draft.key), ...taken]
    const resolver = new Resolver(all, [...lists, ...names], this.#notes)
    const levels = entries.map(({ table, line }) => urgencyOf(textIn(this.#rows, table, line, 'priority'))?.level)
    const zero = levels.includes(0)
    const most = levels.reduce((high: number, level = 0) => Math.max(high, level), 0)
    for (const [at, entry] of entries.entries()) {
      const key = taken[at]
      if (key !== undefined && !known.has(key)) this.#takeRow(entry, key, resolver, { zero, most })
    }
    this.#warnOfTwice(twice)
    this.#warnOfNoStatus()
  }

  #takeRow(entry: TableEntry, key: string, resolver: Resolver, scale: Scale): void {
    const { table, line } = entry
    const text = (kind: Parameters<typeof textIn>[3]): string => textIn(this.#rows, table, line, kind)
    const own = text('phase')
    const phase = own === '' ? this.#sections.phaseOf(line.index) : named(table, own)
    const urgency = urgencyOf(text('priority')) ?? this.#sections.urgencyOf(line.index)
    const after = this.#waits(key, entry, resolver)
    const labels = text('labels')
      .split(/\s{0,4}[,;]\s{0,4}/)
      .filter((label) => label !== '' && label.length <= 64)
    const owner = text('owner').replace(/^@/, '')
    const draft: Draft = {
      key,
      title: plain(entry.title),
      brief: [entry.title, ...restOf(this.#rows, table, line)].join('\n'),
      place: this.#place(line, table),
      group: phase ?? this.#sections.titleOf(line.index),
      ...this.#progress(entry),
      ...(after.length === 0 ? {} : { after }),
      ...(/^[-–—?]?$/.test(owner) ? {} : { owner }),
      ...(labels.length === 0 ? {} : { labels }),
      ...(urgency === undefined ? {} : { priority: scaled(urgency, scale) }),
    }
    this.#found.push(phase === undefined ? { draft } : { draft, phase })
  }

  #progress({ table, line }: TableEntry): Pick<Draft, 'ticked' | 'mark' | 'status'> & { ticked: boolean } {
    const progress = progressOf(this.#rows, table, line)
    if (progress === undefined) return { ticked: false }
    const { kind, text } = progress
    const status = kind === 'box' ? (isDone(text) ? 'done' : usualMarks.read(text)) : statusOf(text)
    if (status === undefined) {
      const at = {
        file: this.#rows.file,
        line: line.row.number,
        column: columnOf(this.#rows, line.row, progress.cell.start),
      }
      const said = `The status "${quoted(text)}" is not known here; it is read as open.`
      this.#notes.warning('odd-status', at, said, 'Write a word such as Planned, In progress or Done.')
    }
    return {
      ticked: status === 'done',
      mark: text,
      ...(status === undefined || status === 'open' || status === 'done' ? {} : { status }),
    }
  }

  #waits(key: string, { table, line }: TableEntry, resolver: Resolver): NonNullable<Draft['after']> {
    const cell = cellOf(table, line, 'depends')
    if (cell === undefined) return []
    const after: { key: string; at: Draft['place'] }[] = []
    const words = wordsIn(this.#rows, cell).slice(0, 4000)
    for (const part of words.split(/[,;&+]|<br\s{0,2}\/?>|\band\b/i)) {
      const name = part.replace(/^[\s`*_[("]{1,8}|[\s`*_\])".]{1,8}$/g, '')
      if (name === '' || /^(?:none|nothing|no|n\/?a|-|–|—)$/i.test(name)) continue
      const at = {
        file: this.#rows.file,
        line: line.row.number,
        column: columnOf(this.#rows, line.row, cell.start) + 1,
      }
      const found = resolver.keyOf(name)
      if (found !== undefined) after.push({ key: found, at })
      else for (const other of this.#phase(name, key, at)) after.push({ key: other, at })
    }
    return after
  }

  /** "Phase 1" stands for everything in it; anything else is said. */
  #phase(name: string, key: string, at: Draft['place']): readonly string[] {
    const wanted = name.toLowerCase()
    const found = this.#found.filter(
      ({ phase }) => phase?.toLowerCase().startsWith(wanted) === true && rankOf(phase) === rankOf(name),
    )
    if (found.length === 0) {
      const text = `${key} waits for "${quoted(name)}", which is not in this plan, so it holds nothing back.`
      this.#notes.warning('dangling', at, text, 'Correct the id, or delete it.')
    }
    return found.map(({ draft }) => draft.key)
  }

  #place({ row, cells }: TableRow, { columns }: Table): Draft['place'] {
    const cell = cells[columns.get('title') ?? 0]
    let start = cell?.start ?? row.from
    while (/[ \t]/.test(this.#rows.text[start] ?? '')) start += 1
    return { file: this.#rows.file, line: row.number, column: columnOf(this.#rows, row, start) }
  }

  #warnOfTwice(twice: readonly TableEntry[]): void {
    const [first] = twice
    if (first === undefined) return
    const rows = twice.length === 1 ? 'One row of a table names' : `${twice.length} rows of tables name`
    const text = `${rows} what stands in a list too (${quoted(first.raw)} first); the list is read.`
    this.#notes.warning('twice', this.#place(first.line, first.table), text, 'Keep one of them.')
  }

  #warnOfNoStatus(): void {
    for (const table of this.#layout.tables) {
      const [first] = table.rows
      if (first === undefined || progressOf(this.#rows, table, first) !== undefined) continue
      const text = 'This table has no column for a status, so what lands is not written into it.'
      this.#notes.warning('no-status', this.#place(table.head, table), text, 'Add a column named Status.')
    }
  }
}

interface Scale {
  readonly zero: boolean
  /** The largest number: more than five levels are drawn together. */
  readonly most: number
}

export function scaled(urgency: { readonly level: number; readonly p: boolean }, { zero, most }: Scale): number {
  const level = zero ? urgency.level + 1 : urgency.level
  return most <= 5 ? priorityOf({ level, p: false }, false) : Math.min(5, Math.max(1, Math.ceil((level / most) * 5)))
}

/** A number alone is that of what its column is named for. */
function named({ names, columns }: Table, phase: string): string {
  const plainPhase = plain(phase)
  return /^\d/.test(plainPhase) && !/^\d{4}/.test(plainPhase)
    ? `${names[columns.get('phase') ?? -1] ?? 'Phase'} ${plainPhase}`
    : plainPhase
}

function plain(text: string): string {
  return text.replace(/\*\*|~~|`/g, '').replace(/\[([^[\]]{1,400})\]\([^()\s]{0,2000}\)/g, '$1')
}

/** By phase where all are numbered, within one as in the file. */
function inOrder<T extends { readonly draft: Draft; readonly phase?: string }>(found: readonly T[]): readonly T[] {
  const byLine = found.toSorted((a, b) => a.draft.place.line - b.draft.place.line)
  const ranks = new Map(byLine.flatMap(({ phase }) => (phase === undefined ? [] : [[phase, rankOf(phase)] as const])))
  if ([...ranks.values()].includes(undefined) || ranks.size < 2) return byLine
  const last = Number.POSITIVE_INFINITY
  return byLine.toSorted(
    (a, b) =>
      (ranks.get(a.phase ?? '') ?? last) - (ranks.get(b.phase ?? '') ?? last) ||
      a.draft.place.line - b.draft.place.line,
  )
}

// Names the rows of a roadmap's tables, and says where each one's progress stands.
import { type Row, type Rows, textOf } from '../lists/boxes.ts'
import { calledIn, slugOf } from '../lists/ids.ts'
import { Unused } from '../lists/naming.ts'
import { keyFrom } from '../reading/names.ts'
import type { Cell, Column, Table, TableRow } from './table.ts'
import { wordsIn } from './table.ts'

export interface TableEntry {
  readonly table: Table
  readonly line: TableRow
  /** What the file calls it, or a name made of its words. */
  readonly raw: string
  readonly own: boolean
  /** Without its own name and without a box. */
  readonly title: string
}

/** What stands in place of a status: a word, or the mark in a box. */
export interface Progress {
  readonly kind: 'word' | 'box'
  readonly cell: Cell
  readonly text: string
}

const box = /^\[([^\]]{1,4})\](?:\s{1,8}|$)/u

export function cellOf({ columns }: Table, { cells }: TableRow, kind: Column): Cell | undefined {
  const at = columns.get(kind)
  return at === undefined ? undefined : cells[at]
}

export function textIn(rows: Rows, table: Table, line: TableRow, kind: Column): string {
  const cell = cellOf(table, line, kind)
  return cell === undefined ? '' : wordsIn(rows, cell)
}

/** Where a status or a box stands, in a column of its own or before the title; undefined when the table holds no progress. */
export function progressOf(rows: Rows, table: Table, line: TableRow): Progress | undefined {
  for (const kind of ['status', 'box', 'title'] as const) {
    const cell = cellOf(table, line, kind)
    if (cell === undefined) continue
    const words = wordsIn(rows, cell)
    const mark = box.exec(words)?.[1]
    if (mark !== undefined) {
      const at = rows.text.indexOf('[', cell.start) + 1
      return { kind: 'box', cell: { start: at, end: rows.text.indexOf(']', at) }, text: mark }
    }
    if (kind !== 'title') return { kind: 'word', cell, text: words }
  }
  return undefined
}

/** One for each row that says something, named once and for all: twins by what they are, then by number. */
export function tableEntries(rows: Rows, tables: readonly Table[], group: (line: TableRow) => string): TableEntry[] {
  const found: TableEntry[] = []
  for (const table of tables) {
    for (const line of table.rows) {
      const words = textIn(rows, table, line, 'title').replace(box, '')
      const id = textIn(rows, table, line, 'id').replace(/^[*_`[]{1,4}|[*_`\]]{1,4}$/g, '')
      if (words === '' && id === '') continue
      const called = id === '' ? calledIn(words) : undefined
      const name = id !== '' && keyFrom(id) !== undefined ? id : called?.raw
      const title = called === undefined ? words : called.rest
      found.push({ table, line, raw: name ?? '', own: name !== undefined, title: title === '' ? id : title })
    }
  }
  return withNames(found, (entry) => textIn(rows, entry.table, entry.line, 'phase') || group(entry.line))
}

function withNames(found: readonly TableEntry[], group: (entry: TableEntry) => string): TableEntry[] {
  const times = new Map<string, number>()
  const slugs = found.map(({ own, title }) => (own ? '' : slugOf(title)))
  for (const slug of slugs) times.set(slug, (times.get(slug) ?? 0) + 1)
  const unused = new Unused(found.flatMap(({ own, raw }) => (own ? [keyFrom(raw) ?? ''] : [])))
  return found.map((entry, at) => {
    const slug = slugs[at] ?? ''
    if (entry.own) return entry
    const place = group(entry)
    const base = (times.get(slug) ?? 0) < 2 || place === '' ? slug : `${slugOf(place).slice(0, 32)}.${slug}`
    return { ...entry, raw: unused.take(base) }
  })
}

/** The cells of the row as words, each under the name of its column; those that were read otherwise are left out. */
export function restOf(rows: Rows, { names, columns }: Table, { cells }: TableRow): readonly string[] {
  const read = new Set<number>()
  for (const kind of ['title', 'id', 'status', 'box', 'owner'] as const) read.add(columns.get(kind) ?? -1)
  return cells.flatMap((cell, at) => {
    const words = wordsIn(rows, cell)
    return read.has(at) || words === '' || names[at] === undefined ? [] : [`${names[at] || 'Also'}: ${words}`]
  })
}

export function rowText(rows: Rows, row: Row): string {
  return textOf(rows, row.start, row.end)
}

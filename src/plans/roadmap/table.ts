// Reads the tables of a Markdown roadmap: which columns mean what, and where each cell's bytes lie.
import { type Row, type Rows, textOf } from '../lists/boxes.ts'

export type Column = 'id' | 'title' | 'phase' | 'priority' | 'status' | 'depends' | 'owner' | 'labels' | 'box'

/** Offsets in the file of what lies between two bars, blanks included. */
export interface Cell {
  readonly start: number
  readonly end: number
}

export interface TableRow {
  readonly row: Row
  /** Index in the rows of the file. */
  readonly index: number
  readonly cells: readonly Cell[]
}

export interface Table {
  readonly head: TableRow
  readonly names: readonly string[]
  /** Where each kind of column is, from 0. */
  readonly columns: ReadonlyMap<Column, number>
  readonly rows: readonly TableRow[]
}

const cellsAtMost = 64
const bar = 0x7c
const delimiter =
  /^[ \t]{0,16}\|?[ \t]{0,16}:?-{1,200}:?[ \t]{0,200}(?:\|[ \t]{0,200}:?-{1,200}:?[ \t]{0,200}){0,63}\|?[ \t]{0,200}$/
const kinds: readonly (readonly [Column, RegExp])[] = [
  ['id', /^(?:id|#|no\.?|nr\.?|key|ref|code|task id|feature id)$/i],
  ['box', /^(?:done\??|✓|✅|\[ ?\]|✔|complete\??)$/i],
  ['status', /^(?:status|state|progress)$/i],
  ['priority', /^(?:priority|prio\.?|p|urgency|moscow)$/i],
  ['phase', /^(?:phase|milestone|quarter|sprint|release|version|target|when|timeframe|timeline|stage|eta|horizon)$/i],
  ['depends', /^(?:depends?(?: on)?|dependenc(?:y|ies)|deps\.?|blocked by|requires|after|prerequisites?|needs)$/i],
  ['owner', /^(?:owner|assignee|assigned(?: to)?|lead|who|dri|responsible)$/i],
  ['labels', /^(?:labels?|tags?|area|category|component|theme|type)$/i],
  [
    'title',
    /^(?:title|feature|item|task|name|deliverable|epic|initiative|goal|what|work|story|summary|entry|description)$/i,
  ],
]

export function wordsIn(rows: Rows, { start, end }: Cell): string {
  const words = textOf(rows, start, end).trim()
  return words.includes('\\|') ? words.replaceAll('\\|', '|') : words
}

/** Between bars that no backslash stands before; the bars at both ends of the line hold nothing. */
export function cellsOf(rows: Rows, row: Row): Cell[] {
  const { text } = rows
  const cells: Cell[] = []
  let at = row.start + (row.from - row.start)
  while (at > row.start && /\s/.test(text[at - 1] ?? '')) at -= 1
  const first = text.charCodeAt(row.from) === bar
  let start = first ? row.from + 1 : at
  for (
    let next = text.indexOf('|', start);
    next >= 0 && next < row.end && cells.length < cellsAtMost;
    next = text.indexOf('|', next + 1)
  ) {
    if (text[next - 1] === '\\') continue
    cells.push({ start, end: next })
    start = next + 1
  }
  if (text.slice(start, row.end).trim() !== '' && cells.length < cellsAtMost) cells.push({ start, end: row.end })
  return cells
}

export function tablesIn(rows: Rows): Table[] {
  const tables: Table[] = []
  const { all } = rows
  for (let at = 0; at + 1 < all.length; at += 1) {
    const [row, next] = [all[at] as Row, all[at + 1] as Row]
    if (next.number !== row.number + 1 || !holdsBar(rows, row) || !isDelimiter(rows, next)) continue
    let end = at + 2
    while (end < all.length && all[end]?.number === (all[end - 1]?.number ?? 0) + 1 && holdsBar(rows, all[end] as Row))
      end += 1
    tables.push(tableOf(rows, at, end))
    at = end - 1
  }
  return tables
}

function holdsBar(rows: Rows, row: Row): boolean {
  if (row.kind === 'table') return true
  if (row.kind !== 'text') return false
  const at = rows.text.indexOf('|', row.from)
  return at >= 0 && at < row.end
}

function isDelimiter(rows: Rows, row: Row): boolean {
  return holdsBar(rows, row) && row.end - row.start < 4000 && delimiter.test(rows.text.slice(row.start, row.end))
}

function tableOf(rows: Rows, at: number, end: number): Table {
  const rowAt = (index: number): TableRow => {
    const row = rows.all[index] as Row
    return { row, index, cells: cellsOf(rows, row) }
  }
  const head = rowAt(at)
  const names = head.cells.map((cell) => wordsIn(rows, cell).replace(/[*_`]/g, '').trim())
  const columns = new Map<Column, number>()
  for (const [index, name] of names.entries()) {
    const kind = kinds.find(([, shape]) => shape.test(name))?.[0]
    if (kind !== undefined && !columns.has(kind)) columns.set(kind, index)
  }
  // A description says more about a title, and is one only where there is no other.
  const better = names.findIndex((name) =>
    /^(?:title|feature|item|task|name|deliverable|epic|initiative|story)$/i.test(name),
  )
  if (better >= 0) columns.set('title', better)
  return { head, names, columns, rows: Array.from({ length: end - at - 2 }, (_, each) => rowAt(at + 2 + each)) }
}

/** Each row of it is something to do: it has a title, and something that only such a table has. */
export function isOfEntries({ columns }: Table): boolean {
  if (!columns.has('title')) return false
  return (['status', 'priority', 'phase', 'depends', 'box'] as const).some((kind) => columns.has(kind))
}

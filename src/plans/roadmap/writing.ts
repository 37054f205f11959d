// Writes progress into a Markdown roadmap: boxes, signs before bullets, and cells of tables, and no other byte.
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { type Row, type Rows, rowsOf, textOf } from '../lists/boxes.ts'
import { findIn } from '../lists/finding.ts'
import { usualMarks } from '../lists/marks.ts'
import { outlineOf } from '../lists/outline.ts'
import { type Boxes, boxEdits, type Edit, isDone, spliced } from '../lists/ticks.ts'
import { keyFrom } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { chosen, rendered } from './cells.ts'
import { progressOf, type TableEntry, textIn } from './entries.ts'
import { Layout } from './markdown.ts'
import type { Table, TableRow } from './table.ts'
import { signAt, statusOf } from './words.ts'

type Wanted = { readonly status: PlanStatus; readonly to?: string; readonly unticks: boolean }

const signs: Readonly<Record<PlanStatus, string>> = {
  open: '',
  doing: '🚧',
  review: '👀',
  blocked: '⛔',
  deferred: '⏸️',
  done: '✅',
  cancelled: '❌',
}
const words: Readonly<Record<PlanStatus, readonly string[]>> = {
  open: ['Planned', 'Todo', 'Not started', '-'],
  doing: ['In progress', 'Doing', 'WIP'],
  review: ['In review', 'Review'],
  blocked: ['Blocked', 'On hold'],
  deferred: ['Deferred', 'Later'],
  done: ['Done', 'Complete', 'Finished', 'x', '✅'],
  cancelled: ['Cancelled', 'Dropped'],
}
const rowsOfWords = 200

export function writeMarkdown(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): Uint8Array {
  const rows = rowsOf(bytes, file, new Notes())
  if (rows === undefined) return bytes
  const layout = new Layout(rows)
  const boxes = findIn(rows, { also: layout.also })
  const edits = [...boxEdits(boxes, usualMarks, changes), ...new Writer(layout, boxes).edits(changes)]
  return spliced(bytes, edits)
}

function wantedBy(change: PlanChange): Wanted | undefined {
  if (change.kind === 'tick') return { status: 'done', unticks: false }
  if (change.kind === 'status') return { status: change.status, unticks: false }
  if (change.kind !== 'untick') return undefined
  return { status: 'open', unticks: true, ...(change.to === undefined ? {} : { to: change.to }) }
}

class Writer {
  readonly #layout: Layout
  readonly #rows: Rows
  readonly #boxes: Boxes
  readonly #bullets = new Map<number, string>()
  readonly #cells = new Map<number, { readonly entry: TableEntry; words: string }>()
  #entries: ReadonlyMap<string, TableEntry> | undefined

  constructor(layout: Layout, boxes: Boxes) {
    this.#layout = layout
    this.#rows = layout.rows
    this.#boxes = boxes
  }

  edits(changes: readonly PlanChange[]): Edit[] {
    for (const change of changes) {
      const wanted = wantedBy(change)
      if (wanted !== undefined) this.#take(change.key ?? '', wanted)
    }
    return [
      ...[...this.#bullets].map(([index, sign]) => this.#signEdit(index, sign)),
      ...[...this.#cells.values()].flatMap(({ entry, words: said }) => this.#cellEdit(entry, said)),
    ]
  }

  #take(key: string, wanted: Wanted): void {
    const listed = this.#boxes.find(key)
    if (listed < 0) this.#takeRow(key, wanted)
    else if (this.#rows.all[listed]?.box === -1) this.#takeBullet(listed, wanted)
  }

  /** What stands before the words of a bullet; a sign that says how far it is, or nothing. */
  #sign(index: number): string {
    const row = this.#rows.all[index] as Row
    return (
      this.#bullets.get(index) ?? signAt(textOf(this.#rows, row.from, Math.min(row.end, row.from + 24)))?.sign ?? ''
    )
  }

  #takeBullet(index: number, { status, to, unticks }: Wanted): void {
    const now = this.#sign(index)
    const said = now === '' ? 'open' : statusOf(now)
    if (unticks ? said !== 'done' : said === status) return
    const back = to !== undefined && (to === '' || signAt(to)?.sign === to) ? to : signs.open
    this.#bullets.set(index, unticks ? back : signs[status])
  }

  #signEdit(index: number, sign: string): Edit {
    const row = this.#rows.all[index] as Row
    const before = signAt(textOf(this.#rows, row.from, Math.min(row.end, row.from + 24)))?.sign ?? ''
    const length = Buffer.byteLength(before)
    if (before !== '' && sign !== '') return { from: row.from, to: row.from + length, text: sign }
    if (before === '') return { from: row.from, to: row.from, text: sign === '' ? '' : `${sign} ` }
    const blank = this.#rows.text[row.from + length] === ' ' ? 1 : 0
    return { from: row.from, to: row.from + length + blank, text: '' }
  }

  #takeRow(key: string, { status, to, unticks }: Wanted): void {
    const entry = this.#entry(key)
    const progress = entry === undefined ? undefined : progressOf(this.#rows, entry.table, entry.line)
    if (entry === undefined || progress === undefined) return
    const now = this.#cells.get(entry.line.index)?.words ?? progress.text
    const box = progress.kind === 'box'
    const said = box ? (isDone(now) ? 'done' : usualMarks.read(now)) : statusOf(now)
    if (unticks ? said !== 'done' : said === status) return
    const put = box ? boxMark(status, to, unticks) : this.#word(entry, progress.text, status, unticks ? to : undefined)
    if (put !== undefined) this.#cells.set(entry.line.index, { entry, words: put })
  }

  /** As the column already says it where it does, else as most tables do; a word that fits and can be taken back. */
  #word({ table, line }: TableEntry, before: string, status: PlanStatus, to: string | undefined): string | undefined {
    if (to !== undefined && to.length <= 200 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(to) && to.trim() === to) return to
    const { raw, column } = this.#cell(table, line)
    const used = usedWords(this.#rows, table, line, status)
    const small = before !== '' && before === before.toLowerCase() && /\p{L}/u.test(before)
    const own = words[status].map((word) => (small ? word.toLowerCase() : word))
    const sign = /^(?:\p{Extended_Pictographic}\ufe0f?) /u.test(before)
      ? own.map((word) => `${signs[status] || '📋'} ${word}`)
      : []
    return chosen(raw, [...used, ...sign, ...own], column) ?? own[0]
  }

  #cell(table: Table, line: TableRow): { readonly raw: string; readonly column: number; readonly at: number } {
    const at = table.columns.get(table.columns.has('status') ? 'status' : 'box') ?? 0
    const [cell, head] = [line.cells[at], table.head.cells[at]]
    const raw = cell === undefined ? '' : textOf(this.#rows, cell.start, cell.end)
    return { raw, column: head === undefined ? 0 : [...textOf(this.#rows, head.start, head.end)].length, at }
  }

  #cellEdit({ table, line }: TableEntry, said: string): Edit[] {
    const progress = progressOf(this.#rows, table, line)
    if (progress === undefined) return []
    if (progress.kind === 'box') return [{ from: progress.cell.start, to: progress.cell.end, text: said }]
    const { start: from, end: to } = progress.cell
    const { raw, column } = this.#cell(table, line)
    // Bytes that are no UTF-8 would not come back.
    if (Buffer.compare(Buffer.from(raw), this.#rows.bytes.subarray(from, to)) !== 0) return []
    return [{ from, to, text: rendered(raw, said.replaceAll('|', '\\|'), column) }]
  }

  #entry(key: string): TableEntry | undefined {
    const quick = this.#entries === undefined ? this.#byId(key) : undefined
    if (quick !== undefined) return quick
    if (this.#entries === undefined) {
      const entries = new Map<string, TableEntry>()
      for (const entry of this.#layout.entries(outlineOf(this.#rows))) {
        const name = keyFrom(entry.raw)
        if (name !== undefined && !entries.has(name)) entries.set(name, entry)
      }
      this.#entries = entries
    }
    return this.#entries.get(key)
  }

  /** The first row whose own id is this, without naming all others. */
  #byId(key: string): TableEntry | undefined {
    for (const table of this.#layout.tables) {
      if (!table.columns.has('id')) continue
      const first = table.rows[0]?.row.start ?? 0
      const end = table.rows.at(-1)?.row.end ?? 0
      for (
        let at = this.#rows.text.indexOf(key, first);
        at >= 0 && at < end;
        at = this.#rows.text.indexOf(key, at + 1)
      ) {
        const line = rowAt(table.rows, at)
        if (line !== undefined && textIn(this.#rows, table, line, 'id') === key)
          return { table, line, raw: key, own: true, title: '' }
      }
    }
    return undefined
  }
}

function rowAt(rows: readonly TableRow[], offset: number): TableRow | undefined {
  let [low, high] = [0, rows.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((rows[middle]?.row.start ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return rows[low]
}

function boxMark(status: PlanStatus, to: string | undefined, unticks: boolean): string | undefined {
  if (!unticks) return status === 'done' ? 'x' : usualMarks.write(status, new Set(['/', '-', '>']))
  return to !== undefined && [...to].length === 1 && usualMarks.read(to) !== undefined ? to : ' '
}

/** Words of the column for this state, the most frequent first. */
function usedWords(rows: Rows, table: Table, line: TableRow, status: PlanStatus): readonly string[] {
  const kind = table.columns.has('status') ? 'status' : 'box'
  const times = new Map<string, number>()
  for (const other of table.rows.slice(0, rowsOfWords)) {
    const text = other === line ? '' : textIn(rows, table, other, kind)
    if (text !== '' && text.length <= 40 && statusOf(text) === status) times.set(text, (times.get(text) ?? 0) + 1)
  }
  return [...times].toSorted(([a, times1], [b, times2]) => times2 - times1 || (a < b ? -1 : 1)).map(([text]) => text)
}

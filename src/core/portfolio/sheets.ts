// A portfolio as a table: for spreadsheets, and for a page of Markdown; whatever strangers wrote stays a text in its cell.
import { clip, neutral, singleLine } from '../text/neutral.ts'
import { daysOf, type Portfolio } from './dossier.ts'
import { isoOf } from './iso.ts'
import { type Life, spanOf, statusOf } from './life.ts'
import { type Measures, measureAll } from './measures.ts'
import { spread } from './spread.ts'

type Cell = string | number | undefined

const columns: readonly (readonly [string, (life: Life, one: Measures) => Cell])[] = [
  ['id', ({ id }) => id],
  ['title', ({ title }) => title],
  ['status', (life) => statusOf(life)],
  ['owner', ({ owner }) => owner],
  ['workflow', ({ workflow }) => workflow],
  ['workspace', ({ workspace }) => workspace],
  ['opened', (life) => moment(spanOf(life)?.openedAt)],
  ['ended', (life) => moment(spanOf(life)?.endedAt)],
  ['lead ms', (life) => leadOf(life)],
  ['cycle mean ms', (_, { cycles }) => whole(spread(cycles)?.meanMs)],
  ['steps landed', (_, one) => one.landed],
  ['reworks', (_, one) => one.reworks],
  ['rework rate', (_, one) => (one.landed === 0 ? undefined : one.reworks / one.landed)],
  ['steps in progress', (_, one) => one.stepsInProgress],
  ['blocked ms', (_, one) => one.blockedMs],
  ['gate wait ms', (_, one) => one.gateMs],
  ['attempts', (_, one) => one.attempts],
  ['cost usd', (_, one) => one.costUsd],
]

const moment = (at: number | undefined): Cell => (at === undefined ? undefined : isoOf(at))
const whole = (ms: number | undefined): Cell => (ms === undefined ? undefined : Math.round(ms))

/** Of the span that goes on, or of the last one. */
function leadOf(life: Life): Cell {
  const span = spanOf(life)
  return span?.endedAt === undefined ? undefined : Math.max(0, span.endedAt - span.openedAt)
}

function rowsOf({ lives, window }: Portfolio): Cell[][] {
  return lives.map((life) => {
    const one = measureAll([life], window)
    return columns.map(([, cell]) => cell(life, one))
  })
}

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe instead. */
export function csvOf(portfolio: Portfolio): string {
  const rows = [columns.map(([name]) => name), ...rowsOf(portfolio)]
  return rows.map((row) => `${row.map(csvCell).join(',')}\r\n`).join('')
}

export function csvCell(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  const text = /^[=+\-@\t\r\n]/u.test(cell) || /^\s*[=+\-@]/u.test(cell) ? `'${neutral(cell)}` : neutral(cell)
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

export function markdownOf(portfolio: Portfolio): string {
  const { lives, window, seq } = portfolio
  const days = daysOf(window, lives)
  const sum = measureAll(lives, window)
  const lead = spread(sum.leads)
  const lines = [
    '# Portfolio',
    '',
    `As at ${isoOf(window.to)}, entry ${seq} of the record${window.from > 0 ? `; counted from ${isoOf(window.from)}` : ''}.`,
    '',
    `- ${sum.items} items: ${sum.open} open, ${sum.inProgress} of them in progress; ${sum.integrated} integrated, ${sum.closed} closed without, ${sum.reverted} reverted`,
    `- lead time: ${lead === undefined ? 'none yet' : `median ${hours(lead.medianMs)}, nine in ten within ${hours(lead.p90Ms)}`}`,
    `- throughput a day: ${(sum.landed / days).toFixed(2)} steps, ${(sum.integrated / days).toFixed(2)} items`,
    `- ${sum.reworks} reworks on ${sum.landed} landed steps; blocked ${hours(sum.blockedMs)}, at gates ${hours(sum.gateMs)}; $${sum.costUsd.toFixed(2)}`,
    '',
    row(columns.map(([name]) => name)),
    row(columns.map(() => '---')),
    ...rowsOf(portfolio).map((cells) => row(cells.map(markdownCell))),
  ]
  return `${lines.join('\n')}\n`
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
const hours = (ms: number): string => `${(ms / 3_600_000).toFixed(1)} h`

/** Every sign that Markdown or HTML could act on is written as itself. */
export function markdownCell(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(Number(cell.toFixed(4)))
  return clip(singleLine(cell), 200)
    .replace(/[\\`*_[\]()#!|~$@]/gu, (sign) => `\\${sign}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/:\/\//gu, ':&#47;&#47;')
    .replace(/\bwww\./giu, 'www&#46;')
}

// A portfolio as a table: for spreadsheets, and for a page of Markdown; whatever strangers wrote stays a text in its cell.
import { blockerKinds } from '../nouns/blocker.ts'
import { clip, neutral, singleLine } from '../text/neutral.ts'
import { detailOf, type ItemDetail, type StepDetail } from './detail.ts'
import { daysOf, type Portfolio, shareOf } from './dossier.ts'
import { isoOf } from './iso.ts'
import { type Life, spanOf, statusOf } from './life.ts'
import { leadBlocked, type Measures, measureAll, type Window } from './measures.ts'
import { spread } from './spread.ts'
import { Trail, type TriedLine } from './trail.ts'

export type Cell = string | number | undefined

/** One line for each item, or for each step or attempt of them. */
export const rowKinds = ['items', 'steps', 'attempts'] as const
export type Rows = (typeof rowKinds)[number]

type Column<T> = readonly [string, (row: T) => Cell]

interface ItemRow {
  readonly life: Life
  readonly one: Measures
  readonly window: Window
}

const kinds = Object.keys(blockerKinds) as (keyof typeof blockerKinds)[]

const itemColumns: readonly Column<ItemRow>[] = [
  ['id', ({ life }) => life.id],
  ['title', ({ life }) => life.title],
  ['status', ({ life }) => statusOf(life)],
  ['owner', ({ life }) => life.owner],
  ['workflow', ({ life }) => life.workflow],
  ['workspace', ({ life }) => life.workspace],
  ['opened', ({ life }) => moment(spanOf(life)?.openedAt)],
  ['ended', ({ life }) => moment(spanOf(life)?.endedAt)],
  ['end', ({ life }) => endOf(life)],
  ['lead ms', ({ life }) => leadOf(life)],
  ['lead blocked ms', ({ life, window }) => blockedOf(life, window)],
  ['cycle mean ms', ({ one }) => whole(spread(one.cycles)?.meanMs)],
  ['steps landed', ({ one }) => one.landed],
  ['reworks', ({ one }) => one.reworks],
  ['rework rate', ({ one }) => (one.landed === 0 ? undefined : one.reworks / one.landed)],
  ['steps in progress', ({ one }) => one.stepsInProgress],
  ['open ms', ({ one }) => one.openMs],
  ['blocked ms', ({ one }) => one.blockedMs],
  ...kinds.map((kind): Column<ItemRow> => [`blocked ms: ${kind}`, ({ one }) => one.blockedBy.get(kind)?.ms ?? 0]),
  ['gate wait ms', ({ one }) => one.gateMs],
  ['attempts', ({ one }) => one.attempts],
  ['cost usd', ({ one }) => one.costUsd],
]

const stepColumns: readonly Column<{ readonly item: ItemDetail; readonly step: StepDetail }>[] = [
  ['item', ({ item }) => item.id],
  ['step', ({ step }) => step.key],
  ['owner', ({ step }) => step.owner],
  ['begun', ({ step }) => moment(step.begunAt)],
  ['landed', ({ step }) => moment(step.landedAt)],
  ['cycle ms', ({ step }) => step.cycleMs],
  ['blocked ms', ({ step }) => step.blockedMs],
  ['cycle blocked ms', ({ step }) => step.blocked?.ms ?? 0],
  ['cycle blocked share', ({ step }) => step.blocked?.share],
  ['reworks', ({ step }) => step.reworks],
  ['attempts', ({ item, step }) => ofStep(item, step).length],
  ['cost usd', ({ item, step }) => ofStep(item, step).reduce((sum, { costUsd }) => sum + costUsd, 0)],
]

const ofStep = ({ id, attempts }: ItemDetail, { key }: StepDetail): readonly TriedLine[] =>
  attempts.filter(({ step }) => step === `${id}/${key}`)

const attemptColumns: readonly Column<{ readonly item: ItemDetail; readonly line: TriedLine }>[] = [
  ['item', ({ item }) => item.id],
  ['step', ({ line }) => line.step.split('/')[1]],
  ['attempt', ({ line }) => line.attempt],
  ['agent', ({ line }) => line.agent],
  ['started', ({ line }) => moment(line.startedAt)],
  ['ended', ({ line }) => moment(line.endedAt)],
  ['outcome', ({ line }) => line.outcome],
  ['commit', ({ line }) => line.commit],
  ['tokens', ({ line }) => line.tokens],
  ['cost usd', ({ line }) => line.costUsd],
  ['entry', ({ line }) => line.seq],
  ['artifacts', ({ line }) => line.artifacts.join(' ')],
]

const moment = (at: number | undefined): Cell => (at === undefined ? undefined : isoOf(at))
const whole = (ms: number | undefined): Cell => (ms === undefined ? undefined : Math.round(ms))

function endOf(life: Life): Cell {
  const span = spanOf(life)
  if (span?.endedAt === undefined) return undefined
  if (span.revertedAt !== undefined) return 'reverted'
  if (span.duplicateOf !== undefined) return `duplicate of ${span.duplicateOf}`
  return span.integrated ? 'integrated' : 'closed'
}

/** Of the span that goes on, or of the last one; a duplicate has none. */
function leadOf(life: Life): number | undefined {
  const span = spanOf(life)
  if (span?.endedAt === undefined || span.duplicateOf !== undefined) return undefined
  return Math.max(0, span.endedAt - span.openedAt)
}

function blockedOf(life: Life, { to }: Window): Cell {
  const span = spanOf(life)
  return span === undefined ? undefined : (leadBlocked(life, span, to)?.ms ?? 0)
}

function sheet<T>(columns: readonly Column<T>[], rows: readonly T[]): Cell[][] {
  return [columns.map(([name]) => name), ...rows.map((row) => columns.map(([, cell]) => cell(row)))]
}

/** A heading, then the rows. */
function tableOf({ lives, window, trails }: Portfolio, rows: Rows): Cell[][] {
  if (rows === 'items')
    return sheet(
      itemColumns,
      lives.map((life) => ({ life, window, one: measureAll([life], window) })),
    )
  const items = lives.map((life) => detailOf(life, trails.get(life.id) ?? new Trail(), window.to))
  if (rows === 'steps')
    return sheet(
      stepColumns,
      items.flatMap((item) => item.steps.map((step) => ({ item, step }))),
    )
  return sheet(
    attemptColumns,
    items.flatMap((item) => item.attempts.map((line) => ({ item, line }))),
  )
}

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe instead. */
export function csvOf(portfolio: Portfolio, rows: Rows): string {
  return tableOf(portfolio, rows)
    .map((row) => `${row.map(csvCell).join(',')}\r\n`)
    .join('')
}

export function csvCell(cell: Cell): string {
  if (cell === undefined) return ''
  if (typeof cell === 'number') return String(Number(cell.toFixed(6)))
  const text = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]/u.test(cell) ? `'${neutral(cell)}` : neutral(cell)
  return /[",\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What a page has room for: times as people say them. */
const pageColumns: readonly Column<ItemRow>[] = [
  ['item', ({ life }) => life.id],
  ['title', ({ life }) => life.title],
  ['status', ({ life }) => statusOf(life)],
  ['owner', ({ life }) => life.owner],
  ['workflow', ({ life }) => life.workflow],
  ['opened', ({ life }) => moment(spanOf(life)?.openedAt)?.toString().slice(0, 10)],
  ['end', ({ life }) => endOf(life)],
  ['lead', ({ life }) => hours(leadOf(life))],
  ['cycle', ({ one }) => hours(spread(one.cycles)?.medianMs)],
  ['landed', ({ one }) => one.landed],
  ['reworks', ({ one }) => one.reworks],
  ['blocked', ({ one }) => blockedSaid(one)],
  ['at gates', ({ one }) => hours(one.gateMs)],
  ['attempts', ({ one }) => one.attempts],
  ['cost', ({ one }) => dollars(one.costUsd)],
]

const hours = (ms: number | undefined): Cell => (ms === undefined ? undefined : `${(ms / 3_600_000).toFixed(1)} h`)
const dollars = (usd: number): string => `$${usd.toFixed(2)}`
const percent = (share = 0): string => (share === 0 ? '' : ` (${Math.round(share * 100)} %)`)
const blockedSaid = (one: Measures): string => `${hours(one.blockedMs)}${percent(shareOf(one.blockedMs, one.openMs))}`

export function markdownOf(portfolio: Portfolio, rows: Rows): string {
  const { lives, window } = portfolio
  const [head = [], ...body] =
    rows === 'items'
      ? sheet(
          pageColumns,
          lives.map((life) => ({ life, window, one: measureAll([life], window) })),
        )
      : tableOf(portfolio, rows)
  const lines = [
    '# Portfolio',
    '',
    ...summary(portfolio),
    '',
    row(head.map(markdownCell)),
    row(head.map(() => '---')),
    ...body.map((cells) => row(cells.map(markdownCell))),
  ]
  return `${lines.join('\n')}\n`
}

function summary({ lives, window, seq }: Portfolio): string[] {
  const days = daysOf(window, lives)
  const sum = measureAll(lives, window)
  const lead = spread(sum.leads)
  const leads = sum.leads.reduce((all, ms) => all + ms, 0)
  const said =
    lead === undefined ? 'none yet' : `median ${hours(lead.medianMs)}, nine in ten within ${hours(lead.p90Ms)}`
  const duplicates = sum.duplicates === 0 ? '' : ` (${sum.duplicates} of them as a duplicate)`
  return [
    `As at ${isoOf(window.to)}, entry ${seq} of the record${window.from > 0 ? `; counted from ${isoOf(window.from)}` : ''}.`,
    '',
    `- ${sum.items} ${sum.items === 1 ? 'item' : 'items'}: ${sum.open} open, ${sum.inProgress} of them in progress; ${sum.integrated} integrated, ${sum.closed} closed without${duplicates}, ${sum.reverted} reverted`,
    `- lead time: ${said}${percent(shareOf(sum.leadBlockedMs, leads)).replace(')', ' of it blocked)')}`,
    `- throughput a day: ${(sum.landed / days).toFixed(2)} steps, ${(sum.integrated / days).toFixed(2)} items`,
    `- ${sum.reworks} ${sum.reworks === 1 ? 'rework' : 'reworks'} on ${sum.landed} landed ${sum.landed === 1 ? 'step' : 'steps'}; blocked ${blockedSaid(sum)}, at gates ${hours(sum.gateMs)}; ${dollars(sum.costUsd)}`,
    ...[...sum.blockedBy]
      .sort(([, a], [, b]) => b.ms - a.ms)
      .map(([kind, { ms }]) => `- blocked by ${kind}: ${hours(ms)}`),
  ]
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

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

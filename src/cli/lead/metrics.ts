// baton metrics: how long things take, how much gets done, what comes back and what stands in the way.
import type { MetricLine, Metrics } from '../../api/metrics/show.ts'
import { type MetricKey, metricKeys } from '../../core/portfolio/measures.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { anyItem, find } from '../names.ts'
import { dollars, part } from '../print/money.ts'
import { type People, type Piece, paint } from '../print/people.ts'
import { plural } from '../print/words.ts'
import type { Connection } from '../world.ts'
import { printItem, printStep } from './drill.ts'
import { bars, short } from './timeline.ts'
import { filterOptions, filtersOf, nothing } from './window.ts'

const spread = '{ count, meanMs, medianMs, p90Ms, maxMs }'
const line = `{ key, part?, items, open, inProgress, stepsInProgress, opened, integrated, closed, duplicates, reverted, landed, reworks, reworkRate?,\n  lead?: ${spread}, cycle?: ${spread}, landedPerDay, integratedPerDay, openMs, blockedMs, blockedShare?,\n  leadBlockedMs, leadBlockedShare?, cycleBlockedMs, cycleBlockedShare?, blockedBy: { kind, ms, leadMs, cycleMs }[],\n  gateMs, attempts, costUsd, unpriced, workMs }`

export const metrics: Command = {
  name: 'metrics',
  caption: 'How long things take, how much gets done, what comes back and what stands in the way: docs/metrics.md.',
  usage: '[<item>|<item>/<step>] [--by item|workflow|owner|workspace|day[,…]] [--from <time>] [--to <time>]',
  example:
    'baton metrics\nbaton metrics 001-photo-albums\nbaton metrics 001-photo-albums/T012\nbaton metrics --by owner,day --from 2026-11-01',
  options: [
    { name: 'by', value: 'words', caption: 'what is added up together, one or two of them (usually items)' },
    ...filterOptions,
  ],
  words: [1, 0],
  json: `{ seq, by, splitBy?, from, to, total: line, lines: line[], more, days: { day, opened, landed, integrated }[],\n  item?: { id, title, status, owner, owners, spans, steps, attempts, blockers, gates, artifacts, history } },\n  where a line is ${line}`,
  run: async (context) => {
    const by = keysOf(context)
    const filters = filtersOf(context)
    await context.with('look', async (house) => {
      const { item, step } = context.words.length === 0 ? {} : await named(house, context.word(0))
      const found = await house.call('metrics/show', {
        ...filters,
        ...(item === undefined ? {} : { item }),
        ...by,
        limit: context.json ? 5000 : 200,
      })
      const standing = item === undefined || context.json ? [] : (await house.call('blocker/list', { item })).blockers
      const width = Math.min(context.world.stdout.columns ?? 80, 120)
      context.give(found, (people) => {
        if (step !== undefined && found.item !== undefined) printStep(people, found.item, step)
        else if (found.item !== undefined) printItem(people, found.item, { now: found.to, standing, width })
        else if (found.total.items === 0) people.line(nothing(context))
        else print(people, found, width)
      })
    })
    return undefined
  },
}

/** A step of an item that is over is known by its whole name alone. */
async function named(house: Connection, word: string): Promise<{ item?: string; step?: string }> {
  const at = word.indexOf('/')
  if (at > 0) return { item: await anyItem(house, word.slice(0, at)), step: word.slice(at + 1) }
  const { kind, id } = await find(house, word, ['item', 'closed', 'step'])
  if (kind !== 'step') return { item: id }
  const cut = id.indexOf('/')
  return { item: id.slice(0, cut), step: id.slice(cut + 1) }
}

function keysOf(context: Context): { by?: MetricKey; splitBy?: MetricKey } {
  const given = context.text('by')
  if (given === undefined) return {}
  const [by, splitBy, ...rest] = given.split(',').map((word) => metricKeys.find((key) => key === word.trim()))
  const whole = by !== undefined && (splitBy !== undefined || !given.includes(',')) && rest.length === 0
  if (whole) return { by, ...(splitBy === undefined ? {} : { splitBy }) }
  const why = `it must be one or two of: ${metricKeys.join(', ')}`
  throw new Refused(refuse('invalid', `--by ${given}`, why, 'for example --by owner or --by owner,day'))
}

function print(people: People, { by, splitBy, total, lines, more, days }: Metrics, width: number): void {
  const head = [
    ...(splitBy === undefined ? [by] : [by, splitBy]),
    ...[
      'open',
      'done',
      'lead',
      'cycle',
      'landed',
      'back',
      'blocked',
      ...(splitBy === undefined ? ['tries'] : []),
      'cost',
    ],
  ]
  const room = Math.max(12, Math.floor((width - 66) / (splitBy === undefined ? 1 : 2)))
  const names = ({ key, part: second }: MetricLine) =>
    splitBy === undefined ? [cut(by, key, room)] : [cut(by, key, room), cut(splitBy, second ?? '', room)]
  const rows = lines.map((one) => [...names(one), ...cells(one, splitBy === undefined)])
  const sum = [...(splitBy === undefined ? ['in all'] : ['in all', '']), ...cells(total, splitBy === undefined)]
  people.table([head.map((text): Piece => paint('dim', text)), ...rows, sum])
  if (more > 0) people.line(`… and ${plural(more, 'line')} more: --json gives up to 5000`)
  people.line()
  printTotal(people, total)
  const drawn = bars(days, width)
  if (drawn.length > 0) people.line()
  for (const text of drawn) people.line(text)
  people.line(paint('dim', '→ baton metrics <item> shows where its time went'))
}

/** Items are told apart by how they begin, folders by how they end. */
function cut(by: MetricKey, name: string, most: number): string {
  if (name === '') return '(nobody)'
  if (name.length <= most) return name
  return by === 'workspace' ? `…${name.slice(1 - most)}` : `${name.slice(0, most - 1)}…`
}

function printTotal(people: People, total: MetricLine): void {
  const { openMs, blockedMs, blockedShare, blockedBy, gateMs, landedPerDay, integratedPerDay, reworkRate } = total
  if (blockedMs > 0) {
    const kinds = blockedBy.map(({ kind, ms }) => `${kind} ${short(ms)}`).join(', ')
    people.line(`blocked for ${short(blockedMs)} of ${short(openMs)} that items were open (${part(blockedShare ?? 0)})`)
    people.line(`  by kind: ${kinds}`)
    const [lead, cycle] = [total.leadBlockedShare, total.cycleBlockedShare]
    const said = [
      ...(lead === undefined || lead === 0 ? [] : [`${part(lead)} of lead time`]),
      ...(cycle === undefined || cycle === 0 ? [] : [`${part(cycle)} of cycle time`]),
    ]
    if (said.length > 0) people.line(`  that is ${said.join(' and ')}`)
  }
  if (gateMs > 0) people.line(`waited at gates for ${short(gateMs)}`)
  people.line(`${landedPerDay.toFixed(2)} steps and ${integratedPerDay.toFixed(2)} items a day`)
  if (reworkRate !== undefined) people.line(`${reworkRate.toFixed(2)} reworks for each step that landed`)
}

function cells(one: MetricLine, roomy: boolean): readonly Piece[] {
  return [
    String(one.open),
    String(one.integrated + one.closed),
    one.lead === undefined ? '-' : short(one.lead.medianMs),
    one.cycle === undefined ? '-' : short(one.cycle.medianMs),
    String(one.landed),
    String(one.reworks),
    one.blockedMs === 0 ? '-' : part(one.blockedShare ?? 0),
    ...(roomy ? [String(one.attempts)] : []),
    dollars(one.costUsd),
  ]
}

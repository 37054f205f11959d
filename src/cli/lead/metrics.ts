// baton metrics: how long things take, how much gets done, what comes back and what stands in the way.
import type { MetricLine, Metrics } from '../../api/metrics/show.ts'
import { metricKeys } from '../../core/portfolio/measures.ts'
import type { Command } from '../command.ts'
import { anyItem } from '../names.ts'
import { dollars } from '../print/money.ts'
import type { People, Piece } from '../print/people.ts'
import { duration, plural } from '../print/words.ts'
import { filterOptions, filtersOf } from './window.ts'

const spread = '{ count, meanMs, medianMs, p90Ms, maxMs }'
const line = `{ key, items, open, inProgress, stepsInProgress, opened, integrated, closed, reverted, landed, reworks, reworkRate?,\n  lead?: ${spread}, cycle?: ${spread}, landedPerDay, integratedPerDay, blockedMs, blockedBy: { kind, ms }[],\n  gateMs, attempts, costUsd, unpriced, workMs }`

export const metrics: Command = {
  name: 'metrics',
  caption: 'How long things take, how much gets done, what comes back and what stands in the way: docs/metrics.md.',
  usage: '[<item>] [--by item|workflow|owner|workspace|day] [--from <time>] [--to <time>]',
  example: 'baton metrics\nbaton metrics 001-photo-albums\nbaton metrics --by day --from 2026-11-01',
  options: [{ name: 'by', value: 'word', caption: 'what is added up together (usually items)' }, ...filterOptions],
  words: [1, 0],
  json: `{ seq, by, from, to, total: line, lines: line[], more, steps?: { key, landed, cycleMs?, reworks, blockedMs }[] },\n  where a line is ${line}`,
  run: async (context) => {
    const by = context.choice('by', metricKeys)
    const filters = filtersOf(context)
    await context.with('look', async (house) => {
      const item = context.words.length === 0 ? {} : { item: await anyItem(house, context.word(0)) }
      const found = await house.call('metrics/show', {
        ...filters,
        ...item,
        ...(by === undefined ? {} : { by }),
        limit: context.json ? 5000 : 200,
      })
      context.give(found, (people) => print(people, found))
    })
    return undefined
  },
}

const dim = (texts: readonly string[]): readonly Piece[] => texts.map((text): Piece => ({ text, style: 'dim' }))

function print(people: People, { by, total, lines, more, steps }: Metrics): void {
  if (total.items === 0) {
    people.line('nothing to measure: no item was open then')
    return
  }
  const head = [
    by,
    'lead',
    'cycle',
    'open',
    'at work',
    'done',
    'landed',
    'reworks',
    'blocked',
    'at gates',
    'tries',
    'cost',
  ]
  people.table([dim(head), ...lines.map((one) => cells(one.key, one)), cells('in all', total)])
  if (more > 0) people.line(`… and ${plural(more, 'line')} more: --json gives up to 5000`)
  if (steps !== undefined && steps.length > 0) {
    people.line()
    const rows = steps.map(({ key, cycleMs, landed, reworks, blockedMs }) => [
      key,
      cycleMs === undefined ? (landed ? 'landed' : '-') : duration(cycleMs),
      String(reworks),
      duration(blockedMs),
    ])
    people.table([dim(['step', 'cycle', 'reworks', 'blocked']), ...rows])
  }
  for (const { kind, ms } of total.blockedBy) people.line(`blocked ${duration(ms)} by `, kind)
  people.line(`${total.landedPerDay.toFixed(2)} steps and ${total.integratedPerDay.toFixed(2)} items a day`)
  if (total.reworkRate !== undefined) people.line(`${total.reworkRate.toFixed(2)} reworks for each step that landed`)
}

function cells(name: string, one: MetricLine): readonly Piece[] {
  return [
    name,
    one.lead === undefined ? '-' : duration(one.lead.medianMs),
    one.cycle === undefined ? '-' : duration(one.cycle.medianMs),
    String(one.open),
    String(one.inProgress),
    String(one.integrated + one.closed),
    String(one.landed),
    String(one.reworks),
    duration(one.blockedMs),
    duration(one.gateMs),
    String(one.attempts),
    dollars(one.costUsd),
  ]
}

// How long things take, how much gets done, how much comes back and what stands in the way.
import { z } from 'zod'
import { detailOf, type ItemDetail } from '../../core/portfolio/detail.ts'
import { daysOf, shareOf } from '../../core/portfolio/dossier.ts'
import { type Measures, type MetricKey, merged, metricKeys } from '../../core/portfolio/measures.ts'
import { grouped } from '../../core/portfolio/select.ts'
import { type Spread, spread } from '../../core/portfolio/spread.ts'
import { type DayDone, throughput } from '../../core/portfolio/throughput.ts'
import { Trail } from '../../core/portfolio/trail.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { filters, measured } from './reading.ts'

export interface KindLine {
  readonly kind: string
  readonly ms: number
  readonly leadMs: number
  readonly cycleMs: number
}

export interface MetricLine extends Readonly<Omit<Measures, 'leads' | 'cycles' | 'blockedBy'>> {
  readonly key: string
  /** Of what it is grouped by in the second place. */
  readonly part?: string
  readonly lead?: Spread
  readonly cycle?: Spread
  readonly blockedBy: readonly KindLine[]
  /** From 0 to 1: of the time that items were open, of lead times and of cycle times; absent of no time. */
  readonly blockedShare?: number
  readonly leadBlockedShare?: number
  readonly cycleBlockedShare?: number
  readonly landedPerDay: number
  readonly integratedPerDay: number
  /** Absent while nothing has landed. */
  readonly reworkRate?: number
}

export interface Metrics {
  readonly seq: number
  readonly by: MetricKey
  readonly splitBy?: MetricKey
  readonly from: number
  readonly to: number
  readonly total: MetricLine
  readonly lines: readonly MetricLine[]
  readonly more: number
  readonly days: readonly DayDone[]
  /** The one that was asked for. */
  readonly item?: ItemDetail
}

const daysShown = 31

export const metricsShow = reads({
  name: 'metrics/show',
  needs: 'read',
  caption: 'Lead and cycle times, throughput, work in progress, rework and blocked time of items, workflows, owners.',
  params: z.strictObject({
    ...filters,
    by: z.enum(metricKeys).default('item'),
    splitBy: z.enum(metricKeys).optional(),
    limit: z.int().min(1).max(5000).default(200),
  }),
  read: async (house: House, { by, splitBy, limit, ...given }): Promise<Metrics | Refusal> => {
    if (splitBy === by)
      return refuse('invalid', 'splitBy', `it is grouped by ${by} already`, 'name another, or leave it out')
    const found = await measured(house, given)
    if (isRefusal(found)) return found
    const { seq, window, lives } = found
    const all = grouped(lives, splitBy === undefined ? [by] : [by, splitBy], window)
    // Of days the newest are wanted.
    const shown = by === 'day' ? all.slice(-limit) : all.slice(0, limit)
    const days = daysOf(window, lives)
    const byDay = by === 'day' || splitBy === 'day'
    const total = merged(
      all.map(({ sum }) => sum),
      byDay ? { lives, to: window.to } : undefined,
    )
    const [life] = lives
    return {
      ...{ seq, by, ...(splitBy === undefined ? {} : { splitBy }), from: window.from, to: window.to },
      total: line([''], total, days),
      lines: shown.map(({ keys, sum }) => line(keys, sum, byDay ? 1 : days)),
      more: all.length - shown.length,
      days: throughput(lives, window, daysShown),
      ...('trails' in found && life !== undefined
        ? { item: detailOf(life, found.trails.get(life.id) ?? new Trail(), window.to) }
        : {}),
    }
  },
})

function line([key = '', part]: readonly string[], found: Measures, days: number): MetricLine {
  const { leads, cycles, blockedBy, ...sums } = found
  const [lead, cycle] = [spread(leads), spread(cycles)]
  const shares = {
    blockedShare: shareOf(sums.blockedMs, sums.openMs),
    leadBlockedShare: shareOf(sums.leadBlockedMs, lead === undefined ? 0 : lead.meanMs * lead.count),
    cycleBlockedShare: shareOf(sums.cycleBlockedMs, cycle === undefined ? 0 : cycle.meanMs * cycle.count),
  }
  return {
    key,
    ...(part === undefined ? {} : { part }),
    ...sums,
    ...(lead === undefined ? {} : { lead }),
    ...(cycle === undefined ? {} : { cycle }),
    blockedBy: [...blockedBy].map(([kind, sum]) => ({ kind, ...sum })).sort((a, b) => b.ms - a.ms),
    ...Object.fromEntries(Object.entries(shares).filter(([, share]) => share !== undefined)),
    landedPerDay: sums.landed / days,
    integratedPerDay: sums.integrated / days,
    ...(sums.landed === 0 ? {} : { reworkRate: sums.reworks / sums.landed }),
  }
}

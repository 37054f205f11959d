// How long things take, how much gets done, how much comes back and what stands in the way.
import { z } from 'zod'
import { daysOf } from '../../core/portfolio/dossier.ts'
import { type Life, spanOf } from '../../core/portfolio/life.ts'
import { type Measures, type MetricKey, measureAll, metricKeys, type Window } from '../../core/portfolio/measures.ts'
import { grouped, select } from '../../core/portfolio/select.ts'
import { type Spread, spread } from '../../core/portfolio/spread.ts'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { filters, measured } from './reading.ts'

export interface MetricLine extends Readonly<Omit<Measures, 'leads' | 'cycles' | 'blockedBy'>> {
  readonly key: string
  readonly lead?: Spread
  readonly cycle?: Spread
  readonly blockedBy: readonly { readonly kind: string; readonly ms: number }[]
  readonly landedPerDay: number
  readonly integratedPerDay: number
  /** Absent while nothing has landed. */
  readonly reworkRate?: number
}

export interface StepMetrics {
  readonly key: string
  readonly landed: boolean
  readonly cycleMs?: number
  readonly reworks: number
  readonly blockedMs: number
}

export interface Metrics {
  readonly seq: number
  readonly by: MetricKey
  readonly from: number
  readonly to: number
  readonly total: MetricLine
  readonly lines: readonly MetricLine[]
  readonly more: number
  /** Of the one item that was asked for. */
  readonly steps?: readonly StepMetrics[]
}

export const metricsShow = reads({
  name: 'metrics/show',
  needs: 'read',
  caption: 'Lead and cycle times, throughput, work in progress, rework and blocked time of items, workflows, owners.',
  params: z.strictObject({
    ...filters,
    by: z.enum(metricKeys).default('item'),
    limit: z.int().min(1).max(5000).default(200),
  }),
  read: async (house: House, { by, limit, ...given }): Promise<Metrics | Refusal> => {
    const found = await measured(house, given, false)
    if (isRefusal(found)) return found
    const { seq, window } = found
    const lives = select(found.lives.all.values(), found.wanted, window)
    const all = grouped(lives, by, window)
    // Of days the newest are wanted.
    const shown = by === 'day' ? all.slice(-limit) : all.slice(0, limit)
    const days = daysOf(window, lives)
    const [life] = lives
    return {
      ...{ seq, by, from: window.from, to: window.to },
      total: line('', measureAll(lives, window), days),
      lines: shown.map(([key, one]) => line(key, one, by === 'day' ? 1 : days)),
      more: all.length - shown.length,
      ...(given.item === undefined || life === undefined ? {} : { steps: stepsOf(life, window).slice(0, limit) }),
    }
  },
})

function line(key: string, { leads, cycles, blockedBy, ...sums }: Measures, days: number): MetricLine {
  const [lead, cycle] = [spread(leads), spread(cycles)]
  return {
    key,
    ...sums,
    ...(lead === undefined ? {} : { lead }),
    ...(cycle === undefined ? {} : { cycle }),
    blockedBy: [...blockedBy].map(([kind, ms]) => ({ kind, ms })).sort((a, b) => b.ms - a.ms),
    landedPerDay: sums.landed / days,
    integratedPerDay: sums.integrated / days,
    ...(sums.landed === 0 ? {} : { reworkRate: sums.reworks / sums.landed }),
  }
}

function stepsOf(life: Life, { from, to }: Window): StepMetrics[] {
  return [...(spanOf(life)?.steps ?? [])].map(([key, { begunAt, landedAt, reworks, blocked }]) => ({
    key,
    landed: landedAt !== undefined,
    ...(landedAt === undefined || begunAt === undefined ? {} : { cycleMs: Math.max(0, landedAt - begunAt) }),
    reworks,
    blockedMs: blocked.ms(from, to),
  }))
}

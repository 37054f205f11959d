// A portfolio as it is given away: sums under document 004's names, and each item with what its numbers came from.
import { detailOf } from './detail.ts'
import { isoOf } from './iso.ts'
import type { Life } from './life.ts'
import { dayMs, type Measures, measureAll, type Window } from './measures.ts'
import { grouped, type Wanted } from './select.ts'
import { spread } from './spread.ts'
import { Trail } from './trail.ts'

export interface Portfolio {
  readonly seq: number
  readonly window: Window
  readonly wanted: Wanted
  readonly lives: readonly Life[]
  readonly trails: ReadonlyMap<string, Trail>
}

/** Days that a window has, at least one; without a beginning it begins with the first item that is meant. */
export function daysOf(window: Window, lives: readonly Life[]): number {
  const first = lives.reduce((least, { spans }) => Math.min(least, spans[0]?.openedAt ?? least), window.to)
  const from = Math.max(window.from, Math.min(first, window.to))
  return Math.max(1, (window.to - from) / dayMs)
}

export function dossier(portfolio: Portfolio): object {
  const { seq, window, wanted, lives, trails } = portfolio
  const days = daysOf(window, lives)
  const of = (scope: 'workflow' | 'owner' | 'item') =>
    grouped(lives, [scope], window).map(({ keys, sum }) => metricSet(scope, keys.join(), sum, days))
  return {
    schemaVersion: '1.0',
    generatedAt: isoOf(window.to),
    seq,
    filters: { ...wanted, ...(window.from > 0 ? { from: isoOf(window.from) } : {}), to: isoOf(window.to) },
    metrics: [
      metricSet('portfolio', '', measureAll(lives, window), days),
      ...of('workflow'),
      ...of('owner'),
      ...of('item'),
    ],
    items: lives.map((life) => moments(detailOf(life, trails.get(life.id) ?? new Trail(), window.to))),
  }
}

type Scope = 'portfolio' | 'workflow' | 'owner' | 'item'

function metricSet(scope: Scope, key: string, one: Measures, days: number): object {
  const leadMs = one.leads.reduce((sum, ms) => sum + ms, 0)
  const cycleMs = one.cycles.reduce((sum, ms) => sum + ms, 0)
  return {
    id: scope === 'portfolio' ? scope : `${scope}:${key}`,
    scope,
    measures: {
      leadTime: spread(one.leads),
      cycleTimePerStep: spread(one.cycles),
      throughput: {
        landed: one.landed,
        integrated: one.integrated,
        perDay: { landed: one.landed / days, integrated: one.integrated / days },
      },
      WIP: { items: one.inProgress, steps: one.stepsInProgress, open: one.open },
      reworkRate: one.landed === 0 ? undefined : one.reworks / one.landed,
      reworks: one.reworks,
      openTime: { ms: one.openMs },
      blockedTime: {
        ms: one.blockedMs,
        share: shareOf(one.blockedMs, one.openMs),
        ofLeadTime: { ms: one.leadBlockedMs, share: shareOf(one.leadBlockedMs, leadMs) },
        ofCycleTime: { ms: one.cycleBlockedMs, share: shareOf(one.cycleBlockedMs, cycleMs) },
        byKind: [...one.blockedBy].map(([kind, sum]) => ({ kind, ...sum })).sort((a, b) => b.ms - a.ms),
      },
      gateWait: { ms: one.gateMs },
      duplicates: one.duplicates,
      attempts: one.attempts,
      costUsd: one.costUsd,
    },
  }
}

/** Undefined of nothing. */
export const shareOf = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined)

const timeKeys: ReadonlySet<string> = new Set(['from', 'until', 'at'])

/** The same, with every moment as programs write it. */
function moments(given: unknown): unknown {
  if (Array.isArray(given)) return given.map(moments)
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => {
      const isTime = typeof value === 'number' && (timeKeys.has(key) || key.endsWith('At'))
      return [key, isTime ? isoOf(value) : moments(value)]
    }),
  )
}

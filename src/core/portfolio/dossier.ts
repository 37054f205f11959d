// A portfolio as it is given away: sums under document 004's names, and each item with what its numbers came from.
import { isoOf } from './iso.ts'
import { type Life, spanOf, statusOf } from './life.ts'
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
  const workflows = grouped(lives, 'workflow', window).map(([key, one]) => metricSet('workflow', key, one, days))
  return {
    schemaVersion: '1.0',
    generatedAt: isoOf(window.to),
    seq,
    filters: { ...wanted, ...(window.from > 0 ? { from: isoOf(window.from) } : {}), to: isoOf(window.to) },
    metrics: [
      metricSet('portfolio', '', measureAll(lives, window), days),
      ...workflows,
      ...lives.map((life) => metricSet('item', life.id, measureAll([life], window), days)),
    ],
    items: lives.map((life) => itemOf(life, trails.get(life.id) ?? new Trail(), window)),
  }
}

function metricSet(scope: 'portfolio' | 'workflow' | 'item', key: string, one: Measures, days: number): object {
  return {
    id: key === '' ? scope : `${scope}:${key}`,
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
      blockedTime: { ms: one.blockedMs, byKind: [...one.blockedBy].map(([kind, ms]) => ({ kind, ms })) },
      gateWait: { ms: one.gateMs },
      attempts: one.attempts,
      costUsd: one.costUsd,
    },
  }
}

const iso = (at: number | undefined): string | undefined => (at === undefined ? undefined : isoOf(at))

function itemOf(life: Life, trail: Trail, { from, to }: Window): object {
  const { id, title, workspace, workflow, owner } = life
  const spent = new Map(life.spent.map((one) => [one.attempt, one.used]))
  const steps = [...(spanOf(life)?.steps ?? [])]
  const times = <T extends { from: number; until?: number }>(line: T) => ({
    ...line,
    from: isoOf(line.from),
    until: iso(line.until),
  })
  return {
    ...{ id, title, workspace, workflow, owner, status: statusOf(life) },
    spans: life.spans.map(({ openedAt, begunAt, endedAt, integrated, revertedAt }) => ({
      openedAt: isoOf(openedAt),
      begunAt: iso(begunAt),
      endedAt: iso(endedAt),
      end: endedAt === undefined ? undefined : integrated ? 'integrated' : 'closed',
      leadMs: endedAt === undefined ? undefined : Math.max(0, endedAt - openedAt),
      revertedAt: iso(revertedAt),
    })),
    steps: steps.map(([key, { begunAt, landedAt, reworks, blocked }]) => ({
      key,
      begunAt: iso(begunAt),
      landedAt: iso(landedAt),
      cycleMs: landedAt === undefined || begunAt === undefined ? undefined : Math.max(0, landedAt - begunAt),
      reworks,
      blockedMs: blocked.ms(from, to),
    })),
    attempts: [...trail.attempts.values()].map(({ startedAt, endedAt, ...line }) => {
      const used = spent.get(line.attempt)
      const tokens = used === undefined ? 0 : used.tokensIn + used.tokensOut
      return { ...line, startedAt: isoOf(startedAt), endedAt: iso(endedAt), costUsd: used?.cost ?? 0, tokens }
    }),
    blockers: [...trail.blockers.values()].map(times),
    gates: [...trail.gates.values()].map(times),
    artifacts: [...trail.artifacts.keys()],
    history: { entries: trail.entries, first: trail.first, last: trail.seqs.at(-1) ?? 0, seqs: trail.seqs },
  }
}

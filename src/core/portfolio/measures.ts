// Numbers that a portfolio is run by, added up from the lives of its items.
import { dateOf } from '../spending/dates.ts'
import { type Life, spanOf } from './life.ts'

export const metricKeys = ['item', 'workflow', 'owner', 'workspace', 'day'] as const
export type MetricKey = (typeof metricKeys)[number]

/** From `from` on, and before `to`. */
export interface Window {
  readonly from: number
  readonly to: number
}

export interface Measures {
  items: number
  open: number
  inProgress: number
  stepsInProgress: number
  opened: number
  integrated: number
  closed: number
  reverted: number
  landed: number
  reworks: number
  blockedMs: number
  gateMs: number
  attempts: number
  costUsd: number
  unpriced: number
  workMs: number
  readonly leads: number[]
  readonly cycles: number[]
  readonly blockedBy: Map<string, number>
}

export const noMeasures = (): Measures => ({
  ...{ items: 0, open: 0, inProgress: 0, stepsInProgress: 0, opened: 0, integrated: 0, closed: 0, reverted: 0 },
  ...{ landed: 0, reworks: 0, blockedMs: 0, gateMs: 0, attempts: 0, costUsd: 0, unpriced: 0, workMs: 0 },
  ...{ leads: [], cycles: [], blockedBy: new Map<string, number>() },
})

/** Who counts what happened at a time. */
type Counts = (at: number) => Measures

export function measureAll(lives: Iterable<Life>, window: Window): Measures {
  const sum = noMeasures()
  for (const life of lives) measure(life, window, sum)
  return sum
}

export function measure(life: Life, window: Window, into: Measures): void {
  standing(life, into)
  happened(life, window, () => into, false)
  for (const [kind, clock] of life.blockedBy) {
    const ms = clock.ms(window.from, window.to)
    if (ms > 0) into.blockedBy.set(kind, (into.blockedBy.get(kind) ?? 0) + ms)
  }
}

/** How it stood at the end of the window. */
function standing(life: Life, into: Measures): void {
  const span = spanOf(life)
  into.items += 1
  if (span === undefined || span.endedAt !== undefined) return
  into.open += 1
  if (span.begunAt !== undefined) into.inProgress += 1
  for (const step of span.steps.values()) if (step.busy) into.stepsInProgress += 1
}

function happened(life: Life, { from, to }: Window, counts: Counts, byDay: boolean): void {
  spansOf(life, from, counts)
  for (const at of life.reworks) if (at >= from) counts(at).reworks += 1
  for (const { at, used } of life.spent) {
    if (at < from) continue
    const into = counts(at)
    into.attempts += 1
    into.costUsd += used.cost
    into.workMs += used.ms
    if (used.unpriced === true) into.unpriced += used.tokensIn + used.tokensOut
  }
  for (const [clock, field] of [[life.blocked, 'blockedMs'] as const, [life.waits, 'gateMs'] as const])
    for (const [since, until] of clock.pieces(from, to))
      if (byDay) overDays(since, until, (at, ms) => (counts(at)[field] += ms))
      else counts(since)[field] += until - since
}

function spansOf(life: Life, from: number, counts: Counts): void {
  for (const span of life.spans) {
    const { openedAt, endedAt, integrated, revertedAt } = span
    if (openedAt >= from) counts(openedAt).opened += 1
    if (endedAt !== undefined && endedAt >= from) {
      counts(endedAt)[integrated ? 'integrated' : 'closed'] += 1
      counts(endedAt).leads.push(Math.max(0, endedAt - openedAt))
    }
    if (revertedAt !== undefined && revertedAt >= from) counts(revertedAt).reverted += 1
    for (const { begunAt, landedAt } of span.steps.values()) {
      if (landedAt === undefined || landedAt < from) continue
      counts(landedAt).landed += 1
      if (begunAt !== undefined) counts(landedAt).cycles.push(Math.max(0, landedAt - begunAt))
    }
  }
}

export const dayMs = 86_400_000

function overDays(since: number, until: number, add: (at: number, ms: number) => void): void {
  for (let at = since; at < until; ) {
    const next = Math.min(until, (Math.floor(at / dayMs) + 1) * dayMs)
    add(at, next - at)
    at = next
  }
}

/** One line for each day on which anything happened, in order: what is open and in progress is as at its end. */
export function measureDays(lives: readonly Life[], window: Window): readonly (readonly [string, Measures])[] {
  const days = new Map<number, Measures>()
  const counts: Counts = (at) => {
    const day = Math.floor(at / dayMs)
    const found = days.get(day) ?? noMeasures()
    days.set(day, found)
    return found
  }
  const moves: Move[] = []
  for (const life of lives) {
    happened(life, window, counts, true)
    for (const { openedAt, begunAt, endedAt } of life.spans) {
      moves.push({ at: openedAt, open: 1, inProgress: 0 })
      if (begunAt !== undefined) moves.push({ at: begunAt, open: 0, inProgress: 1 })
      if (endedAt !== undefined) moves.push({ at: endedAt, open: -1, inProgress: begunAt === undefined ? 0 : -1 })
    }
  }
  for (const { at } of moves) if (at >= window.from) counts(at)
  return standingBy(
    [...days].sort(([a], [b]) => a - b),
    moves,
  )
}

interface Move {
  readonly at: number
  readonly open: number
  readonly inProgress: number
}

function standingBy(
  days: readonly (readonly [number, Measures])[],
  moves: Move[],
): readonly (readonly [string, Measures])[] {
  moves.sort((a, b) => a.at - b.at)
  let [next, open, inProgress] = [0, 0, 0]
  return days.map(([day, found]) => {
    for (let move = moves[next]; move !== undefined && move.at < (day + 1) * dayMs; move = moves[++next]) {
      open += move.open
      inProgress += move.inProgress
    }
    Object.assign(found, { items: open, open, inProgress })
    return [dateOf(day * dayMs), found] as const
  })
}

// Numbers that a portfolio is run by, added up from the lives of its items.
import type { BlockerKind } from '../nouns/blocker.ts'
import { type Life, landingsOf, ownerOf, type Span, spanOf, type Tenure } from './life.ts'
import { type Blocked, blockedIn, byKind, covered } from './obstacles.ts'
import type { Piece } from './overlap.ts'

export const metricKeys = ['item', 'workflow', 'owner', 'workspace', 'day'] as const
export type MetricKey = (typeof metricKeys)[number]

/** From `from` on, and before `to`. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Time under one kind of blocker: in the window, and of the lead and cycle times that ended in it. */
export interface KindSum {
  ms: number
  leadMs: number
  cycleMs: number
}

export interface Measures {
  items: number
  open: number
  inProgress: number
  stepsInProgress: number
  opened: number
  integrated: number
  closed: number
  duplicates: number
  reverted: number
  landed: number
  reworks: number
  openMs: number
  blockedMs: number
  leadBlockedMs: number
  cycleBlockedMs: number
  gateMs: number
  attempts: number
  costUsd: number
  unpriced: number
  workMs: number
  readonly leads: number[]
  readonly cycles: number[]
  readonly blockedBy: Map<BlockerKind, KindSum>
}

export const noMeasures = (): Measures => ({
  ...{ items: 0, open: 0, inProgress: 0, stepsInProgress: 0, opened: 0, integrated: 0, closed: 0, duplicates: 0 },
  ...{ reverted: 0, landed: 0, reworks: 0, openMs: 0, blockedMs: 0, leadBlockedMs: 0, cycleBlockedMs: 0, gateMs: 0 },
  ...{ attempts: 0, costUsd: 0, unpriced: 0, workMs: 0 },
  ...{ leads: [], cycles: [], blockedBy: new Map() },
})

/** Who counts what happened at a time, and to whom the item or the step belonged then. */
export type Counts = (at: number, owner: string) => Measures

/** Whether time is cut where a day ends, and where an item changes hands. */
export interface Cuts {
  readonly days: boolean
  readonly owners: boolean
}

const uncut: Cuts = { days: false, owners: false }

export function measureAll(lives: Iterable<Life>, window: Window): Measures {
  const sum = noMeasures()
  for (const life of lives) measure(life, window, () => sum, uncut)
  return sum
}

export function measure(life: Life, window: Window, counts: Counts, cuts: Cuts): void {
  if (!cuts.days) standing(life, window.to, counts)
  happened(life, window, counts)
  lasted(life, window, counts, cuts)
}

const standingFields = ['items', 'open', 'inProgress', 'stepsInProgress'] as const
const happenedFields = [
  ...([
    'opened',
    'integrated',
    'closed',
    'duplicates',
    'reverted',
    'landed',
    'reworks',
    'openMs',
    'blockedMs',
  ] as const),
  ...(['leadBlockedMs', 'cycleBlockedMs', 'gateMs', 'attempts', 'costUsd', 'unpriced', 'workMs'] as const),
]

/** What groups add up to. How things stood as each of many days ended is no sum: `lives` are then asked again. */
export function merged(
  all: readonly Measures[],
  days?: { readonly lives: Iterable<Life>; readonly to: number },
): Measures {
  const sum = noMeasures()
  for (const one of all) {
    for (const field of happenedFields) sum[field] += one[field]
    if (days === undefined) for (const field of standingFields) sum[field] += one[field]
    for (const ms of one.leads) sum.leads.push(ms)
    for (const ms of one.cycles) sum.cycles.push(ms)
    for (const [kind, { ms, leadMs, cycleMs }] of one.blockedBy) {
      const into = kindIn(sum, kind)
      into.ms += ms
      into.leadMs += leadMs
      into.cycleMs += cycleMs
    }
  }
  for (const life of days?.lives ?? []) standing(life, days?.to ?? 0, () => sum)
  return sum
}

/** How it stood at the end of the window. */
function standing(life: Life, to: number, counts: Counts): void {
  const span = spanOf(life)
  const into = counts(to, life.owner)
  into.items += 1
  if (span === undefined || span.endedAt !== undefined) return
  into.open += 1
  if (span.begunAt !== undefined) into.inProgress += 1
  for (const [key, step] of span.steps) if (step.busy) counts(to, ownerOf(life, key)).stepsInProgress += 1
}

function happened(life: Life, { from }: Window, counts: Counts): void {
  for (const span of life.spans) {
    ended(life, span, from, counts)
    for (const { at, owner, cycleMs, blocked } of landingsOf(span)) {
      if (at < from) continue
      const into = counts(at, owner)
      into.landed += 1
      if (cycleMs !== undefined) into.cycles.push(cycleMs)
      if (blocked === undefined) continue
      into.cycleBlockedMs += blocked.ms
      for (const [kind, ms] of blocked.by) kindIn(into, kind).cycleMs += ms
    }
  }
  for (const { at, owner } of life.reworks) if (at >= from) counts(at, owner).reworks += 1
  for (const some of [life.spent, life.tries.values()])
    for (const { at, owner, costUsd, workMs, unpriced } of some) {
      if (at < from) continue
      const into = counts(at, owner)
      into.attempts += 1
      into.costUsd += costUsd
      into.workMs += workMs
      into.unpriced += unpriced
    }
}

/** The work of a duplicate goes on elsewhere: how long it was open is no time that anything took. */
function ended(life: Life, span: Span, from: number, counts: Counts): void {
  const { openedAt, openedBy, endedAt, endedBy = '', integrated, duplicateOf, revertedAt, revertedBy = '' } = span
  if (openedAt >= from) counts(openedAt, openedBy).opened += 1
  if (revertedAt !== undefined && revertedAt >= from) counts(revertedAt, revertedBy).reverted += 1
  if (endedAt === undefined || endedAt < from) return
  const into = counts(endedAt, endedBy)
  into[integrated ? 'integrated' : 'closed'] += 1
  if (duplicateOf !== undefined) {
    into.duplicates += 1
    return
  }
  into.leads.push(Math.max(0, endedAt - openedAt))
  const blocked = leadBlocked(life, span, endedAt)
  into.leadBlockedMs += blocked?.ms ?? 0
  for (const [kind, ms] of blocked?.by ?? []) kindIn(into, kind).leadMs += ms
}

/** Of the time from opening it until its end, or until now. */
export function leadBlocked(life: Life, { openedAt, endedAt }: Span, now: number): Blocked | undefined {
  return blockedIn(life.obstacles, openedAt, endedAt ?? now)
}

function lasted(life: Life, { from, to }: Window, counts: Counts, cuts: Cuts): void {
  const add = (pieces: readonly Piece[], count: (into: Measures, ms: number) => void): void => {
    for (const piece of pieces)
      for (const [since, until, owner] of parted(life, piece, cuts)) count(counts(since, owner), until - since)
  }
  const open = life.spans.map(({ openedAt, endedAt = to }): Piece => [Math.max(openedAt, from), endedAt])
  add(
    open.filter(([since, until]) => until > since),
    (into, ms) => (into.openMs += ms),
  )
  add(life.waits.pieces(from, to), (into, ms) => (into.gateMs += ms))
  if (life.obstacles.length === 0) return
  add(covered(life.obstacles, from, to), (into, ms) => (into.blockedMs += ms))
  for (const [kind, some] of byKind(life.obstacles))
    add(covered(some, from, to), (into, ms) => (kindIn(into, kind).ms += ms))
}

export const dayMs = 86_400_000

/** A time, cut where a day ends and where the item changed hands, with whose it was. */
function parted(life: Life, [since, until]: Piece, cuts: Cuts): (readonly [number, number, string])[] {
  const parts: (readonly [number, number, string])[] = []
  for (const [begin, end, owner] of cuts.owners ? held(life.tenures, since, until) : [[since, until, ''] as const]) {
    if (!cuts.days) parts.push([begin, end, owner])
    else
      for (let at = begin; at < end; ) {
        const next = Math.min(end, (Math.floor(at / dayMs) + 1) * dayMs)
        parts.push([at, next, owner])
        at = next
      }
  }
  return parts
}

/** Who had it when, between two times. */
export function held(
  tenures: readonly Tenure[],
  since: number,
  until: number,
): readonly (readonly [number, number, string])[] {
  return tenures.flatMap(({ at, owner }, index) => {
    const begin = Math.max(at, since)
    const end = Math.min(tenures[index + 1]?.at ?? until, until)
    return end > begin ? [[begin, end, owner] as const] : []
  })
}

function kindIn(into: Measures, kind: BlockerKind): KindSum {
  const found = into.blockedBy.get(kind) ?? { ms: 0, leadMs: 0, cycleMs: 0 }
  into.blockedBy.set(kind, found)
  return found
}

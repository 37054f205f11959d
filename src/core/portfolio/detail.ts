// One item with what its numbers came from: spans, steps, attempts, obstacles, gates, files and entries.
import {
  cycleBlocked,
  type ItemStatus,
  type Life,
  ownerOf,
  type Progress,
  type Span,
  spanOf,
  statusOf,
} from './life.ts'
import { leadBlocked } from './measures.ts'
import { type Blocked, blockedIn, onStep } from './obstacles.ts'
import type { BlockerLine, GateLine, Trail, TriedLine } from './trail.ts'

/** What blockers cost of a time: `share` of it from 0 to 1. */
export interface BlockedOf {
  readonly ms: number
  readonly share: number
  /** Each kind for itself, the longest first. */
  readonly by: readonly { readonly kind: string; readonly ms: number; readonly share: number }[]
}

export interface SpanDetail {
  readonly openedAt: number
  readonly begunAt?: number
  readonly endedAt?: number
  readonly end?: 'integrated' | 'closed' | 'duplicate'
  readonly duplicateOf?: string
  /** Absent of a duplicate, and while it is open. */
  readonly leadMs?: number
  /** Of the time from its opening to its end, or until now. */
  readonly blocked?: BlockedOf
  readonly revertedAt?: number
}

export interface StepDetail {
  readonly key: string
  readonly owner: string
  readonly begunAt?: number
  readonly landedAt?: number
  readonly cycleMs?: number
  readonly reworks: number
  /** Since the item was opened. */
  readonly blockedMs: number
  /** Of the time from its first attempt to its last landing, or until now. */
  readonly blocked?: BlockedOf
}

export interface ItemDetail {
  readonly id: string
  readonly title: string
  readonly workspace: string
  readonly workflow: string
  readonly owner: string
  readonly status: ItemStatus
  /** Who had it, each until the next. */
  readonly owners: readonly { readonly owner: string; readonly at: number }[]
  readonly spans: readonly SpanDetail[]
  readonly steps: readonly StepDetail[]
  readonly attempts: readonly TriedLine[]
  readonly blockers: readonly BlockerLine[]
  readonly gates: readonly GateLine[]
  readonly artifacts: readonly string[]
  readonly history: {
    readonly entries: number
    readonly first: number
    readonly last: number
    readonly seqs: readonly number[]
  }
}

/** `now`: the end of the window. Of a life whose steps were kept. */
export function detailOf(life: Life, trail: Trail, now: number): ItemDetail {
  const { id, title, workspace, workflow, owner } = life
  const span = spanOf(life)
  return {
    ...{ id, title, workspace, workflow, owner, status: statusOf(life) },
    owners: life.tenures.map(({ owner: one, at }) => ({ owner: one, at })),
    spans: life.spans.map((one) => spanDetail(life, one, now)),
    steps: span === undefined ? [] : [...span.steps].map(([key, step]) => stepDetail(life, span, key, step, now)),
    attempts: [...trail.attempts.values()],
    blockers: [...trail.blockers.values()],
    gates: [...trail.gates.values()],
    artifacts: [...trail.artifacts.keys()],
    history: { entries: trail.entries, first: trail.first, last: trail.seqs.at(-1) ?? 0, seqs: trail.seqs },
  }
}

function spanDetail(life: Life, span: Span, now: number): SpanDetail {
  const { openedAt, begunAt, endedAt, integrated, duplicateOf, revertedAt } = span
  const lastedMs = Math.max(0, (endedAt ?? now) - openedAt)
  const end = integrated ? 'integrated' : duplicateOf === undefined ? 'closed' : 'duplicate'
  const blocked = blockedOf(leadBlocked(life, span, now), lastedMs)
  return {
    openedAt,
    ...(begunAt === undefined ? {} : { begunAt }),
    ...(endedAt === undefined ? {} : { endedAt, end }),
    ...(duplicateOf === undefined ? {} : { duplicateOf }),
    ...(endedAt === undefined || duplicateOf !== undefined ? {} : { leadMs: lastedMs }),
    ...(blocked === undefined ? {} : { blocked }),
    ...(revertedAt === undefined ? {} : { revertedAt }),
  }
}

function stepDetail(life: Life, span: Span, key: string, step: Progress, now: number): StepDetail {
  const { begunAt, landedAt, landedBy, reworks } = step
  const until = landedAt ?? span.endedAt ?? now
  const lastedMs = begunAt === undefined ? 0 : Math.max(0, until - begunAt)
  const found = begunAt === undefined ? undefined : cycleBlocked(life, key, begunAt, until)
  const blocked = blockedOf(landedAt === undefined ? found : step.blocked, lastedMs)
  return {
    key,
    owner: landedAt === undefined ? ownerOf(life, key) : landedBy,
    ...(begunAt === undefined ? {} : { begunAt }),
    ...(landedAt === undefined ? {} : { landedAt }),
    ...(landedAt === undefined || begunAt === undefined ? {} : { cycleMs: lastedMs }),
    reworks,
    blockedMs: blockedIn(onStep(life.obstacles, key), span.openedAt, span.endedAt ?? now)?.ms ?? 0,
    ...(blocked === undefined ? {} : { blocked }),
  }
}

function blockedOf(found: Blocked | undefined, ofMs: number): BlockedOf | undefined {
  if (found === undefined || ofMs === 0) return undefined
  const by = found.by.map(([kind, ms]) => ({ kind, ms, share: ms / ofMs })).sort((a, b) => b.ms - a.ms)
  return { ms: found.ms, share: found.ms / ofMs, by }
}

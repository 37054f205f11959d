// What is kept of one item while the record is read: its spans, its steps, and what stood in its way.
import type { Spending } from '../spending/ledger.ts'
import { Overlap } from './overlap.ts'

/** How far the work of one step has come in one span of its item. */
export interface Progress {
  begunAt: number | undefined
  /** Its last landing; none while its work is sent back. */
  landedAt: number | undefined
  /** An attempt at it began, and it has neither landed nor been given up since. */
  busy: boolean
  sentBack: boolean
  reworks: number
}

export interface StepTimes extends Progress {
  readonly blocked: Overlap
}

/** From opening an item, or opening it again, to its integration, or to its end without one. */
export interface Span {
  readonly openedAt: number
  begunAt?: number
  endedAt?: number
  integrated: boolean
  revertedAt?: number
  readonly steps: Map<string, StepTimes>
}

export interface Obstacle {
  readonly kind: string
  readonly step: string | undefined
}

export interface Life {
  readonly id: string
  title: string
  workspace: string
  workflow: string
  owner: string
  readonly spans: Span[]
  closed: boolean
  readonly blocked: Overlap
  readonly blockedBy: Map<string, Overlap>
  readonly waits: Overlap
  readonly blockers: Map<string, Obstacle>
  readonly gates: Set<string>
  readonly running: Set<string>
  /** When work was sent back. */
  readonly reworks: number[]
  readonly spent: Spending[]
}

export const newLife = (id: string): Life => ({
  id,
  title: '',
  workspace: '',
  workflow: '',
  owner: '',
  spans: [],
  closed: false,
  blocked: new Overlap(),
  blockedBy: new Map(),
  waits: new Overlap(),
  blockers: new Map(),
  gates: new Set(),
  running: new Set(),
  reworks: [],
  spent: [],
})

export const noProgress: Progress = {
  begunAt: undefined,
  landedAt: undefined,
  busy: false,
  sentBack: false,
  reworks: 0,
}

/** The span that goes on, or the last one. */
export const spanOf = (life: Life): Span | undefined => life.spans.at(-1)

/** `key`: of a step. */
export function stepIn(span: Span, key: string): StepTimes {
  const step = span.steps.get(key) ?? { ...noProgress, blocked: new Overlap() }
  span.steps.set(key, step)
  return step
}

export const statuses = ['queued', 'in-progress', 'blocked', 'rework', 'completed'] as const
export type ItemStatus = (typeof statuses)[number]

/** In the words of document 004. What was taken back is to be done again, whether or not anybody has begun. */
export function statusOf(life: Life): ItemStatus {
  const span = spanOf(life)
  if (span?.revertedAt !== undefined) return 'rework'
  if (span === undefined || span.endedAt !== undefined) return 'completed'
  if (life.running.size > 0) return 'in-progress'
  if (life.blockers.size > 0 || life.gates.size > 0) return 'blocked'
  if ([...span.steps.values()].some((step) => step.sentBack)) return 'rework'
  return span.begunAt === undefined ? 'queued' : 'in-progress'
}

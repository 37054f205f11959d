// What is kept of one item while the record is read: its spans, its steps, whose they were, and what stood in its way.
import { type Blocked, blockedIn, type Obstacle, onStep } from './obstacles.ts'
import { Overlap } from './overlap.ts'

/** How far the work of one step has come in one span of its item. */
export interface Progress {
  begunAt: number | undefined
  /** Its last landing, and who had the step then; none while its work is sent back. */
  landedAt: number | undefined
  landedBy: string
  /** Of the time from its first attempt to that landing, by what stood on the key that it had then. */
  blocked: Blocked | undefined
  /** An attempt at it began, and it has neither landed nor been given up since. */
  busy: boolean
  sentBack: boolean
  reworks: number
}

/** A step whose work is on its item's branch. */
export interface Landing {
  readonly at: number
  readonly owner: string
  /** From the start of its first attempt; absent when none was seen. */
  readonly cycleMs: number | undefined
  /** Of its cycle time. */
  readonly blocked: Blocked | undefined
}

/** From opening an item, or opening it again, to its integration, or to its end without one. */
export interface Span {
  readonly openedAt: number
  readonly openedBy: string
  begunAt?: number
  endedAt?: number
  endedBy?: string
  integrated: boolean
  /** It ended because the work goes on under this item. */
  duplicateOf?: string
  revertedAt?: number
  revertedBy?: string
  readonly steps: Map<string, Progress>
  /** Of a span that is over and whose steps are not kept. */
  landings?: readonly Landing[]
}

/** From this time on it was theirs. */
export interface Tenure {
  readonly at: number
  readonly owner: string
}

export interface Sent {
  readonly at: number
  readonly owner: string
}

/** Of one attempt, as far as it was told. */
export interface Spent {
  at: number
  owner: string
  costUsd: number
  tokens: number
  workMs: number
  unpriced: number
}

export interface Life {
  readonly id: string
  title: string
  workspace: string
  workflow: string
  owner: string
  readonly tenures: Tenure[]
  /** Keys of steps that somebody else has, as a person said, and as the plan says. */
  readonly owners: Map<string, string>
  readonly planned: Map<string, string>
  readonly spans: Span[]
  closed: boolean
  readonly obstacles: Obstacle[]
  readonly waits: Overlap
  readonly blockers: Map<string, Obstacle>
  readonly gates: Set<string>
  readonly running: Set<string>
  /** When work was sent back. */
  readonly reworks: Sent[]
  /** Of attempts by name while the item is open, and of those of spans that are over. */
  readonly tries: Map<string, Spent>
  readonly spent: Spent[]
  /** Time of its newest entry. */
  lastAt: number
  entries: number
}

export const newLife = (id: string): Life => ({
  id,
  title: '',
  workspace: '',
  workflow: '',
  owner: '',
  tenures: [],
  owners: new Map(),
  planned: new Map(),
  spans: [],
  closed: false,
  obstacles: [],
  waits: new Overlap(),
  blockers: new Map(),
  gates: new Set(),
  running: new Set(),
  reworks: [],
  tries: new Map(),
  spent: [],
  lastAt: 0,
  entries: 0,
})

export const noProgress: Progress = {
  begunAt: undefined,
  landedAt: undefined,
  landedBy: '',
  blocked: undefined,
  busy: false,
  sentBack: false,
  reworks: 0,
}

/** The span that goes on, or the last one. */
export const spanOf = (life: Life): Span | undefined => life.spans.at(-1)

/** `key`: of a step. */
export function stepIn(span: Span, key: string): Progress {
  const found = span.steps.get(key)
  if (found !== undefined) return found
  const step = { ...noProgress }
  span.steps.set(key, step)
  return step
}

export const ownerOf = (life: Life, key: string): string => life.owners.get(key) ?? life.planned.get(key) ?? life.owner

export function landingsOf(span: Span): readonly Landing[] {
  if (span.landings !== undefined) return span.landings
  const found: Landing[] = []
  for (const { begunAt, landedAt: at, landedBy: owner, blocked } of span.steps.values())
    if (at !== undefined)
      found.push({ at, owner, cycleMs: begunAt === undefined ? undefined : Math.max(0, at - begunAt), blocked })
  return found
}

/** What stood in the way of a step, or of all of its item. */
export function cycleBlocked(life: Life, key: string, from: number, to: number): Blocked | undefined {
  return blockedIn(onStep(life.obstacles, key), from, to)
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
  for (const step of span.steps.values()) if (step.sentBack) return 'rework'
  return span.begunAt === undefined ? 'queued' : 'in-progress'
}

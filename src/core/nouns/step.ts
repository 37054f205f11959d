// One thing an agent can do and Baton can check, and its life from waiting to done.
import type { Attempt, Mending } from './attempt.ts'
import type { Criterion } from './criterion.ts'
import type { Tier } from './model.ts'
import type { Place } from './place.ts'

/** `ready` and `blocked` are derived, never stored: see status.ts. */
export type StepPhase =
  | 'waiting'
  | 'running'
  | 'verifying'
  | 'gated'
  | 'landing'
  | 'done'
  | 'failed'
  | 'skipped'
  | 'cancelled'

/** Why one step must come after another. */
export type EdgeSource = 'stated' | 'phase' | 'order'

export interface Edge {
  readonly key: string
  readonly source: EdgeSource
  readonly at?: Place
}

/** How far a plan says that a step is, whatever words it uses. */
export type PlanStatus = 'open' | 'doing' | 'review' | 'blocked' | 'deferred' | 'done' | 'cancelled'

/** Where a step stands that an agent proposed as a part of another one. */
export interface Part {
  /** Key of the step that was split. */
  readonly of: string
  /** Key of the plan's own step above it; of a part of a part that is another one than `of`. */
  readonly root: string
  /** Its numbers below the root, level by level. */
  readonly path: readonly number[]
  /** Whether the plan lets the root run beside its neighbours. */
  readonly beside: boolean
  /** The attempt that proposed it. */
  readonly by: string
}

/** What an agent says of one part. Texts of others: nothing in it is ever executed. */
export interface ProposedStep {
  readonly title: string
  readonly brief: string
  /** Places in the same proposal, from 1, of parts that come before it; each smaller than its own. */
  readonly after: readonly number[]
  readonly writes: readonly string[]
  readonly role: string
  /** What must be true afterwards. */
  readonly exitCriteria: readonly string[]
  readonly readsOnly?: boolean
}

/** A part of a part is the last that may be split off. */
export const deepestPart = 2
/** Of one step of the plan, over all levels. */
export const mostParts = 50

/** What a plan says of a step. Nothing in it is ever executed. */
export interface StepSpec {
  readonly key: string
  readonly title: string
  readonly brief: string
  /** Position in the plan, from 1. Equal orders are legal: ties go by key. */
  readonly order: number
  readonly group: string
  readonly story?: string
  readonly after: readonly Edge[]
  readonly parallel: boolean
  /** Paths the plan says this step touches. */
  readonly writes: readonly string[]
  readonly locks: readonly string[]
  readonly role: string
  readonly readsOnly?: boolean
  /** A gate a person must pass before the work lands. */
  readonly gate?: string
  readonly entryCriteria?: readonly string[]
  readonly exitCriteria?: readonly string[]
  readonly estimateMs?: number
  /** The innermost group that it is part of. */
  readonly parent?: string
  readonly owner?: string
  readonly labels?: readonly string[]
  /** 1 is the most urgent; absent when the plan says nothing. */
  readonly priority?: number
  /** Already done in the plan's file. */
  readonly ticked: boolean
  /** What the plan says beyond open and done; a cancelled one is skipped, a blocked or deferred one held until somebody lets it go. */
  readonly status?: PlanStatus
  /** The word that says so in the file, as it stands there. */
  readonly mark?: string
  readonly place?: Place
  /** Absent for what the plan itself names. */
  readonly part?: Part
}

/** How hard a step is, by its words. */
export interface Weight {
  readonly tier: Tier
  /** The model that said so. */
  readonly by: string
  readonly why: string
}

/** A step as the house knows it. Indices point into its item's `steps`. */
/** `seq`: of the fact. */
export interface Landed {
  readonly attempt: string
  readonly commit: string
  readonly seq: number
}

export interface Step {
  readonly id: string
  readonly item: string
  readonly index: number
  spec: StepSpec
  phase: StepPhase
  /** Sequence of the fact that put it there. */
  since: number
  /** Predecessors that hold under the present selection and policy, as indices; successors are on the board. */
  after: readonly number[]
  /** How many predecessors have not landed (or been skipped). */
  unmet: number
  /** In a run's selection. */
  wanted: boolean
  /** Tries used up under the retry rule; quota and rate limits never count. */
  tries: number
  reworks: number
  blockers: number
  /** A person let it go on although a handoff that was made for it is gone. */
  waived?: true
  /** Open questions on whether its work in flight still counts, for the plan has changed; until they are answered it does not land. */
  questions?: number
  /** Wall time before which it must not start again. */
  notBefore: number
  /** Why it is where it is, when that is not plain from its phase. */
  why: string
  /** Approved by a person although nothing checked it, or although a gate held it. */
  approved: boolean
  /** Key of the earlier step that a rejected gate sent its work back to; it starts again only after that. */
  reentry?: string
  /** The landing that it is done by; it goes with the work when the plan gives that another id. */
  landed?: Landed
  attempts: Attempt[]
  /** How many attempts were made before the last fresh start (a person's retry, a rework): earlier failures no longer weigh. */
  attemptsBefore: number
  /** What its next attempt goes on from. */
  mend?: Mending
  /** Wall time at which the plan came to say this of it. */
  saidAt: number
  /** Of its present title and brief. */
  weight?: Weight
  /** Whom it was handed to, in place of whom the plan names. */
  owner?: string
  /** What had to hold before it began, as it was found last. */
  criteria?: readonly Criterion[]
  /** What it did before is on the branch, and it was asked to be done again: to change nothing is no failure then. */
  stands?: true
  /** Set by retry with other words: the agent to use next. */
  agent?: string
  /** Place in its item's ready heap, -1 when it is in none. */
  heapAt: number
  retired: boolean
}

export const settledPhases: ReadonlySet<StepPhase> = new Set(['done', 'skipped'])
export const endedPhases: ReadonlySet<StepPhase> = new Set(['done', 'skipped', 'failed', 'cancelled'])
export const busyPhases: ReadonlySet<StepPhase> = new Set(['running', 'verifying', 'gated', 'landing'])

// What is wanted: a plan, its items, and what must come before what.
import type { Place } from './place.ts'
import type { PlanStatus, StepSpec } from './step.ts'

export type { Place, PlanStatus }

export type Policy = 'document' | 'graph'

export interface PlanNote extends Place {
  readonly level: 'warning' | 'error'
  readonly kind: string
  readonly text: string
  readonly remedy?: string
}

/** What holds steps together and is none itself: a phase, a stage, a task with subtasks. It is done when what it holds is. */
export interface PlanGroup {
  readonly key: string
  readonly title: string
  /** The group that this one is part of. */
  readonly parent?: string
  /** Its own box or status says done. */
  readonly ticked: boolean
  readonly place?: Place
}

export interface PlanItem {
  /** The item's id, e.g. `001-photo-albums`. */
  readonly id: string
  readonly title: string
  readonly brief: string
  readonly branch?: string
  readonly owner?: string
  readonly labels?: readonly string[]
  /** 1 is the most urgent; plans that say nothing give 3. */
  readonly priority: number
  readonly policy: Policy
  readonly workflow: string
  /** When that version of the workflow comes into force, as its file says. */
  readonly effectiveFrom?: string
  readonly steps: readonly StepSpec[]
  /** In the order of the file; a step names its own in `parent`. */
  readonly groups?: readonly PlanGroup[]
  /** Boxes of checklists that a person has not ticked: each file with how many are open. They make an intake gate. */
  readonly openChecklists: readonly { readonly file: string; readonly open: number; readonly of: number }[]
}

/** What a plan format gives: items with steps, and notes for everything odd. One with errors does not run. */
export interface PlanRead {
  readonly format: string
  readonly source: string
  /** What is written as steps land: a file, or a folder with its slash; '' when the format holds no progress. */
  readonly tickFile: string
  /** Every file that was read; absent when it is `tickFile` alone. */
  readonly files?: readonly string[]
  readonly items: readonly PlanItem[]
  readonly notes: readonly PlanNote[]
}

/** Who changes a plan, and when (ISO 8601). */
export interface Stamp {
  readonly at: string
  readonly by: string
}

/** A step or a group, in one item of the plan; a plan with one item needs no `item`. */
export interface Named {
  readonly item?: string
  readonly key: string
}

/**
 * What is to be written back into a plan. A key that is not in it, and a box that already says so, change nothing.
 * `upward` ticks also each group whose last open step this was, and opens each above an unticked step. `to` is the word that stood there
 * before (`StepSpec.mark`), so that unticking gives the first bytes back.
 */
export type PlanChange =
  | (Named & { readonly kind: 'tick'; readonly upward?: boolean; readonly stamp?: Stamp; readonly commit?: string })
  | (Named & { readonly kind: 'untick'; readonly upward?: boolean; readonly stamp?: Stamp; readonly to?: string })
  | (Named & { readonly kind: 'status'; readonly status: PlanStatus; readonly stamp: Stamp })
  | (Named & { readonly kind: 'note'; readonly text: string; readonly stamp: Stamp })
  | (Named & { readonly kind: 'block'; readonly text: string; readonly stamp: Stamp })
  | (Partial<Named> & { readonly kind: 'log'; readonly text: string; readonly stamp: Stamp })

/** One file of a plan with its new content. */
export interface FileWritten {
  readonly path: string
  readonly bytes: Uint8Array
}

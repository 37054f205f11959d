// What is wanted: a plan, its items, and what must come before what.
import type { Place } from './place.ts'
import type { StepSpec } from './step.ts'

export type { Place }

export type Policy = 'document' | 'graph'

export interface PlanNote extends Place {
  readonly level: 'warning' | 'error'
  readonly kind: string
  readonly text: string
  readonly remedy?: string
}

export interface PlanItem {
  /** The item's id, e.g. `001-photo-albums`. */
  readonly id: string
  readonly title: string
  readonly brief: string
  readonly branch?: string
  readonly owner?: string
  /** 1 is the most urgent; plans that say nothing give 3. */
  readonly priority: number
  readonly policy: Policy
  readonly workflow: string
  readonly steps: readonly StepSpec[]
  /** Boxes of checklists that a person has not ticked: each file with how many are open. They make an intake gate. */
  readonly openChecklists: readonly { readonly file: string; readonly open: number; readonly of: number }[]
}

/** What a plan format gives: items with steps, and notes for everything odd. One with errors does not run. */
export interface PlanRead {
  readonly format: string
  readonly source: string
  /** The file that is ticked as steps land. A format without boxes gives the same bytes back when it is written. */
  readonly tickFile: string
  readonly items: readonly PlanItem[]
  readonly notes: readonly PlanNote[]
}

/** What is to be written back into a plan's file. A key that is not in it, and a box that already says so, change nothing. */
export type PlanChange =
  | { readonly kind: 'tick'; readonly key: string }
  | { readonly kind: 'untick'; readonly key: string }

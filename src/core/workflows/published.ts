// A version of a workflow as it was published: from when it holds, who wanted it, and what it changes.
import type { StepPattern } from './workflow.ts'

export interface Published {
  readonly name: string
  readonly version: string
  readonly steps: readonly StepPattern[]
  /** Wall time; items that are opened from then on follow it. */
  readonly effectiveFrom: number
  readonly at: number
  readonly by: string
  readonly why: string
  readonly impact: string
  /** A rollback took it back: no item is opened under it any more. */
  withdrawn?: { readonly at: number; readonly by: string; readonly why: string; readonly impact: string }
}

export interface KeyMove {
  readonly from: string
  readonly to: string
}

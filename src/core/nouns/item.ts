// One thing moving through a workflow: an owner, a priority, a branch, and its steps.
import type { Policy } from './plan.ts'
import type { Step } from './step.ts'

export interface Item {
  readonly id: string
  readonly workspace: string
  title: string
  brief: string
  owner: string
  priority: number
  policy: Policy
  workflow: string
  readonly branch: string
  readonly source: string
  readonly format: string
  readonly tickFile: string
  readonly openedAt: number
  /** The commit the item's branch stood at when the item was opened. */
  base: string
  /** Where the item's branch stands as far as the journal knows. */
  tip: string
  steps: Step[]
  /** Key to index. */
  keys: Map<string, number>
  /** Longest remaining path from each step, recomputed in full when the plan changes. */
  ranks: Float64Array
  ranksStale: boolean
  /** Under `graph`: indices of startable steps, best first. */
  ready: number[]
  /** Under `document`: indices sorted by order, then key, and the first that has not settled. */
  sequence: number[]
  cursor: number
  /** Attempts whose work waits to land, in the order they were verified. */
  lane: string[]
  /** The landing that was ordered and not yet settled. */
  landing?: Landing
  integration?: Integration
  /** Files that running work says it writes: path to step index. */
  writing: Map<string, number>
  running: number
  open: number
  gates: number
  blockers: number
  run?: string
}

export interface Landing {
  readonly attempt: string
  readonly ref: string
  readonly expected: string
  readonly commit: string
  readonly orderedSeq: number
}

export interface Integration {
  readonly ref: string
  readonly expected: string
  readonly commit: string
  readonly of: string
  done: boolean
}

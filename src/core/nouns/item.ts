// One thing moving through a workflow: an owner, a priority, a branch, and its steps.
import type { Review } from '../duplicates/suspicion.ts'
import type { Due, Owed } from '../handoffs/artifact.ts'
import type { Spent } from '../spending/budget.ts'
import type { Policy } from './plan.ts'
import type { Step } from './step.ts'

export interface Item {
  readonly id: string
  readonly workspace: string
  title: string
  brief: string
  owner: string
  /** A person said so: what its plan names as owner changes nothing any more. */
  handedOver?: true
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
  /** Its branch may not exist: nothing has landed, or a person let it be made again after it was deleted. */
  unborn: boolean
  steps: Step[]
  /** Key to index. */
  keys: Map<string, number>
  board: Board
  /** Attempts that ended well and have not landed, in the order they ended; only the first is verified and landed. */
  lane: string[]
  /** The landing that was ordered and not yet settled. */
  landing?: Landing
  integration?: Integration
  /** Who signed the release; the integration is then due. */
  integrate?: string
  integrateSeq?: number
  /** Steps that are running, verifying, gated or landing. */
  active: Set<number>
  /** Attempts that run now. */
  running: number
  /** Steps of the present selection that have not ended. */
  open: number
  /** Open gates and blockers that hold the whole item. */
  gates: number
  blockers: number
  run?: string
  spent: Spent
  /** Handoffs that are not written yet, oldest first. */
  owes: Owed[]
  /** Those of a time when it was closed, before it was opened again. */
  due?: readonly Due[]
  /** Why they could not be written when that was tried last. */
  unwritten?: string
  /** Who looked at it before any work. */
  review?: Review
  /** Items that are related to it. */
  links?: string[]
  /** Of all attempts before it was opened again. */
  attemptsBefore?: number
}

/** Whether Baton alone writes this file: what an agent does to it is left out of its work. */
export function isPlanFile({ tickFile }: Pick<Item, 'tickFile'>, path: string): boolean {
  return tickFile.endsWith('/') ? path.startsWith(tickFile) : path === tickFile
}

/** What the scheduler needs of an item: kept by evolve, and built again in full from the steps before its next use when it is stale. */
export interface Board {
  /** `links`: the plan or the selection has changed; `counts`: a settled step has come back; `none`: it agrees with the steps. */
  stale: 'links' | 'counts' | 'none'
  /** What a plan says of each step, kept as it is read and never stale. */
  readonly said: Said
  /** Successors of each step, one after the other: those of step i are `next[nextAt[i] .. nextAt[i + 1]]`. */
  nextAt: Int32Array
  next: Int32Array
  /** Longest remaining path from each step. */
  ranks: Float64Array
  /** Candidates to start, a heap of indices, best first. */
  heap: number[]
  /** Under `document`: the group of each step (-1: not in the selection), how many of each have not settled, and the first open one. */
  groupOf: Int32Array
  groups: number[][]
  groupLeft: number[]
  openGroup: number
}

/** One place for each step, as many as there are steps. */
export interface Said {
  /** Where the keys of its edges stand in `steps`, in their order; -1 for one that no step has. */
  readonly edges: (readonly number[])[]
  /** Whether all of its edges are stated, stand somewhere, and lead to another step. */
  readonly plain: boolean[]
  /** In milliseconds; -1 without one. */
  readonly estimates: number[]
}

export const emptyBoard = (): Board => ({
  stale: 'links',
  said: { edges: [], plain: [], estimates: [] },
  nextAt: new Int32Array(1),
  next: new Int32Array(0),
  ranks: new Float64Array(0),
  heap: [],
  groupOf: new Int32Array(0),
  groups: [],
  groupLeft: [],
  openGroup: 0,
})

export interface Landing {
  readonly attempt: string
  readonly ref: string
  readonly expected: string
  readonly commit: string
  /** All that land in this one move, in order, each with its own commit; the last commit is where the branch goes. */
  readonly batch?: readonly Batched[]
  readonly orderedSeq: number
}

export interface Batched {
  readonly attempt: string
  readonly commit: string
}

/** Whether the landing of this attempt is ordered, alone or with others. */
export function isLanding({ landing }: Item, attempt: string): boolean {
  if (landing?.batch !== undefined) return landing.batch.some((one) => one.attempt === attempt)
  return landing?.attempt === attempt
}

export interface Integration {
  readonly ref: string
  readonly expected: string
  readonly commit: string
  readonly of: string
  readonly orderedSeq: number
  done: boolean
}

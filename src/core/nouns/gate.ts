// A question that must be answered before work goes on.
import type { StepSpec } from './step.ts'

export type GateKind =
  | 'approval'
  | 'check'
  | 'budget'
  | 'question'
  | 'permission'
  | 'conflict'
  | 'intake'
  | 'release'
  | 'foreign'
  | 'plan'

export interface GateReview {
  readonly by: string
  readonly at: number
  readonly answer: string
  readonly reasons: readonly string[]
  readonly reentry?: string
}

export interface Gate {
  readonly id: string
  readonly kind: GateKind
  readonly item: string
  readonly step?: string
  readonly attempt?: string
  /** One sentence for a person. */
  readonly asks: string
  readonly options: readonly string[]
  /** What happens if a person just says yes. */
  readonly usual: string
  /** Digest of a blob with what must be seen to answer: both sides of a conflict, a diff. */
  readonly shows?: string
  /** Attempts whose landing is not on what a `foreign` gate would adopt: their steps are done again, unless the answer keeps them. */
  readonly drops?: readonly string[]
  /** Parts that an attempt would split its step into: approved, they join the item. */
  readonly proposes?: { readonly by: string; readonly steps: readonly StepSpec[] }
  /** Of a look before any work: suspicions of duplicates that are to be seen, or none where every item is looked at. */
  readonly suspects?: readonly string[]
  readonly openedAt: number
  /** Every review is kept; the last one closes it. */
  reviews: GateReview[]
  phase: 'open' | 'answered' | 'moot'
}

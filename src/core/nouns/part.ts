// A step that an agent proposed as a part of another one: where it stands, and what was said of it.

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

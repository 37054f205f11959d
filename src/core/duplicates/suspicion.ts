// That two items may be the same work: who thinks so, why, and what a person made of it.

export type DuplicateVerdict = 'merged' | 'linked' | 'closed' | 'overturned'

export interface Suspicion {
  readonly id: string
  readonly item: string
  /** The item that it looks like, open or closed. */
  readonly of: string
  readonly why: string
  /** From 0 to 1; 1 when a person said so. */
  readonly likeness: number
  readonly by: string
  readonly at: number
  settled?: {
    readonly verdict: DuplicateVerdict
    readonly rationale: string
    readonly by: string
    readonly at: number
    /** The item that goes on. */
    readonly into?: string
  }
}

/** That a person has looked at an item before any work on it, and what there was to see. */
export interface Review {
  readonly by: string
  readonly at: number
  readonly rationale: string
  /** Suspicions that were open or settled then. */
  readonly saw: readonly string[]
}

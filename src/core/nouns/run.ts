// One request to carry out (part of) a plan: a beginning, an end, a summary.

export type RunPhase = 'active' | 'paused' | 'draining' | 'ended'

export interface Run {
  readonly id: string
  readonly item: string
  readonly by: string
  readonly startedAt: number
  readonly parallel: number
  readonly agent?: string
  phase: RunPhase
  endedAt?: number
  outcome?: 'complete' | 'stuck' | 'cancelled' | 'drained'
  /** Steps it asked for, as keys; empty means all. */
  readonly selection: readonly string[]
}

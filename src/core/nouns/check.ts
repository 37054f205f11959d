// Something Baton runs to judge a result, and what it found.

/** Comes from workflow, template or trusted configuration, never from a plan file or an agent. */
export type CheckSpec =
  | {
      readonly kind: 'command'
      readonly name: string
      readonly argv: readonly string[]
      readonly timeoutMs?: number
    }
  | {
      readonly kind: 'files'
      readonly name: string
      /** Paths that must exist in the merged result. */
      readonly exist: readonly string[]
    }

export interface Verdict {
  readonly check: string
  readonly passed: boolean
  /** One sentence for a person. */
  readonly why: string
  /** Bounded output: what the next attempt is told and a person reads. */
  readonly evidence: string
  readonly ms: number
}

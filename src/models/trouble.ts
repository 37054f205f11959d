// What went wrong with one request, in the closed reasons, and whether the same request may be sent again.
import type { FailureReason } from '../core/nouns/attempt.ts'

export interface Failure {
  readonly reason: FailureReason
  readonly why: string
  /** Whether sending it again may help. */
  readonly again: boolean
  /** How long the server asks to be left alone. */
  readonly waitMs?: number
  /** Wall time at which trying again makes sense. */
  readonly until?: number
}

export class Trouble extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.why)
    this.name = 'Trouble'
    this.failure = failure
  }
}

// What the scheduler chose and why, and what it passed over and why.

import type { Advised, Mending } from './attempt.ts'

export interface Launch {
  readonly step: string
  readonly attempt: string
  readonly number: number
  readonly agent: string
  readonly executor: string
  readonly base: string
  readonly model?: string
  readonly advised?: Advised
  /** Goes on from the work of this attempt, to mend what was found wrong with it. */
  readonly mends?: Mending
  readonly because: string
}

export type HoldKind =
  | 'predecessors'
  | 'order'
  | 'group'
  | 'file'
  | 'lock'
  | 'slots'
  | 'seats'
  | 'gate'
  | 'blocker'
  | 'paused'
  | 'not-wanted'
  | 'backoff'
  | 'no-agent'
  | 'not-trusted'
  | 'no-isolation'
  | 'running'
  | 'ended'
  | 'retired'
  | 'landing'
  | 'disk'
  | 'quota'
  | 'barred'
  | 'weighing'
  | 'budget'

export interface Hold {
  readonly step: string
  readonly kind: HoldKind
  /** What it waits for, in a sentence. */
  readonly why: string
  /** What would end the wait, and who can. */
  readonly until: string
}

export interface Decision {
  readonly item: string
  readonly policy: 'document' | 'graph'
  readonly ready: readonly string[]
  readonly launch: readonly Launch[]
  readonly passedOver: readonly { readonly step: string; readonly because: HoldKind; readonly on?: string }[]
  readonly rationale: string
}

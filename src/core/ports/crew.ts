// Who could do steps here and which models could be asked, as doors see them: what is installed, what answers, and why not.
import type { AgentProfile } from '../nouns/agent.ts'
import type { FailureReason } from '../nouns/attempt.ts'
import type { Dialect, Mode, ModelSpec } from '../nouns/model.ts'
import type { PlanNote } from '../nouns/plan.ts'
import type { Availability } from './executor.ts'

export interface AgentFound {
  readonly profile: AgentProfile
  /** trusted: in force here. shown: in a configuration that nobody has trusted yet. shipped: known, and nobody has configured it here. */
  readonly from: 'trusted' | 'shown' | 'shipped'
  readonly account: string
  readonly local: boolean
  readonly available: Availability
}

export interface AgentsFound {
  readonly mode: Mode
  readonly agents: readonly AgentFound[]
}

export interface ModelHere {
  readonly spec: ModelSpec
  /** person: of their own registry, or what there is without one. repository: of a configuration that is trusted. */
  readonly from: 'person' | 'repository'
  readonly available: Availability
  /** What its server says of itself; absent when it was not asked or said nothing. */
  readonly dialect?: Dialect
  /** Tokens that it can take as it is loaded now. */
  readonly served?: number
  readonly loaded?: boolean
}

export interface ModelsFound {
  readonly mode: Mode
  readonly models: readonly ModelHere[]
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** What is wrong with the registry, and where. */
  readonly notes: readonly PlanNote[]
}

/** What came of a trivial prompt. */
export interface ModelChecked {
  readonly name: string
  readonly ok: boolean
  /** A sentence; empty when all is well. */
  readonly why: string
  readonly reason?: FailureReason
  /** Until the whole answer was there, or until it was given up. */
  readonly ms: number
  /** Until its first part. */
  readonly firstMs?: number
  readonly tokensOut?: number
  /** While it answered, its first part left out. */
  readonly tokensPerSecond?: number
  /** Of what it answered, thoughts with it. */
  readonly bytes?: number
  /** Nobody counted the tokens: they are guessed from the letters. */
  readonly guessed?: true
}

// A repository that Baton works for, and the policy a person has trusted for it.
import type { AgentProfile } from './agent.ts'
import type { CheckSpec } from './check.ts'
import type { Isolation } from './isolation.ts'

/** What trusted configuration says of the steps whose key matches. Later rules win, field by field. */
export interface StepRule {
  /** A key, or a pattern with `*`. */
  readonly match: string
  readonly agent?: string
  readonly argv?: readonly string[]
  readonly checks?: readonly CheckSpec[]
  readonly gate?: string
  readonly timeoutMs?: number
  readonly locks?: readonly string[]
}

/** `baton.yaml`, read and normalised; takes effect only with a trust fact that names its digest. */
export interface TrustedPolicy {
  readonly agents: readonly AgentProfile[]
  readonly defaultAgent: string
  readonly checks: readonly CheckSpec[]
  readonly rules: readonly StepRule[]
  /** Paths whose change by an agent is a question before it lands; patterns with `*` and `**`, folders with a slash at their end. */
  readonly protect: readonly string[]
  readonly desired: number
  readonly tries: number
  readonly setup: readonly string[]
  readonly releaseGate: boolean
  readonly toolchains: readonly string[]
}

export interface Workspace {
  readonly path: string
  isolation?: Isolation
  clones: string
  baseBranch: string
  trusted?: string
  policy: TrustedPolicy
  desired: number
  running: number
}

export const noPolicy: TrustedPolicy = {
  agents: [],
  defaultAgent: '',
  checks: [],
  rules: [],
  protect: [],
  desired: 4,
  tries: 3,
  setup: [],
  releaseGate: true,
  toolchains: [],
}

// A repository that Baton works for, and the policy a person has trusted for it.

import type { Standing } from '../routing/standing.ts'
import type { Budgets, Spent } from '../spending/budget.ts'
import type { AgentProfile } from './agent.ts'
import type { CheckSpec } from './check.ts'
import type { Isolation } from './isolation.ts'
import type { Mode, ModelSpec } from './model.ts'
import { builtInRoles, type Role } from './role.ts'

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
  readonly role?: string
}

/** Which agent is given a step, beyond what its rule names. */
export interface Routing {
  /** Agents that may be chosen; empty: every one. */
  readonly allow: readonly string[]
  readonly prefer: string
  /** Agents from cheap to strong; empty: by tier, then price, then the order in the file. */
  readonly ladder: readonly string[]
  /** A stronger agent is given the step after so many failures of the same check. */
  readonly escalateAfter: number
  /** Whether the same agent goes on in its session with what the checks said, before anybody begins anew. */
  readonly repair: boolean
  /** Who says where a step begins when nobody names an agent. */
  readonly router: 'rules' | 'outcomes' | 'semantic'
  /** The model by which the semantic router weighs steps: its name in the registry. */
  readonly embedder?: string
}

export interface QuotaRule {
  /** Whether another agent is given the step while one's account waits. */
  readonly fallback: boolean
  /** A longer wait is a person's to allow. */
  readonly longestWaitMs: number
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
  readonly models: readonly ModelSpec[]
  readonly mode: Mode
  readonly routing: Routing
  readonly quota: QuotaRule
  readonly budgets: Budgets
  readonly roles: readonly Role[]
  /** Whether a person must agree before the parts that an agent proposes join the plan; absent: a person must. */
  readonly proposals?: 'ask' | 'auto'
  /** Whether what nobody has looked at waits for a person before any work; absent: it waits. */
  readonly intake?: 'ask' | 'auto'
  /** Whether steps may be claimed by those whom Baton does not run; absent: they may. */
  readonly outside?: 'allow' | 'forbid'
  /** Whether reading agents may use models elsewhere, and the network. */
  readonly explore: { readonly externalModels: boolean; readonly network: boolean }
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
  /** What was spent on the day (UTC, counted from 1970) of the newest entry. */
  today?: { day: number; spent: Spent }
  /** How its agents have fared until now, by role; absent while nothing was judged. */
  standings?: Standing[]
  /** Whether what ends here leaves a handoff. */
  recorded?: true
  /** Why steps are not weighed just now; absent while nothing is wrong. */
  unweighed?: string
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
  models: [],
  mode: 'online',
  routing: { allow: [], prefer: '', ladder: [], escalateAfter: 2, repair: true, router: 'rules' },
  quota: { fallback: false, longestWaitMs: 24 * 3_600_000 },
  budgets: {},
  roles: builtInRoles,
  explore: { externalModels: false, network: false },
}

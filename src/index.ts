// What the package offers to programs that import it: a house, what may be wished of it, and the ports to put own parts into.

export type { AgentProfile } from './core/nouns/agent.ts'
export type { Attempt, FailureReason, Outcome, Used } from './core/nouns/attempt.ts'
export type { Blocker } from './core/nouns/blocker.ts'
export type { CheckSpec, Verdict } from './core/nouns/check.ts'
export type { Decision, Hold } from './core/nouns/decision.ts'
export type { Entry } from './core/nouns/entry.ts'
export type { Gate, GateReview } from './core/nouns/gate.ts'
export type { Item } from './core/nouns/item.ts'
export type { PlanItem, PlanNote, PlanRead } from './core/nouns/plan.ts'
export type { Run as RunOfItem } from './core/nouns/run.ts'
export type { Step, StepPhase, StepSpec } from './core/nouns/step.ts'
export type { TrustedPolicy, Workspace } from './core/nouns/workspace.ts'
export { noPolicy } from './core/nouns/workspace.ts'
export type { Answer, House, PlanFound } from './core/ports/house.ts'
export type {
  Assignment,
  Checker,
  CheckOrder,
  Clock,
  Clone,
  CloneMaker,
  Executor,
  Files,
  PlanFormat,
  Report,
  Repository,
  Run,
  Spawner,
  Store,
} from './core/ports.ts'
export { type Refusal, Refused } from './core/refusals.ts'
export type { State } from './core/state.ts'
export { why } from './core/why.ts'
export { type Wish, type Wishes, wish } from './core/wishes.ts'
export { createHouse } from './engine/open.ts'
export type { HouseParts } from './engine/parts.ts'
export { type LocalOptions, openHouse } from './presets/local.ts'

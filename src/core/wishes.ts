// The closed list of wishes that may be put to the house: by a person through a door, or by the engine with what it saw.
import type { DuplicateVerdict } from './duplicates/suspicion.ts'
import type { Written } from './handoffs/artifact.ts'
import type { Advice, Outcome, Used } from './nouns/attempt.ts'
import type { Verdict } from './nouns/check.ts'
import type { Isolation } from './nouns/isolation.ts'
import type { PlanItem, Policy } from './nouns/plan.ts'
import type { ProposedStep, Weight } from './nouns/step.ts'
import type { TrustedPolicy } from './nouns/workspace.ts'
import type { BarKind } from './routing/bar.ts'
import type { BudgetScope, Limits } from './spending/budget.ts'
import type { KeyMove } from './workflows/published.ts'
import type { StepPattern } from './workflows/workflow.ts'

export interface Wishes {
  // people
  'workspace.open': { path: string; baseBranch: string }
  'workspace.isolate': { path: string; isolation: Isolation; clones: string; why: string }
  'workspace.trust': { path: string; digest: string; policy: TrustedPolicy; why?: string; impact?: string }
  'workspace.want': { path: string; desired: number }
  'count.report': { path: string; running: number }
  'plan.import': {
    workspace: string
    source: string
    format: string
    tickFile: string
    base: string
    tip: string
    item: PlanItem
  }
  /** A plan that has changed under its run could not be taken in; one that is `endless` holds the item until it is mended. */
  'plan.miss': { item: string; why: string; endless?: boolean }
  'run.start': {
    item: string
    parallel: number
    agent?: string
    policy?: Policy
    include: readonly string[]
    exclude: readonly string[]
    phase?: string
    force: boolean
  }
  'run.pause': { item: string; why: string }
  'run.resume': { item: string; why: string }
  'run.drain': { item: string; why: string }
  'run.cancel': { item: string; why: string }
  'step.retry': { step: string; why: string; agent?: string }
  'step.skip': { step: string; why: string }
  'step.cancel': { step: string; why: string }
  /** Whoever says so does it, where Baton does not see it. `attempt`: the number that the claimer expects its attempt to have. */
  'step.claim': { step: string; executor: string; displayName?: string; attempt?: number; runId?: string }
  /** `executor`: who says so, when it is not whoever wishes; `rules`: this one may speak for whoever claimed it. */
  'attempt.complete': {
    attempt: string
    executor: string
    rules: boolean
    outcome: Outcome
    tree?: string
    commit?: string
    changed?: boolean
    protectedPaths?: readonly string[]
    leftOut?: readonly { path: string; why: string }[]
    summary?: string
    said?: Advice
  }
  'attempt.release': { attempt: string; executor: string; rules: boolean; why: string }
  'gate.answer': { gate: string; answer: string; reasons: readonly string[]; reentry?: string }
  'blocker.raise': { on: string; kind: string; owner: string; notes: string }
  'blocker.clear': { blocker: string; notes: string }
  'item.integrate': { item: string; force: boolean }
  'account.free': { account: string; why: string }
  'budget.set': { scope: BudgetScope; id: string; limits: Limits; why: string }
  'item.revert': { item: string; why: string }
  'owner.transfer': { on: string; to: string; why: string }
  'duplicate.suspect': { item: string; of: string; why: string }
  'duplicate.settle': { duplicate: string; verdict: DuplicateVerdict; into?: string; rationale: string }
  'intake.review': { item: string; rationale: string }
  'workflow.publish': {
    name: string
    version: string
    steps: readonly StepPattern[]
    /** Wall time; absent: at once. */
    effectiveFrom?: number
    why: string
    impact: string
  }
  'workflow.roll-back': { name: string; why: string; impact: string }
  /** `mapping`: each step of the item that is not over, by its key, to a step of the version it goes over to. */
  'workflow.migrate': { item: string; to: string; mapping: readonly KeyMove[]; why: string }
  'clone.discard': { attempt: string; why: string; named: boolean }
  'transcript.forget': { attempt: string; why: string }
  // the engine
  'house.open': { pid: number; version: string; host: string }
  'house.close': { why: string }
  'house.restore': { from: string; head: number; newerCheckpoint?: number }
  'key.publish': { name: string; key: string; lost?: string }
  'key.rotate': { name: string; key: string; note: string }
  'checkpoint.sign': { size: number; root: string; key: string; note?: string }
  'checkpoint.keep': { size: number; place: string }
  'checkpoint.miss': { size: number; place: string; why: string }
  'disk.report': { free: number; of: number }
  'count.see': { path: string }
  'count.sweep': Record<string, never>
  /** `leaving`: whoever would carry a launch out is about to go, so nothing more is launched. */
  tick: { leaving?: boolean }
  'attempt.begin': {
    attempt: string
    fence: number
    clone: string
    isolation: Isolation
    inputs: string
    pid?: number
    session?: string
  }
  'attempt.end': {
    attempt: string
    fence: number
    outcome: Outcome
    used: Used
    tree?: string
    commit?: string
    /** Whether the tree differs from the base. */
    changed?: boolean
    transcript?: string
    protectedPaths?: readonly string[]
    leftOut?: readonly { path: string; why: string }[]
    session?: string
    /** Digest of a blob. */
    summary?: string
  }
  /** What it has used until now; it is ended when that is more than it may. */
  'attempt.use': { attempt: string; fence: number; used: Used }
  /** Its agent wants to know something, or to be allowed something; it goes on when the gate is answered. */
  'attempt.ask': {
    attempt: string
    about: 'question' | 'permission'
    asks: string
    options: readonly string[]
    /** Digest of a blob. */
    shows?: string
  }
  /** `title` and `brief` are those that were weighed. */
  'step.weigh': { step: string; title: string; brief: string } & Weight
  'weighing.miss': { workspace: string; by: string; why: string }
  /** Nothing may be asked of an account; without `until` a person lifts it. */
  'account.bar': { account: string; kind: BarKind; why: string; until?: number }
  /** Its agent would split its step into parts; they join the item when a person agrees, or at once where trusted configuration says so. */
  'steps.propose': { attempt: string; steps: readonly ProposedStep[] }
  'attempt.check': { attempt: string; tip: string; commit: string; tree: string; verdicts: readonly Verdict[] }
  'landing.order': { attempt: string; expected: string; commit: string }
  /** The first of the lane, in order, each with the commit it lands as; the checks were run once, on the last of these commits. */
  'landing.batch': {
    item: string
    expected: string
    batch: readonly { attempt: string; commit: string; tree: string }[]
    verdicts: readonly Verdict[]
  }
  'landing.settle': { attempt: string }
  'landing.refuse': {
    attempt: string
    kind: 'conflict' | 'held' | 'foreign'
    why: string
    paths: readonly string[]
    shows?: string
    /** Of a `foreign` branch: attempts that have landed, and that it does not contain. */
    dropped?: readonly string[]
  }
  'branch.adopt': { item: string; commit: string; why: string }
  'integration.order': { item: string; expected: string; commit: string; of: string }
  'integration.settle': { item: string }
  'integration.refuse': { item: string; kind: 'conflict' | 'held' | 'checks' | 'foreign'; why: string }
  'record.begin': { path: string }
  'handoff.write': { item: string; commit: string; files: readonly Written[] }
  'handoff.miss': { item: string; why: string }
  'reversion.order': { item: string; expected: string; commit: string }
  'reversion.settle': { item: string }
  'reversion.refuse': { item: string; kind: 'conflict' | 'held' | 'checks' | 'foreign'; why: string }
}

export type WishType = keyof Wishes

export type Wish = {
  [K in WishType]: { readonly type: K; readonly by: string; readonly because?: string; readonly data: Wishes[K] }
}[WishType]

export function wish<K extends WishType>(type: K, by: string, data: Wishes[K], because = ''): Wish {
  return { type, by, because, data } as unknown as Wish
}

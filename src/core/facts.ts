// The closed list of facts the journal may hold; all are past tense, and each belongs to one stream.
import type { DuplicateVerdict } from './duplicates/suspicion.ts'
import type { Written } from './handoffs/artifact.ts'
import type { Advice, Advised, AttemptCheck, Mending, Outcome, Outside, Used } from './nouns/attempt.ts'
import type { Criterion } from './nouns/criterion.ts'
import type { Decision } from './nouns/decision.ts'
import type { GateKind, GateReview } from './nouns/gate.ts'
import type { Isolation } from './nouns/isolation.ts'
import type { Batched } from './nouns/item.ts'
import type { Policy } from './nouns/plan.ts'
import type { Run } from './nouns/run.ts'
import type { StepSpec, Weight } from './nouns/step.ts'
import type { TrustedPolicy } from './nouns/workspace.ts'
import type { BarKind } from './routing/bar.ts'
import type { BudgetScope, Limits, Share } from './spending/budget.ts'
import type { KeyMove } from './workflows/published.ts'
import type { StepPattern } from './workflows/workflow.ts'

/** Each fact type with what it says. Adding one: here, and its fold in evolve/. */
export interface Facts {
  // the house
  'house.opened': { epoch: number; pid: number; version: string; host: string }
  'house.closed': { epoch: number; why: string }
  'disk.ran-low': { free: number; of: number }
  'disk.recovered': { free: number; of: number }
  'house.restored': { from: string; head: number; newerCheckpoint?: number }
  /** The first key of a record; or, when a person said that the key before it is `lost`, one that nobody signed for. */
  'key.published': { name: string; key: string; lost?: string }
  /** `note` names the next key and is signed by the one before and by the next. */
  'key.rotated': { name: string; key: string; note: string }
  /** `key` is the public line of the key that signed, in older records its name alone. */
  'checkpoint.signed': { size: number; root: string; key: string; note?: string }
  'checkpoint.kept': { size: number; place: string }
  'checkpoint.missed': { size: number; place: string; why: string }
  'transcript.forgotten': { attempt: string; why: string; by: string }
  // workspaces
  'workspace.opened': { path: string; baseBranch: string }
  'isolation.chosen': { path: string; isolation: Isolation; clones: string; why: string }
  'workspace.trusted': { path: string; digest: string; policy: TrustedPolicy; why?: string; impact?: string }
  /** Of a workspace, or of any folder that is only counted. */
  'workspace.desired': { path: string; desired: number }
  // counts: what is said of folders from outside
  'count.reported': { path: string; running: number }
  'count.seen': { path: string }
  /** Nobody has said again that so many run there. */
  'count.lapsed': { path: string; running: number }
  'count.went-stale': { path: string }
  'count.removed': { path: string }
  // items and their steps
  'item.opened': {
    id: string
    workspace: string
    title: string
    brief: string
    owner: string
    priority: number
    policy: Policy
    workflow: string
    branch: string
    base: string
    source: string
    format: string
    tickFile: string
  }
  'item.changed': { id: string; title?: string; brief?: string; policy?: Policy; owner?: string; priority?: number }
  /** `duplicateOf`: the item under which its work goes on. */
  'item.closed': { id: string; why: string; duplicateOf?: string }
  'steps.added': { item: string; steps: readonly StepSpec[] }
  'step.changed': { step: string; spec: StepSpec }
  'step.retired': { step: string; why: string }
  /** The plan was renumbered: `to` is where `from` was, and `renewed` stand for other work than before. Keys; all at once. */
  'steps.carried': { item: string; carried: readonly { from: string; to: string }[]; renewed: readonly string[] }
  /** The plan has changed, and what it says now was not taken in. */
  'plan.missed': { item: string; why: string }
  'branch.adopted': { item: string; from: string; commit: string; why: string }
  // runs
  'run.started': {
    run: string
    item: string
    by: string
    parallel: number
    agent?: string
    policy: Policy
    selection: readonly string[]
    force: boolean
  }
  /** Steps that the plan gained join a run that was to do all of it. */
  'run.widened': { run: string; item: string; steps: readonly string[] }
  'run.paused': { run: string; why: string }
  'run.resumed': { run: string; why: string }
  'run.draining': { run: string; why: string }
  'run.ended': { run: string; outcome: NonNullable<Run['outcome']>; why: string }
  // scheduling and attempts
  'decision.made': Decision
  'claim.granted': { step: string; attempt: string; agent: string; executor: string }
  'claim.released': { step: string; attempt: string; why: string }
  'attempt.started': {
    attempt: string
    step: string
    number: number
    agent: string
    executor: string
    base: string
    model?: string
    advised?: Advised
    mends?: Mending
    outside?: Outside
    because: string
  }
  'attempt.began': {
    attempt: string
    clone: string
    isolation: Isolation
    inputs: string
    pid?: number
    session?: string
  }
  'attempt.ended': {
    attempt: string
    outcome: Outcome
    used: Used
    tree?: string
    commit?: string
    transcript?: string
    protectedPaths?: readonly string[]
    leftOut?: readonly { path: string; why: string }[]
    session?: string
    /** Digest of a blob. */
    summary?: string
    said?: Advice
  }
  /** What a running attempt has used until now. */
  'attempt.used': { attempt: string; used: Used }
  'attempt.late': {
    attempt: string
    fence: number
    outcome: Outcome
    why: string
    used?: Used
    /** What it left, kept under its ref and in its clone until a person says otherwise. */
    tree?: string
    commit?: string
    transcript?: string
  }
  'attempt.checked': { attempt: string } & AttemptCheck
  'step.requeued': {
    step: string
    reason: string
    why: string
    counted: boolean
    fresh: boolean
    notBefore: number
    agent?: string
    mends?: Mending
  }
  /** `after`: the earlier step that is done again first. */
  'step.reworked': { step: string; why: string; by: string; after?: string }
  /** Of the title and the brief that it has. */
  'step.weighed': { step: string } & Weight
  /** Said once, until a step is weighed again: the rules alone choose meanwhile. */
  'weighing.missed': { workspace: string; by: string; why: string }
  'step.failed': { step: string; reason: string; why: string }
  'step.skipped': { step: string; why: string; by: string }
  'step.cancelled': { step: string; why: string; by: string }
  // accounts and budgets
  'account.barred': { account: string; kind: BarKind; why: string; until?: number }
  'account.freed': { account: string; why: string; by: string }
  /** `id`: an item, a step, or for a day its workspace. */
  'budget.set': { scope: BudgetScope; id: string; limits: Limits; why: string; by: string }
  /** `at`: the share that was passed. */
  'budget.warned': { scope: BudgetScope; id: string; of: Share['of']; spent: number; limit: number; at: number }
  // gates and blockers
  'gate.opened': {
    gate: string
    kind: GateKind
    item: string
    step?: string
    attempt?: string
    asks: string
    options: readonly string[]
    usual: string
    shows?: string
    drops?: readonly string[]
    proposes?: { by: string; steps: readonly StepSpec[] }
    suspects?: readonly string[]
  }
  'gate.answered': { gate: string; review: GateReview }
  'gate.mooted': { gate: string; why: string }
  'blocker.raised': { blocker: string; item: string; step?: string; kind: string; owner: string; notes: string }
  'blocker.cleared': { blocker: string; by: string; notes: string }
  // landing and integration
  /** `batch`: all that land in this one move of the ref, in order; the last one's commit is `commit`. */
  'landing.ordered': {
    attempt: string
    ref: string
    expected: string
    commit: string
    tree: string
    batch?: readonly Batched[]
  }
  'landing.done': { attempt: string; ref: string; commit: string }
  'landing.refused': {
    attempt: string
    kind: 'conflict' | 'held' | 'checks' | 'foreign'
    why: string
    paths: readonly string[]
  }
  'integration.ordered': { item: string; ref: string; expected: string; commit: string; of: string; by: string }
  'integration.done': { item: string; ref: string; commit: string; by: string }
  'integration.refused': { item: string; kind: 'conflict' | 'held' | 'checks' | 'foreign'; why: string }
  'clone.discarded': { attempt: string; why: string; by: string }
  // the record's files
  /** From here on, what ends in this workspace leaves a handoff. */
  'record.begun': { path: string }
  /** They lie in `commit` of `refs/baton/record`. */
  'handoff.written': { item: string; commit: string; files: readonly Written[] }
  /** They could not be written; said once until it works again. */
  'handoff.missed': { item: string; why: string }
  // before work, and who it belongs to
  'duplicate.suspected': { duplicate: string; item: string; of: string; why: string; likeness: number; by: string }
  'duplicate.settled': { duplicate: string; verdict: DuplicateVerdict; into?: string; rationale: string; by: string }
  'intake.reviewed': { item: string; by: string; rationale: string; saw: readonly string[] }
  /** What must hold before a step may begin was looked at: before its first attempt, or `again` after its work was sent back. */
  'criteria.checked': { step: string; again: boolean; found: readonly Criterion[] }
  /** Of a step, or of the whole item. */
  'ownership.transferred': { item: string; step?: string; from: string; to: string; why: string; by: string }
  // after integration
  /** The decision alone: nothing has been moved yet. `commit` is the integration that is taken back. */
  'reversion.decided': { item: string; commit: string; why: string; by: string }
  'reversion.ordered': { item: string; ref: string; expected: string; commit: string }
  'integration.reverted': { item: string; ref: string; commit: string; of: string; by: string }
  'reversion.refused': { item: string; kind: 'conflict' | 'held' | 'checks' | 'foreign'; why: string }
  /** Work on it begins anew after a revert: what `item.opened` says, and the highest number that an attempt of it had. */
  'item.reopened': Facts['item.opened'] & { attempts: number; why: string; by: string }
  // workflows
  'workflow.published': {
    name: string
    version: string
    steps: readonly StepPattern[]
    effectiveFrom: number
    why: string
    impact: string
    by: string
  }
  /** `version` is taken back; `to` holds again, or nothing when there was none before. */
  'workflow.rolled-back': { name: string; version: string; to?: string; why: string; impact: string; by: string }
  'workflow.migrated': { item: string; from: string; to: string; mapping: readonly KeyMove[]; why: string; by: string }
}

export type FactType = keyof Facts

/** A fact on its way into the journal. */
export type Fact = { [K in FactType]: { readonly type: K; readonly stream: string; readonly data: Facts[K] } }[FactType]

export function fact<K extends FactType>(type: K, stream: string, data: Facts[K]): Fact {
  return { type, stream, data } as unknown as Fact
}

/** Names of facts that later issues bring; a journal that holds one opens read-only here. */
export const reservedFacts: readonly string[] = [
  'memory.kept',
  'routine.set',
  'routine.fired',
  'worker.joined',
  'worker.left',
  'budget.spent',
]

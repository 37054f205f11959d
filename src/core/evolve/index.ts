// The state and one fact in; the next state out.
import type { Facts, FactType } from '../facts.ts'
import type { State } from '../state.ts'
import * as accounts from './accounts.ts'
import * as count from './count.ts'
import * as duplicates from './duplicates.ts'
import * as gates from './gates.ts'
import * as handoffs from './handoffs.ts'
import * as house from './house.ts'
import * as owners from './owners.ts'
import * as plan from './plan.ts'
import * as reversions from './reversions.ts'
import * as weights from './weights.ts'
import * as work from './work.ts'
import * as workflows from './workflows.ts'

/** What a fold may know of the entry that carries the fact. */
export interface Carried {
  readonly seq: number
  readonly at: number
  readonly type: string
  readonly data: unknown
}

type Fold<K extends FactType> = (state: State, data: Facts[K], at: number, seq: number) => void

const folds: { readonly [K in FactType]: Fold<K> } = {
  'house.opened': house.houseOpened,
  'house.closed': house.houseClosed,
  'disk.ran-low': house.diskRanLow,
  'disk.recovered': house.diskRecovered,
  'house.restored': house.houseRestored,
  'key.published': house.keyPublished,
  'key.rotated': house.keyRotated,
  'checkpoint.signed': house.checkpointSigned,
  'checkpoint.kept': house.checkpointKept,
  'checkpoint.missed': house.checkpointMissed,
  'workspace.opened': house.workspaceOpened,
  'isolation.chosen': house.isolationChosen,
  'workspace.trusted': house.workspaceTrusted,
  'workspace.desired': count.workspaceDesired,
  'count.reported': count.countReported,
  'count.seen': count.countSeen,
  'count.lapsed': count.countLapsed,
  'count.went-stale': count.countWentStale,
  'count.removed': count.countRemoved,
  'item.opened': plan.itemOpened,
  'item.changed': plan.itemChanged,
  'item.closed': plan.itemClosed,
  'steps.added': plan.stepsAdded,
  'step.changed': plan.stepChanged,
  'step.retired': plan.stepRetired,
  'steps.carried': plan.stepsCarried,
  'plan.missed': plan.planMissed,
  'branch.adopted': plan.branchAdopted,
  'run.started': plan.runStarted,
  'run.widened': plan.runWidened,
  'run.paused': plan.runPaused,
  'run.resumed': plan.runResumed,
  'run.draining': plan.runDraining,
  'run.ended': plan.runEnded,
  'decision.made': work.decisionMade,
  'claim.granted': work.claimGranted,
  'claim.released': work.claimReleased,
  'attempt.started': work.attemptStarted,
  'attempt.began': work.attemptBegan,
  'attempt.ended': work.attemptEnded,
  'attempt.late': work.attemptLate,
  'attempt.checked': work.attemptChecked,
  'attempt.used': work.attemptUsed,
  'account.barred': accounts.accountBarred,
  'account.freed': accounts.accountFreed,
  'budget.set': accounts.budgetSet,
  'budget.warned': accounts.budgetWarned,
  'step.requeued': plan.stepRequeued,
  'step.reworked': plan.stepReworked,
  'step.weighed': weights.stepWeighed,
  'weighing.missed': weights.weighingMissed,
  'step.failed': plan.stepFailed,
  'step.skipped': plan.stepSkipped,
  'step.cancelled': plan.stepCancelled,
  'gate.opened': gates.gateOpened,
  'gate.answered': gates.gateAnswered,
  'gate.mooted': gates.gateMooted,
  'blocker.raised': gates.blockerRaised,
  'blocker.cleared': gates.blockerCleared,
  'landing.ordered': (state, data, _, seq) => work.landingOrdered(state, data, seq),
  'landing.done': work.landingDone,
  'landing.refused': work.landingRefused,
  'integration.ordered': work.integrationOrdered,
  'integration.done': work.integrationDone,
  'integration.refused': work.integrationRefused,
  'clone.discarded': work.cloneDiscarded,
  'transcript.forgotten': work.transcriptForgotten,
  'record.begun': handoffs.recordBegun,
  'handoff.written': handoffs.handoffWritten,
  'handoff.missed': handoffs.handoffMissed,
  'duplicate.suspected': duplicates.duplicateSuspected,
  'duplicate.settled': duplicates.duplicateSettled,
  'intake.reviewed': duplicates.intakeReviewed,
  'criteria.checked': owners.criteriaChecked,
  'ownership.transferred': owners.ownershipTransferred,
  'reversion.decided': reversions.reversionDecided,
  'reversion.ordered': reversions.reversionOrdered,
  'integration.reverted': reversions.integrationReverted,
  'reversion.refused': reversions.reversionRefused,
  'item.reopened': plan.itemReopened,
  'workflow.published': workflows.workflowPublished,
  'workflow.rolled-back': workflows.workflowRolledBack,
  'workflow.migrated': workflows.workflowMigrated,
}

const byType: ReadonlyMap<string, Fold<FactType>> = new Map(Object.entries(folds) as [string, Fold<FactType>][])

export function knows(type: string): type is FactType {
  return byType.has(type)
}

/** Changes `state` in place. Unknown facts change nothing: the journal that holds one is read-only. */
export function evolve(state: State, entry: Carried): void {
  state.seq = entry.seq
  if (entry.at > state.at) state.at = entry.at
  byType.get(entry.type)?.(state, entry.data as never, entry.at, entry.seq)
}

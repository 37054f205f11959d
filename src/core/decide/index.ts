// A wish and the state in; facts or a refusal out.
import { refuse } from '../refusals.ts'
import * as account from '../reports/account.ts'
import { askAttempt } from '../reports/ask.ts'
import * as attempt from '../reports/attempt.ts'
import { orderBatch } from '../reports/batch.ts'
import * as landing from '../reports/landing.ts'
import * as done from '../reports/outside.ts'
import { proposeSteps } from '../reports/propose.ts'
import * as weigh from '../reports/weigh.ts'
import type { State } from '../state.ts'
import type { Wish, WishType } from '../wishes.ts'
import type { Decided, Decider } from './answer.ts'
import * as budget from './budget.ts'
import * as count from './count.ts'
import * as duplicate from './duplicate.ts'
import { missPlan } from './endless.ts'
import * as gate from './gate.ts'
import * as handoff from './handoff.ts'
import * as house from './house.ts'
import * as outside from './outside.ts'
import * as owner from './owner.ts'
import * as plan from './plan.ts'
import * as revert from './revert.ts'
import * as run from './run.ts'
import * as step from './step.ts'
import { tick } from './tick.ts'
import * as workflow from './workflow.ts'

const deciders: { readonly [K in WishType]: Decider<K> } = {
  'workspace.open': house.openWorkspace,
  'workspace.isolate': house.isolateWorkspace,
  'workspace.trust': house.trustWorkspace,
  'workspace.want': count.wantAgents,
  'count.report': count.reportAgents,
  'plan.import': workflow.underVersions(plan.importPlan),
  'plan.miss': missPlan,
  'run.start': run.startRun,
  'run.pause': run.pauseRun,
  'run.resume': run.resumeRun,
  'run.drain': run.drainRun,
  'run.cancel': run.cancelRun,
  'step.retry': step.retryStep,
  'step.skip': step.skipStep,
  'step.cancel': step.cancelStep,
  'step.claim': outside.claimStep,
  'attempt.complete': done.completeAttempt,
  'attempt.release': done.releaseAttempt,
  'gate.answer': gate.answerGate,
  'blocker.raise': gate.raiseBlocker,
  'blocker.clear': gate.clearBlocker,
  'item.integrate': run.integrateItem,
  'clone.discard': landing.discardClone,
  'transcript.forget': landing.forgetTranscript,
  'house.open': house.openHouse,
  'house.close': house.closeHouse,
  'house.restore': house.restoreHouse,
  'disk.report': house.reportDisk,
  'key.publish': house.publishKey,
  'key.rotate': house.rotateKey,
  'checkpoint.sign': house.signCheckpoint,
  'checkpoint.keep': house.keepCheckpoint,
  'checkpoint.miss': house.missCheckpoint,
  'count.see': count.seeCount,
  'count.sweep': count.sweepCounts,
  tick,
  'attempt.begin': attempt.beginAttempt,
  'attempt.end': attempt.endAttempt,
  'attempt.check': attempt.checkAttempt,
  'steps.propose': proposeSteps,
  'step.weigh': weigh.weighStep,
  'weighing.miss': weigh.missWeighing,
  'attempt.use': budget.useAttempt,
  'attempt.ask': askAttempt,
  'account.bar': account.barAccount,
  'account.free': account.freeAccount,
  'budget.set': budget.setBudget,
  'landing.order': landing.orderLanding,
  'landing.batch': orderBatch,
  'landing.settle': landing.settleLanding,
  'landing.refuse': landing.refuseLanding,
  'branch.adopt': landing.adoptBranch,
  'integration.order': landing.orderIntegration,
  'integration.settle': landing.settleIntegration,
  'integration.refuse': landing.refuseIntegration,
  'record.begin': handoff.beginRecord,
  'handoff.write': handoff.writeHandoff,
  'handoff.miss': handoff.missHandoff,
  'duplicate.suspect': duplicate.suspectDuplicate,
  'duplicate.settle': duplicate.settleDuplicate,
  'intake.review': duplicate.reviewIntake,
  'owner.transfer': owner.transferOwner,
  'item.revert': revert.revertItem,
  'reversion.order': revert.orderReversion,
  'reversion.settle': revert.settleReversion,
  'reversion.refuse': revert.refuseReversion,
  'workflow.publish': workflow.publishWorkflow,
  'workflow.roll-back': workflow.rollBackWorkflow,
  'workflow.migrate': workflow.migrateItem,
}

export function decide(state: State, wish: Wish, at: number): Decided {
  if (!Object.hasOwn(deciders, wish.type))
    return refuse('invalid', `wish ${wish.type}`, 'there is no such wish', 'see docs')
  return (deciders[wish.type] as Decider<WishType>)(state, wish.data as never, wish, at)
}

// Everything one may ask, as a list.

import { accountFree } from './account/free.ts'
import { agentList } from './agent/list.ts'
import { attemptAsk } from './attempt/ask.ts'
import { attemptBlock } from './attempt/block.ts'
import { attemptBrief } from './attempt/brief.ts'
import { attemptComplete } from './attempt/complete.ts'
import { attemptForget } from './attempt/forget.ts'
import { attemptJudged } from './attempt/judged.ts'
import { attemptLog } from './attempt/log.ts'
import { attemptRelease } from './attempt/release.ts'
import { attemptReport } from './attempt/report.ts'
import { attemptShow } from './attempt/show.ts'
import { auditBackup } from './audit/backup.ts'
import { auditCheckpoint } from './audit/checkpoint.ts'
import { auditDiff } from './audit/diff.ts'
import { auditExport } from './audit/export.ts'
import { auditPlaces } from './audit/places.ts'
import { auditProve } from './audit/prove.ts'
import { auditReplay } from './audit/replay.ts'
import { auditRotate } from './audit/rotate.ts'
import { auditVerify } from './audit/verify.ts'
import { blockerClear } from './blocker/clear.ts'
import { blockerList } from './blocker/list.ts'
import { blockerRaise } from './blocker/raise.ts'
import { budgetSet } from './budget/set.ts'
import { cloneDiscard } from './clone/discard.ts'
import { cloneList } from './clone/list.ts'
import { costShow } from './cost/show.ts'
import { costSimulate } from './cost/simulate.ts'
import { countList } from './count/list.ts'
import { countReport } from './count/report.ts'
import { countShow } from './count/show.ts'
import { countWant } from './count/want.ts'
import { duplicateList } from './duplicate/list.ts'
import { duplicateSettle } from './duplicate/settle.ts'
import { duplicateSuspect } from './duplicate/suspect.ts'
import { gateAnswer } from './gate/answer.ts'
import { gateList } from './gate/list.ts'
import { gateShow } from './gate/show.ts'
import { handoffList } from './handoff/list.ts'
import { handoffRepair } from './handoff/repair.ts'
import { handoffShow } from './handoff/show.ts'
import { handoffVerify } from './handoff/verify.ts'
import { houseDoctor } from './house/doctor.ts'
import { houseHealth } from './house/health.ts'
import { itemIntegrate } from './item/integrate.ts'
import { itemReport } from './item/report.ts'
import { itemRevert } from './item/revert.ts'
import { journalFollow } from './journal/follow.ts'
import { journalRead } from './journal/read.ts'
import { metricsShow } from './metrics/show.ts'
import { modelCheck } from './model/check.ts'
import { modelList } from './model/list.ts'
import { nameFind } from './name/find.ts'
import { ownerTransfer } from './owner/transfer.ts'
import { planChange } from './plan/change.ts'
import { planConvert } from './plan/convert.ts'
import { planDiff } from './plan/diff.ts'
import { planImport, planSync } from './plan/import.ts'
import { planRead } from './plan/read.ts'
import { planShow } from './plan/show.ts'
import { portfolioExport } from './portfolio/export.ts'
import { runCancel } from './run/cancel.ts'
import { runDrain } from './run/drain.ts'
import { runPause } from './run/pause.ts'
import { runResume } from './run/resume.ts'
import { runStart } from './run/start.ts'
import { runWait } from './run/wait.ts'
import { scheduleSimulate } from './schedule/simulate.ts'
import { serverInvite } from './server/invite.ts'
import { serverShow } from './server/show.ts'
import { stateRead } from './state/read.ts'
import { statusClosed } from './status/closed.ts'
import { statusItem } from './status/item.ts'
import { statusList } from './status/list.ts'
import { statusStep } from './status/step.ts'
import { stepCancel } from './step/cancel.ts'
import { stepClaim } from './step/claim.ts'
import { stepPropose } from './step/propose.ts'
import { stepReady } from './step/ready.ts'
import { stepRetry } from './step/retry.ts'
import { stepSkip } from './step/skip.ts'
import { stepWhy } from './step/why.ts'
import { workflowChanges } from './workflow/changes.ts'
import { workflowList } from './workflow/list.ts'
import { workflowMigrate } from './workflow/migrate.ts'
import { workflowPublish } from './workflow/publish.ts'
import { workflowRollback } from './workflow/rollback.ts'
import { workflowShow } from './workflow/show.ts'
import { workspaceInit } from './workspace/init.ts'
import { workspaceLook } from './workspace/look.ts'
import { workspaceTrust } from './workspace/trust.ts'

export const methods = [
  planRead,
  planShow,
  planDiff,
  planImport,
  planSync,
  planChange,
  planConvert,
  runStart,
  runPause,
  runResume,
  runDrain,
  runCancel,
  runWait,
  stepReady,
  stepWhy,
  stepRetry,
  accountFree,
  budgetSet,
  stepSkip,
  stepCancel,
  gateList,
  gateShow,
  gateAnswer,
  blockerRaise,
  blockerClear,
  blockerList,
  itemIntegrate,
  itemRevert,
  itemReport,
  workflowList,
  workflowShow,
  workflowPublish,
  workflowRollback,
  workflowMigrate,
  workflowChanges,
  stepClaim,
  attemptComplete,
  attemptJudged,
  attemptRelease,
  ownerTransfer,
  duplicateList,
  duplicateSuspect,
  duplicateSettle,
  statusList,
  statusItem,
  statusClosed,
  statusStep,
  attemptShow,
  attemptLog,
  attemptForget,
  attemptBrief,
  attemptReport,
  attemptAsk,
  attemptBlock,
  stepPropose,
  nameFind,
  workspaceLook,
  workspaceInit,
  workspaceTrust,
  countShow,
  countList,
  countWant,
  countReport,
  costShow,
  costSimulate,
  metricsShow,
  portfolioExport,
  handoffList,
  handoffShow,
  handoffVerify,
  handoffRepair,
  agentList,
  modelList,
  modelCheck,
  houseDoctor,
  houseHealth,
  cloneList,
  cloneDiscard,
  auditVerify,
  auditDiff,
  auditProve,
  auditReplay,
  auditExport,
  auditBackup,
  auditCheckpoint,
  auditPlaces,
  auditRotate,
  journalRead,
  journalFollow,
  stateRead,
  serverShow,
  serverInvite,
  scheduleSimulate,
] as const

export type Methods = typeof methods

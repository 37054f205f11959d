// What kind of thing each fact is for whoever reads the record afterwards.
import type { FactType } from '../facts.ts'

/** In the order in which they are told; `carried` facts only take work from one of the others to the next. */
export const kinds = [
  'opened',
  'decided',
  'answered',
  'done',
  'integrated',
  'reverted',
  'handed-over',
  'asked',
  'hindered',
  'judged',
  'launched',
  'planned',
  'removed',
  'house',
  'carried',
] as const
export type Kind = (typeof kinds)[number]

const members: { readonly [K in Kind]: readonly FactType[] } = {
  opened: ['item.opened', 'item.reopened'],
  decided: [
    'duplicate.settled',
    'intake.reviewed',
    'ownership.transferred',
    'reversion.decided',
    'step.reworked',
    'step.skipped',
    'step.cancelled',
    'budget.set',
    'workflow.published',
    'workflow.rolled-back',
    'workflow.migrated',
    'workspace.trusted',
    'isolation.chosen',
    'workspace.desired',
  ],
  answered: ['gate.answered'],
  done: ['landing.done', 'item.closed'],
  integrated: ['integration.done'],
  reverted: ['integration.reverted'],
  'handed-over': ['handoff.written'],
  asked: ['gate.opened', 'gate.mooted'],
  hindered: [
    'blocker.raised',
    'blocker.cleared',
    'duplicate.suspected',
    'account.barred',
    'account.freed',
    'budget.warned',
    'weighing.missed',
    'handoff.missed',
    'disk.ran-low',
    'disk.recovered',
  ],
  judged: [
    'criteria.checked',
    'attempt.ended',
    'attempt.late',
    'attempt.checked',
    'step.requeued',
    'step.failed',
    'landing.refused',
    'integration.refused',
    'reversion.refused',
  ],
  launched: [
    'run.started',
    'run.paused',
    'run.resumed',
    'run.draining',
    'run.ended',
    'decision.made',
    'attempt.started',
  ],
  planned: [
    'item.changed',
    'steps.added',
    'step.changed',
    'step.retired',
    'steps.carried',
    'plan.missed',
    'branch.adopted',
    'run.widened',
  ],
  removed: ['transcript.forgotten', 'clone.discarded'],
  house: [
    'workspace.opened',
    'record.begun',
    'house.opened',
    'house.closed',
    'house.restored',
    'key.published',
    'key.rotated',
    'checkpoint.missed',
  ],
  carried: [
    'claim.granted',
    'claim.released',
    'attempt.began',
    'attempt.used',
    'step.weighed',
    'landing.ordered',
    'integration.ordered',
    'reversion.ordered',
    'checkpoint.signed',
    'checkpoint.kept',
    'count.reported',
    'count.seen',
    'count.lapsed',
    'count.went-stale',
    'count.removed',
  ],
}

const kindOfType: ReadonlyMap<string, Kind> = new Map(
  kinds.flatMap((kind) => members[kind].map((type) => [type, kind])),
)

/** Undefined for a type that this version does not know. */
export function kindOf(type: string): Kind | undefined {
  return kindOfType.get(type)
}

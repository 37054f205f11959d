// One step: where it is and why, what it still has to meet, who tried, and what comes next.
import { z } from 'zod'
import { awaited, judgeEntry } from '../../core/criteria.ts'
import type { Attempt, Outcome } from '../../core/nouns/attempt.ts'
import type { Criterion } from '../../core/nouns/criterion.ts'
import type { Hold } from '../../core/nouns/decision.ts'
import type { Item } from '../../core/nouns/item.ts'
import { type Step, settledPhases } from '../../core/nouns/step.ts'
import { termsOf } from '../../core/policy.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { itemOf, runOf, type State, stepOf } from '../../core/state.ts'
import { statusOf } from '../../core/status.ts'
import { why } from '../../core/why.ts'
import { direct } from '../../core/workflows/workflow.ts'
import { views } from '../method.ts'
import { seq, stepId } from '../words.ts'
import { type StepLine, stepLine } from './lines.ts'
import { exitOf, remainingOf } from './remaining.ts'
import { type GateLine, gatesOf } from './summary.ts'

export interface AttemptLine {
  readonly id: string
  readonly number: number
  readonly agent: string
  readonly executor: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly outcome: string
  readonly why?: string
  readonly cost: number
  readonly landed?: string
}

export interface StepView extends StepLine {
  readonly seq: number
  readonly item: string
  /** Whom it was handed to, or whom its plan or its item names; '' when nobody is named. */
  readonly owner: string
  readonly brief: string
  readonly place?: string
  readonly writes: readonly string[]
  readonly after: readonly { readonly key: string; readonly status: string; readonly because: string }[]
  /** Who would do it next, and which checks would judge it. */
  readonly doer: string
  readonly checks: readonly string[]
  readonly gate?: string
  readonly entry: readonly string[]
  /** What must hold before it begins, as it was found when it began, or as it is now. */
  readonly criteria: readonly Criterion[]
  /** Keys of the steps before it that have not landed: of a join, the branches that it waits for. */
  readonly awaits: readonly string[]
  readonly exit: readonly string[]
  /** Of `exit`, what is not met yet. */
  readonly remaining: readonly string[]
  readonly hold: Hold
  /** What would move it on, and who can. */
  readonly next: string
  readonly tries: number
  readonly reworks: number
  readonly gates: readonly GateLine[]
  readonly tried: readonly AttemptLine[]
}

export const statusStep = views({
  name: 'status/step',
  needs: 'read',
  caption: 'One step: why it is where it is, what remains, who tried, what comes next.',
  params: z.strictObject({ step: stepId, at: seq.optional() }),
  about: (params) => params.step,
  at: (params) => params.at,
  view: (state, now, params): StepView | Refusal => view(state, params.step, now),
})

function view(state: State, id: string, now: number): StepView | Refusal {
  const step = stepOf(state, id)
  const item = itemOf(state, id)
  const hold = why(state, id, now)
  if (step === undefined || item === undefined || hold === undefined) return missingStep(id)
  const { spec } = step
  const exit = exitOf(step)
  return {
    ...stepLine(item, step),
    ...terms(state, item, step),
    seq: state.seq,
    item: item.id,
    owner: step.owner ?? spec.owner ?? item.owner,
    brief: spec.brief,
    ...(spec.place === undefined ? {} : { place: `${spec.place.file}:${spec.place.line}` }),
    writes: spec.writes,
    after: predecessors(item, step),
    entry: spec.entryCriteria ?? direct.steps[0]?.entryCriteria ?? [],
    criteria: step.criteria ?? judgeEntry(item, step),
    awaits: settledPhases.has(step.phase) ? [] : awaited(item, step),
    exit,
    remaining: remainingOf(step),
    hold,
    next: hold.until,
    tries: step.tries,
    reworks: step.reworks,
    gates: gatesOf(state, item.id).filter((gate) => gate.step === step.id),
    tried: step.attempts.map(attemptLine),
  }
}

function terms(state: State, item: Item, step: Step): Pick<StepView, 'doer' | 'checks' | 'gate'> {
  const workspace = state.workspaces.get(item.workspace)
  if (workspace === undefined) return { doer: '', checks: [] }
  const { agentName, checks, gate } = termsOf(workspace, item, step, runOf(state, item))
  return { doer: agentName, checks: checks.map((check) => check.name), ...(gate === undefined ? {} : { gate }) }
}

function predecessors(item: Item, step: Step): StepView['after'] {
  return step.after.flatMap((index) => {
    const from = item.steps[index]
    if (from === undefined) return []
    const because = step.spec.after.find((edge) => edge.key === from.spec.key)?.source ?? 'order'
    return [{ key: from.spec.key, status: statusOf(item, from), because }]
  })
}

export function attemptLine(attempt: Attempt): AttemptLine {
  const { id, number, agent, executor, startedAt, endedAt, outcome, used, landed, sentBack } = attempt
  return {
    id,
    number,
    agent,
    executor,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(sentBack === undefined ? ended(outcome) : { outcome: 'rejected', why: sentBack }),
    cost: used?.cost ?? 0,
    ...(landed === undefined ? {} : { landed }),
  }
}

function ended(outcome: Outcome | undefined): { outcome: string; why?: string } {
  if (outcome === undefined) return { outcome: 'running' }
  return { outcome: `${outcome.kind}${'reason' in outcome ? ` (${outcome.reason})` : ''}`, why: outcome.why }
}

export function missingStep(id: string): Refusal {
  return refuse('not-found', `step ${id}`, 'no plan that is open here has it', 'baton status lists the items')
}

// What an agent is to do in its attempt, and what has become of what it asked, declared and proposed.
import { z } from 'zod'
import type { Gate } from '../../core/nouns/gate.ts'
import { onlyReads, roleNameOf, termsOf } from '../../core/policy.ts'
import { feedback } from '../../core/prompt.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf, runOf, type State } from '../../core/state.ts'
import { type Status, statusOf } from '../../core/status.ts'
import { views } from '../method.ts'
import { attemptId } from '../words.ts'

export interface AskedView {
  readonly question: string
  readonly asks: string
  readonly answered: boolean
  readonly answer?: string
  readonly reasons?: readonly string[]
}

interface PartLine {
  readonly key: string
  readonly title: string
  readonly status: Status
}

export interface Brief {
  readonly seq: number
  readonly attempt: string
  readonly step: string
  readonly of: string
  readonly title: string
  readonly brief: string
  readonly role: string
  readonly readsOnly: boolean
  readonly writes: readonly string[]
  /** Names of the checks that will judge the result. */
  readonly checks: readonly string[]
  readonly exit: readonly string[]
  /** What a person or the checks said of the attempt before. */
  readonly before: string
  readonly after: readonly PartLine[]
  readonly parts: readonly PartLine[]
  readonly questions: readonly AskedView[]
  readonly blockers: readonly { readonly blocker: string; readonly kind: string; readonly notes: string }[]
}

export const attemptBrief = views({
  name: 'attempt/brief',
  tool: 'get_step',
  needs: 'read',
  forAgents: true,
  caption:
    'What your step asks for, how it will be checked, and what was answered to what you asked, declared and proposed.',
  params: z.strictObject({ attempt: attemptId }),
  about: (params) => params.attempt,
  view: (state, _now, { attempt }): Brief | Refusal => view(state, attempt),
})

function view(state: State, id: string): Brief | Refusal {
  const found = attemptOf(state, id)
  const workspace = found === undefined ? undefined : state.workspaces.get(found.item.workspace)
  if (found === undefined || workspace === undefined) return missingAttempt(id)
  const { item, step } = found
  const { spec } = step
  const lineOf = (one: typeof step) => ({ key: one.spec.key, title: one.spec.title, status: statusOf(item, one) })
  return {
    seq: state.seq,
    attempt: id,
    step: step.id,
    of: item.title,
    title: spec.title,
    brief: spec.brief,
    role: roleNameOf(workspace.policy, spec),
    readsOnly: onlyReads(workspace.policy, spec),
    writes: spec.writes,
    checks: termsOf(workspace, item, step, runOf(state, item)).checks.map(({ name }) => name),
    exit: spec.exitCriteria ?? [],
    before: feedback(step.attempts),
    after: step.after.flatMap((index) => item.steps[index] ?? []).map(lineOf),
    parts: item.steps.filter((one) => one.spec.part?.of === spec.key && !one.retired).map(lineOf),
    questions: [...state.gates.values()].filter((gate) => isOf(gate, id)).map(askedView),
    blockers: [...state.blockers.values()]
      .filter((one) => one.step === step.id && one.endAt === undefined)
      .map(({ id: blocker, kind, notes }) => ({ blocker, kind, notes })),
  }
}

/** What this attempt asked: not what others ask about its work. */
export function isOf(gate: Gate, attempt: string): boolean {
  return (
    gate.attempt === attempt && (gate.kind === 'question' || gate.kind === 'permission' || gate.proposes !== undefined)
  )
}

export function askedView({ id, asks, phase, reviews }: Gate): AskedView {
  const review = reviews.at(-1)
  return {
    question: id,
    asks,
    answered: phase !== 'open',
    ...(review === undefined ? {} : { answer: review.answer, reasons: review.reasons }),
  }
}

export function missingAttempt(id: string): Refusal {
  return refuse('not-found', `attempt ${id}`, 'no open item has it', 'ask about your own attempt')
}

// Folds facts of gates and blockers.

import type { Facts } from '../facts.ts'
import type { Gate } from '../nouns/gate.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { type State, stepOf } from '../state.ts'
import { owe } from './handoffs.ts'
import { enter, queue } from './phase.ts'
import { mustHave } from './plan.ts'

export function gateOpened(state: State, data: Facts['gate.opened'], at: number): void {
  const { gate: id, ...said } = data
  state.gates.set(id, { ...said, id, openedAt: at, reviews: [], phase: 'open' })
  const item = mustHave(state, data.item)
  if (data.kind === 'intake' || data.kind === 'foreign') item.gates += 1
  const step = data.step === undefined ? undefined : stepOf(state, data.step)
  // Its agent asks while it works; the work itself goes on.
  if (step === undefined || asking(data.kind)) return
  if (holdsWork(data)) {
    step.questions = (step.questions ?? 0) + 1
    if (step.phase !== 'verifying' && step.phase !== 'landing') return
  }
  enter(state, item, step, 'gated', data.asks)
}

export function gateAnswered(state: State, data: Facts['gate.answered'], at: number): void {
  const gate = state.gates.get(data.gate)
  if (gate === undefined) throw new Error(`A fact answers the gate ${data.gate}, which no earlier fact opened.`)
  gate.reviews.push(data.review)
  close(state, gate, 'answered')
  const item = mustHave(state, gate.item)
  const step = gate.step === undefined ? undefined : stepOf(state, gate.step)
  const attempt = step?.attempts.at(-1)
  oweReview(state, item, gate, at)
  if (gate.kind === 'release' && data.review.answer === 'approve') releaseApproved(state, item, data.review.by)
  if (step === undefined || attempt === undefined || asking(gate.kind)) return
  if (gate.kind === 'plan' && data.review.answer === 'keep') goOn(state, item, step, attempt.id)
  if (gate.proposes !== undefined) {
    if (data.review.answer === 'approve') goOn(state, item, step, attempt.id)
    return
  }
  if (data.review.answer !== 'approve') return
  step.approved = true
  if (step.phase === 'gated') queue(state, item, step, attempt.id)
}

const refusing: ReadonlySet<string> = new Set(['reject', 'deny', 'drop', 'stop'])

function oweReview(state: State, item: Item, gate: Gate, at: number): void {
  const review = gate.reviews.at(-1)
  if (review === undefined) return
  const step = gate.step === undefined ? undefined : stepOf(state, gate.step)
  const attempt = gate.attempt ?? step?.attempts.at(-1)?.id
  const reasons = review.reasons.length === 0 ? '' : `: ${review.reasons.join('; ')}`
  owe(state, item, {
    at,
    event: refusing.has(review.answer) ? 'gate-rejected' : 'gate-approved',
    actor: review.by,
    outcome: `${gate.id} (${gate.kind}) was answered "${review.answer}"${reasons}`,
    gate: gate.id,
    ...(step === undefined ? {} : { step: step.id }),
    ...(attempt === undefined ? {} : { attempt }),
  })
}

function asking(kind: Gate['kind']): boolean {
  return kind === 'question' || kind === 'permission'
}

/** What is at work goes on, and lands only once this is answered. */
function holdsWork({ kind, proposes }: Pick<Gate, 'kind' | 'proposes'>): boolean {
  return kind === 'plan' || proposes !== undefined
}

/** Work that waited for this answer alone queues to be verified. */
function goOn(state: State, item: Item, step: Step, attempt: string): void {
  const others = [...state.gates.values()].some((one) => one.step === step.id && one.phase === 'open')
  if (step.phase === 'gated' && !others) queue(state, item, step, attempt)
}

function releaseApproved(state: State, item: Item, by: string): void {
  item.integrate = by
  item.integrateSeq = state.seq
}

export function gateMooted(state: State, data: Facts['gate.mooted']): void {
  const gate = state.gates.get(data.gate)
  if (gate !== undefined) close(state, gate, 'moot')
}

function close(state: State, gate: Gate, phase: 'answered' | 'moot'): void {
  if (gate.phase === 'open' && (gate.kind === 'intake' || gate.kind === 'foreign'))
    mustHave(state, gate.item).gates -= 1
  const step = holdsWork(gate) && gate.step !== undefined ? stepOf(state, gate.step) : undefined
  if (gate.phase === 'open' && step !== undefined) step.questions = Math.max(0, (step.questions ?? 0) - 1)
  gate.phase = phase
}

export function blockerRaised(state: State, data: Facts['blocker.raised'], at: number): void {
  const { blocker: id, ...said } = data
  state.blockers.set(id, { ...said, id, startAt: at })
  count(state, data.item, data.step, 1)
}

export function blockerCleared(state: State, data: Facts['blocker.cleared'], at: number): void {
  const blocker = state.blockers.get(data.blocker)
  if (blocker === undefined || blocker.endAt !== undefined) return
  blocker.endAt = at
  count(state, blocker.item, blocker.step, -1)
  const step = blocker.step === undefined ? undefined : stepOf(state, blocker.step)
  if (step !== undefined && blocker.kind === 'handoff' && data.by !== 'baton') step.waived = true
}

function count(state: State, itemId: string, stepId: string | undefined, by: number): void {
  const step = stepId === undefined ? undefined : stepOf(state, stepId)
  if (step === undefined) mustHave(state, itemId).blockers += by
  else step.blockers += by
}

// Folds facts of claims, attempts, landing and integration.

import type { Facts } from '../facts.ts'
import { type Attempt, outsideExecutor } from '../nouns/attempt.ts'
import { type Batched, type Item, isLanding } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { tells } from '../routing/rungs.ts'
import { spendOn } from '../spending/tally.ts'
import { attemptOf, type State } from '../state.ts'
import { owe } from './handoffs.ts'
import { enter, queue, takeSeat } from './phase.ts'
import { mustBe, mustHave } from './plan.ts'
import { judged, landed } from './standings.ts'

export function decisionMade(): void {
  // A decision changes nothing by itself: the claims and attempts that follow it do.
}

export function claimGranted(state: State, data: Facts['claim.granted']): void {
  if (data.executor !== outsideExecutor) takeSeat(state, data.agent, 1)
}

export function claimReleased(state: State, data: Facts['claim.released']): void {
  const { attempt } = must(state, data.attempt)
  if (attempt.outside === undefined) takeSeat(state, attempt.agent, -1)
}

export function attemptStarted(state: State, data: Facts['attempt.started'], at: number, seq: number): void {
  const { item, step } = mustBe(state, data.step)
  step.attempts.push({
    id: data.attempt,
    step: data.step,
    number: data.number,
    agent: data.agent,
    executor: data.executor,
    fence: seq,
    epoch: state.epoch,
    base: data.base,
    startedAt: at,
    ...(data.model === undefined ? {} : { model: data.model }),
    ...(data.advised === undefined ? {} : { advised: data.advised }),
    ...(data.mends === undefined ? {} : { mends: data.mends }),
    ...(data.outside === undefined ? {} : { outside: data.outside }),
  })
  delete step.mend
  step.approved = false
  enter(state, item, step, 'running', data.outside === undefined ? '' : `outside Baton, by ${data.outside.displayName}`)
}

export function attemptBegan(state: State, data: Facts['attempt.began'], at: number): void {
  const { attempt } = must(state, data.attempt)
  attempt.beganAt = at
  attempt.inputs = data.inputs
  if (data.session !== undefined) attempt.session = data.session
  attempt.clone = 'kept'
}

export function attemptEnded(state: State, data: Facts['attempt.ended'], at: number): void {
  const { item, step, attempt } = must(state, data.attempt)
  attempt.endedAt = at
  attempt.outcome = data.outcome
  spendOn(state, item, attempt, data.used, at)
  if (data.tree !== undefined) attempt.tree = data.tree
  if (data.commit !== undefined) attempt.commit = data.commit
  if (data.transcript !== undefined) attempt.transcript = data.transcript
  if (data.protectedPaths !== undefined) attempt.protectedPaths = data.protectedPaths
  if (data.session !== undefined) attempt.session = data.session
  if (data.summary !== undefined) attempt.summary = data.summary
  if (data.said !== undefined) attempt.said = data.said
  if (data.outcome.kind !== 'succeeded' && tells(data.outcome.reason)) judged(state, item, step, attempt)
  if (data.outcome.kind !== 'succeeded') {
    const said = { at, step: step.id, attempt: attempt.id, actor: attempt.said?.actor ?? attempt.agent }
    const event = data.outcome.kind === 'rejected' ? 'attempt-rejected' : 'attempt-failed'
    owe(state, item, { ...said, event, outcome: `${data.outcome.reason}: ${data.outcome.why}` })
  }
  if (step.phase !== 'running') return
  if (data.outcome.kind === 'succeeded') queue(state, item, step, attempt.id)
  else enter(state, item, step, 'waiting')
}

export function attemptUsed(state: State, data: Facts['attempt.used'], at: number): void {
  const { item, attempt } = must(state, data.attempt)
  spendOn(state, item, attempt, data.used, at)
}

/** Evidence only: a late or second report is kept and never applied; what it cost was spent all the same. */
export function attemptLate(state: State, data: Facts['attempt.late'], at: number): void {
  const found = attemptOf(state, data.attempt)
  if (found !== undefined && data.used !== undefined) spendOn(state, found.item, found.attempt, data.used, at)
}

export function attemptChecked(state: State, data: Facts['attempt.checked'], at: number): void {
  const { item, step, attempt } = must(state, data.attempt)
  if (!data.passed) {
    const failed = data.verdicts.filter((one) => !one.passed).map((one) => one.check)
    const said = { at, step: step.id, attempt: attempt.id, commit: data.commit, actor: 'baton' }
    owe(state, item, { ...said, event: 'attempt-rejected', outcome: `it fails its checks: ${failed.join(', ')}` })
  }
  judged(state, item, step, attempt)
  attempt.checked = {
    tip: data.tip,
    commit: data.commit,
    tree: data.tree,
    ...(data.on === undefined ? {} : { on: data.on }),
    passed: data.passed,
    verdicts: data.verdicts,
  }
  // What was checked with others lands with them or not at all: their order says so.
  if (data.passed && data.on === undefined && step.phase === 'verifying') enter(state, item, step, 'landing')
}

export function landingOrdered(state: State, data: Facts['landing.ordered'], seq: number): void {
  const { item } = must(state, data.attempt)
  const { attempt, ref, expected, commit, batch } = data
  item.landing = { attempt, ref, expected, commit, ...(batch === undefined ? {} : { batch }), orderedSeq: seq }
  enterAll(state, item, batch, 'landing')
}

function enterAll(state: State, item: Item, batch: readonly Batched[] = [], phase: 'landing' | 'verifying'): void {
  for (const { attempt } of batch) enter(state, item, must(state, attempt).step, phase)
}

export function landingDone(state: State, data: Facts['landing.done'], at: number): void {
  const { item, step, attempt } = must(state, data.attempt)
  const last = item.landing?.batch?.at(-1)?.attempt ?? data.attempt
  if (last === data.attempt) delete item.landing
  if (item.tip !== data.commit) item.unborn = false
  item.tip = data.commit
  attempt.landed = data.commit
  step.landed = { attempt: attempt.id, commit: data.commit, seq: state.seq }
  landed(state, item, step, attempt)
  enter(state, item, step, 'done')
  const actor = attempt.said?.actor ?? attempt.agent
  const said = { at, step: step.id, attempt: attempt.id, commit: data.commit, actor }
  const words = attempt.outside === undefined ? '' : `: ${attempt.outcome?.why ?? ''}`
  owe(state, item, { ...said, event: 'attempt-completed', outcome: `its result has landed on ${item.branch}${words}` })
}

/** What is held by a person's working tree stays ordered and is tried again; anything else starts over. */
export function landingRefused(state: State, data: Facts['landing.refused']): void {
  const { item, step } = must(state, data.attempt)
  if (isLanding(item, data.attempt) && data.kind !== 'held') {
    // A verdict on what lands together says nothing of what lands otherwise.
    enterAll(state, item, item.landing?.batch, 'verifying')
    delete item.landing
  }
  step.why = data.why
}

export function integrationOrdered(state: State, data: Facts['integration.ordered']): void {
  const item = mustHave(state, data.item)
  item.integration = {
    ref: data.ref,
    expected: data.expected,
    commit: data.commit,
    of: data.of,
    orderedSeq: state.seq,
    done: false,
  }
}

export function integrationDone(state: State, data: Facts['integration.done'], at: number): void {
  const item = mustHave(state, data.item)
  if (item.integration !== undefined) item.integration.done = true
  const said = { at, commit: data.commit, actor: data.by }
  owe(state, item, { ...said, event: 'baseline-integration', outcome: `${item.branch} is merged into ${data.ref}` })
}

export function integrationRefused(state: State, data: Facts['integration.refused']): void {
  const item = mustHave(state, data.item)
  delete item.integration
  delete item.integrate
  delete item.integrateSeq
}

export function transcriptForgotten(): void {
  // Kept for the record: the transcript itself is no part of the state.
}

export function cloneDiscarded(state: State, data: Facts['clone.discarded']): void {
  const found = attemptOf(state, data.attempt)
  if (found !== undefined) found.attempt.clone = 'gone'
}

function must(state: State, id: string): { item: Item; step: Step; attempt: Attempt } {
  const found = attemptOf(state, id)
  if (found === undefined) throw new Error(`A fact names the attempt ${id}, which no earlier fact started.`)
  return found
}

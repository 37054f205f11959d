// Decides what the engine reports of attempts: begun, ended, checked.

import { type Decided, nextId } from '../decide/answer.ts'
import { spendingOf } from '../decide/budget.ts'
import { giveBack, mootGates, mootQuestions } from '../decide/step.ts'
import { type Fact, type Facts, fact } from '../facts.ts'
import type { Attempt, Mending, Outcome } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { splitOnly } from '../parts.ts'
import { onlyReads, termsOf } from '../policy.ts'
import { retryRules } from '../reasons.ts'
import { refuse } from '../refusals.ts'
import { accountOf, crewOf } from '../routing/agents.ts'
import { attemptOf, closedItemOf, latest, runOf, type State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { barsFor } from './account.ts'
import { nothingToLand } from './landing.ts'

interface Found {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

function accountOfAttempt(state: State, item: Item, attempt: Attempt): string {
  const policy = state.workspaces.get(item.workspace)?.policy
  const known = policy === undefined ? undefined : crewOf(policy).byName.get(attempt.agent)
  return known === undefined ? attempt.agent : accountOf(known.agent, known.model)
}

export function beginAttempt(state: State, data: Wishes['attempt.begin']): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined) return noAttempt(data.attempt)
  if (!holds(found.step, found.attempt, data.fence)) {
    return refuse('conflict', `attempt ${data.attempt}`, 'it no longer holds the claim', 'stop its agent')
  }
  if (found.attempt.beganAt !== undefined) {
    return refuse('conflict', `attempt ${data.attempt}`, 'an agent has begun it already', 'stop the second agent')
  }
  const { fence: _, ...said } = data
  return [fact('attempt.began', found.item.id, said)]
}

export function endAttempt(state: State, data: Wishes['attempt.end'], _: Wish, at: number): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined) return ofClosed(state, data) ?? noAttempt(data.attempt)
  const { item, step, attempt } = found
  if (!holds(step, attempt, data.fence))
    return late(item.id, data, `it reported after its claim had ended (fence ${data.fence}, claim ${attempt.fence})`)
  const { fence: _fence, changed, ...said } = data
  const split = splitOnly(item, state.gates.values(), step, attempt.id, changed !== false)
  const reads = onlyReads(state.workspaces.get(item.workspace)?.policy, step.spec)
  const outcome = judge(data.outcome, { changed, split, reads, stands: step.stands === true })
  const bars = barsFor(state, accountOfAttempt(state, item, attempt), outcome, at)
  const facts = [
    fact('attempt.ended', item.id, { ...said, outcome }),
    fact('claim.released', item.id, { step: step.id, attempt: attempt.id, why: outcome.why }),
    ...spendingOf(state, found, said.used, at),
    ...bars,
    ...mootQuestions(state, attempt.id, 'its attempt has ended'),
    ...(outcome.kind === 'succeeded' ? [] : mootGates(state, step, 'its attempt came to nothing')),
  ]
  if (outcome.kind === 'succeeded') return facts
  const bar = bars.find((one) => one.type === 'account.barred')
  const after = [...facts, afterFailure(state, found, outcome, at)]
  if (outcome.reason === 'no-handoff') return [...after, withoutHandoff(state, found, outcome.why, after.length)]
  const asks = bar === undefined ? undefined : longWait(state, found, bar.data, after.length, at)
  return [...after, ...(asks === undefined ? [] : [asks])]
}

/** Finished work is never lost: what came too late is never applied, and is named in the record with what it left. */
function late(item: string, data: Wishes['attempt.end'], why: string): Fact[] {
  const { attempt, fence, outcome, used, tree, commit, transcript } = data
  const left = {
    ...(used.tokensIn + used.tokensOut + used.cost === 0 ? {} : { used }),
    ...(tree === undefined ? {} : { tree }),
    ...(commit === undefined ? {} : { commit }),
    ...(transcript === undefined ? {} : { transcript }),
  }
  return [fact('attempt.late', item, { attempt, fence, outcome, why, ...left })]
}

function ofClosed(state: State, data: Wishes['attempt.end']): Fact[] | undefined {
  const over = closedItemOf(state, data.attempt)
  return over === undefined ? undefined : late(over.id, data, `its item is closed: ${over.why}`)
}

interface Left {
  readonly changed: boolean | undefined
  /** It split its step into parts. */
  readonly split: boolean
  /** It was to answer and to change nothing. */
  readonly reads: boolean
  /** What it was to do is on the branch since an earlier attempt. */
  readonly stands: boolean
}

/** Exit code 0 proves nothing; the tree does. A reason that nobody knows is itself bad output. */
function judge(outcome: Outcome, { changed, split, reads, stands }: Left): Outcome {
  if (outcome.kind !== 'succeeded') {
    return Object.hasOwn(retryRules, outcome.reason) ? outcome : { ...outcome, reason: 'bad-output' }
  }
  if (reads && changed === true) {
    return { kind: 'failed', reason: 'bad-output', why: 'the step may only read, but the agent changed files' }
  }
  if (reads || split || changed !== false) return outcome
  if (stands) return { ...outcome, why: 'it changed nothing: what was done before stands' }
  return { kind: 'failed', reason: 'no-change', why: 'the agent ended well but changed nothing' }
}

type Failure = Exclude<Outcome, { kind: 'succeeded' }>

function afterFailure(state: State, { item, step, attempt }: Found, outcome: Failure, at: number): Fact {
  const why = {
    reason: outcome.reason,
    text: outcome.why,
    ...(outcome.until === undefined ? {} : { until: outcome.until }),
  }
  // A session that was cut short is gone on with where it can be: what it did until then lies in its commit.
  const goesOn = attempt.mends !== undefined && (attempt.mends.what === 'conflict' || !ranDry(outcome))
  const mends = goesOn ? { mends: attempt.mends } : {}
  return giveBack(state, item, step, { ...why, ...mends }, at)
}

/** Nobody goes on from what cannot be read: the step waits until somebody has put it right. */
function withoutHandoff(state: State, { item, step }: Found, why: string, ahead: number): Fact {
  return fact('blocker.raised', item.id, {
    blocker: nextId(state, 'blocker-', ahead),
    item: item.id,
    step: step.id,
    kind: 'handoff',
    owner: step.owner ?? item.owner,
    notes: `${why} Put it right with: baton handoff repair ${item.id}`,
  })
}

const dry: ReadonlySet<string> = new Set(['context-overflow', 'no-change', 'bad-output'])

/** Going on would only come to the same. */
function ranDry(outcome: Failure): boolean {
  return dry.has(outcome.reason)
}

/** A wait that is longer than anybody allowed beforehand is a person's to decide. */
function longWait(
  state: State,
  { item, step, attempt }: Found,
  bar: Facts['account.barred'],
  ahead: number,
  at: number,
) {
  const quota = state.workspaces.get(item.workspace)?.policy.quota
  if (quota === undefined || bar.until === undefined || quota.fallback) return undefined
  const ms = bar.until - at
  if (ms <= quota.longestWaitMs) return undefined
  return fact('gate.opened', item.id, {
    gate: nextId(state, 'gate-', ahead),
    kind: 'budget',
    item: item.id,
    step: step.id,
    attempt: attempt.id,
    asks: `${bar.account} can be used again only in ${Math.ceil(ms / 3_600_000)} hours: ${bar.why} Wait so long?`,
    options: ['wait', 'stop'],
    usual: 'wait',
  })
}

/** The fence: a report counts only while its own attempt is the one that runs. */
function holds(step: Step, attempt: Attempt, fence: number): boolean {
  return (
    step.phase === 'running' && latest(step) === attempt && attempt.endedAt === undefined && attempt.fence === fence
  )
}

export function checkAttempt(state: State, data: Wishes['attempt.check'], _: Wish, at: number): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined) return noAttempt(data.attempt)
  const { item, step, attempt } = found
  const stale = staleness(item, step, attempt, data.tip)
  if (stale !== undefined)
    return refuse('conflict', `check of ${data.attempt}`, stale, 'nothing to do: Baton checks again by itself')
  const passed = data.verdicts.every((verdict) => verdict.passed)
  const checked = fact('attempt.checked', item.id, { ...data, passed })
  if (!passed) {
    const failed = data.verdicts.filter((verdict) => !verdict.passed)
    const text = failed.map((verdict) => `${verdict.check}: ${verdict.why}`).join('; ')
    return [checked, giveBack(state, item, step, { reason: 'checks-failed', text, ...mending(state, found) }, at)]
  }
  const gate = step.approved ? undefined : gateFor(state, item, step, attempt, data)
  if (gate !== undefined) return [checked, gate]
  return data.commit === data.tip && item.gates === 0 ? [checked, nothingToLand(item, attempt)] : [checked]
}

/** The same agent goes on in its session from what it left; one that has none begins anew. */
function mending(state: State, { item, attempt }: Found): { mends?: Mending } {
  const repair = state.workspaces.get(item.workspace)?.policy.routing.repair === true
  if (!repair || attempt.session === undefined || attempt.commit === undefined) return {}
  return { mends: { attempt: attempt.id, what: 'checks' } }
}

/** Why a verdict says nothing about what would land now: only the first in the lane is judged, on the tip as it is. */
function staleness(item: Item, step: Step, attempt: Attempt, tip: string): string | undefined {
  if (latest(step) !== attempt || step.phase !== 'verifying') return `its step is ${step.phase}`
  if (item.lane[0] !== attempt.id) return 'it is not its turn'
  return item.tip === tip ? undefined : 'the branch has moved since'
}

/** Law 10: no green without evidence. What nothing checked, what touched protected paths, and what the plan gates, a person sees first. */
function gateFor(
  state: State,
  item: Item,
  step: Step,
  attempt: Attempt,
  data: Wishes['attempt.check'],
): Fact | undefined {
  const workspace = state.workspaces.get(item.workspace)
  const named = workspace === undefined ? undefined : termsOf(workspace, item, step, runOf(state, item)).gate
  // What was split is judged, and held at its gate, in its parts.
  if (splitOnly(item, state.gates.values(), step, attempt.id, attempt.commit !== undefined)) return undefined
  const asks: string[] = []
  if (named !== undefined) asks.push(`${step.spec.key} must pass the gate "${named}"`)
  if (data.verdicts.length === 0 && !onlyReads(workspace?.policy, step.spec))
    asks.push(`nothing checked ${step.spec.key}: no check is configured for it`)
  const paths = attempt.protectedPaths ?? []
  if (paths.length > 0) asks.push(`${step.spec.key} changed protected paths: ${paths.slice(0, 5).join(', ')}`)
  if (asks.length === 0) return undefined
  return fact('gate.opened', item.id, {
    gate: nextId(state, 'gate-', 1),
    kind: named === undefined && paths.length === 0 ? 'check' : 'approval',
    item: item.id,
    step: step.id,
    attempt: attempt.id,
    asks: `${asks.join('; ')}. Land its result?`,
    options: ['approve', 'reject'],
    usual: 'approve',
  })
}

function noAttempt(id: string): Decided {
  return refuse('not-found', `attempt ${id}`, 'no such attempt was started', 'baton status')
}

// Decides wishes about one step: retry, skip, cancel; and what follows when an attempt came to nothing.
import { type Fact, fact } from '../facts.ts'
import { type FailureReason, type Mending, nothingUsed } from '../nouns/attempt.ts'
import type { Gate } from '../nouns/gate.ts'
import { type Item, isLanding } from '../nouns/item.ts'
import { busyPhases, type Step, settledPhases } from '../nouns/step.ts'
import { backoffMs, retryRules } from '../reasons.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { crewOf, ownAccount } from '../routing/agents.ts'
import { itemOf, latest, type State, stepOf } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

/** However a step fails, it is not tried for ever; only a quota may be waited for as often as it takes. */
const attemptsBeyondTries = 20

export function retryStep(state: State, data: Wishes['step.retry'], wish: Wish): Decided {
  const found = find(state, data.step)
  if ('kind' in found) return found
  const { item, step } = found
  if (busyPhases.has(step.phase)) {
    return refuse('conflict', `step ${step.id}`, `it is ${step.phase}`, `wait, or baton cancel ${step.id}`)
  }
  if (settledPhases.has(step.phase)) {
    return refuse(
      'conflict',
      `step ${step.id}`,
      `it is ${step.phase}`,
      'to do it again, reject its gate, or edit the plan',
    )
  }
  const agent = data.agent
  if (agent !== undefined && !state.workspaces.get(item.workspace)?.policy.agents.some((one) => one.name === agent)) {
    return refuse(
      'not-found',
      `agent ${agent}`,
      'trusted configuration does not name it',
      'add it to baton.yaml, then baton trust',
    )
  }
  return [
    ...freed(state, item, step, agent, wish.by),
    fact('step.requeued', item.id, {
      step: step.id,
      reason: 'asked',
      why: `${wish.by}: ${data.why}`,
      counted: false,
      fresh: true,
      notBefore: 0,
      ...(agent === undefined ? {} : { agent }),
    }),
  ]
}

/** Whoever asks for another try has logged in again, or installed what was missing. */
function freed(state: State, item: Item, step: Step, agent: string | undefined, by: string): Fact[] {
  const policy = state.workspaces.get(item.workspace)?.policy
  const name = agent ?? latest(step)?.agent
  const known = policy === undefined || name === undefined ? undefined : crewOf(policy).byName.get(name)
  const accounts = known === undefined ? [] : [known.account, ownAccount(known.agent.name)]
  return accounts
    .filter((account) => state.bars.has(account))
    .map((account) => fact('account.freed', 'house', { account, why: `${step.id} is tried again`, by }))
}

export function skipStep(state: State, data: Wishes['step.skip'], wish: Wish): Decided {
  const found = find(state, data.step)
  if ('kind' in found) return found
  const { item, step } = found
  if (settledPhases.has(step.phase))
    return refuse('conflict', `step ${step.id}`, `it is already ${step.phase}`, 'nothing to do')
  if (busyPhases.has(step.phase))
    return refuse('conflict', `step ${step.id}`, `it is ${step.phase}`, `baton cancel ${step.id} first`)
  return [fact('step.skipped', item.id, { step: step.id, why: data.why, by: wish.by })]
}

export function cancelStep(state: State, data: Wishes['step.cancel'], wish: Wish): Decided {
  const found = find(state, data.step)
  if ('kind' in found) return found
  const { item, step } = found
  if (settledPhases.has(step.phase) || step.phase === 'cancelled')
    return refuse('conflict', `step ${step.id}`, `it is already ${step.phase}`, 'nothing to do')
  if (isLanding(item, latest(step)?.id ?? '')) {
    return refuse('conflict', `step ${step.id}`, 'its landing has been ordered', 'wait until it has landed')
  }
  const facts = step.phase === 'running' ? stopWork(state, item, step, 'cancelled', data.why) : []
  return [
    ...facts,
    ...mootGates(state, step, data.why),
    fact('step.cancelled', item.id, { step: step.id, why: data.why, by: wish.by }),
  ]
}

/** What holds the step is asked no more; what its agent asked is moot with its attempt. */
export function mootGates(state: State, step: Step, why: string): Fact[] {
  return [...state.gates.values()]
    .filter((gate) => gate.step === step.id && gate.phase === 'open' && !asking(gate))
    .map((gate) => fact('gate.mooted', step.item, { gate: gate.id, why }))
}

function asking({ kind }: Gate): boolean {
  return kind === 'question' || kind === 'permission'
}

/** What its agent asked while it worked: nobody waits for an answer any more. */
export function mootQuestions(state: State, attempt: string, why: string): Fact[] {
  return [...state.gates.values()]
    .filter((gate) => gate.attempt === attempt && gate.phase === 'open' && asking(gate))
    .map((gate) => fact('gate.mooted', gate.item, { gate: gate.id, why }))
}

/** Ends the running attempt in the record; the engine then ends its processes. */
export function stopWork(state: State, item: Item, step: Step, reason: FailureReason, why: string): Fact[] {
  const attempt = latest(step)
  if (attempt === undefined || attempt.endedAt !== undefined) return []
  return [
    fact('attempt.ended', item.id, {
      attempt: attempt.id,
      outcome: { kind: 'stopped', reason, why },
      used: nothingUsed,
    }),
    fact('claim.released', item.id, { step: step.id, attempt: attempt.id, why }),
    ...mootQuestions(state, attempt.id, why),
  ]
}

const ofAccount: ReadonlySet<FailureReason> = new Set(['quota', 'rate-limited', 'auth'])

/** What becomes of a step whose attempt failed: back to waiting by the reason's rule, or failed for good. */
export function giveBack(
  state: State,
  item: Item,
  step: Step,
  why: { reason: FailureReason; text: string; until?: number; mends?: Mending },
  at: number,
): Fact {
  const rule = retryRules[why.reason]
  const tries = state.workspaces.get(item.workspace)?.policy.tries ?? 3
  const used = step.tries + Number(rule.counts)
  const failures = step.attempts.length - step.attemptsBefore
  const worn = rule.again !== 'when-told' && failures >= tries + attemptsBeyondTries
  const over = rule.again === 'never' || (rule.counts && used >= tries) || worn
  if (over) {
    const count = rule.again === 'never' ? '' : ` (${used} of ${tries} tries)`
    return fact('step.failed', item.id, {
      step: step.id,
      reason: why.reason,
      why: `${why.text}${count}; ${rule.remedy}`,
    })
  }
  const told = why.until !== undefined && why.until > at ? why.until : undefined
  // What holds its account holds it: another agent may take it meanwhile.
  const notBefore = ofAccount.has(why.reason) ? 0 : (told ?? (rule.again === 'at-once' ? 0 : at + backoffMs(failures)))
  return fact('step.requeued', item.id, {
    step: step.id,
    reason: why.reason,
    why: why.text,
    counted: rule.counts,
    fresh: false,
    notBefore,
    ...(why.mends === undefined ? {} : { mends: why.mends }),
  })
}

function find(state: State, id: string): { item: Item; step: Step } | Refusal {
  const step = stepOf(state, id)
  const item = itemOf(state, id)
  if (step === undefined || item === undefined || step.retired) {
    return refuse('not-found', `step ${id}`, 'no plan that is open here has it', 'baton status lists them')
  }
  return { item, step }
}

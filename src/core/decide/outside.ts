// Decides claims of steps by those whom Baton does not run: a person, or a script, in a checkout of their own.

import { type Fact, fact } from '../facts.ts'
import { type Attempt, outsideExecutor, speaksFor } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import { busyPhases, type Step, settledPhases } from '../nouns/step.ts'
import { partsBelow, runsOn, withParts } from '../parts.ts'
import { termsOf } from '../policy.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { compare, fresh } from '../schedule/board.ts'
import { clash, heldBy, locksHeld } from '../schedule/conflicts.ts'
import { itemOf, latest, nextNumber, runOf, type State, stepOf } from '../state.ts'
import { utc } from '../text/utc.ts'
import { type Answer, byPlan, list, ofItem, ofStep, remedy } from '../why.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'
import { reviewGate } from './intake.ts'
import { mootRelease } from './run.ts'
import { entry } from './tick.ts'

/** The same facts as a launch, with whoever claims it for an agent. Nothing at all when they have it already. */
export function claimStep(state: State, data: Wishes['step.claim'], wish: Wish, at: number): Decided {
  const item = itemOf(state, data.step)
  const step = stepOf(state, data.step)
  if (item === undefined || step === undefined || step.retired)
    return refuse('not-found', `step ${data.step}`, 'no plan that is open here has it', 'baton status lists them')
  const held = latest(step)
  const mine = held !== undefined && speaksFor(held, data.executor, wish.by) && step.phase === 'running'
  const number = mine ? held.number : nextNumber(item, step)
  if (data.attempt !== undefined && data.attempt !== number) return otherAttempt(step, data.attempt, number)
  if (mine) return []
  const no = notFree(state, item, step) ?? waits(state, item, step, at)
  if (no !== undefined) return no
  const asks = item.steps.some((one) => one.attempts.length > 0) ? [] : reviewGate(state, item, 0)
  if (asks.length > 0) return asks
  return claim(state, { item, step, number, by: wish.by }, data)
}

interface Found {
  readonly item: Item
  readonly step: Step
  readonly number: number
  readonly by: string
}

function claim(state: State, { item, step, number, by }: Found, data: Wishes['step.claim']): Fact[] {
  const attempt = `${step.id}/${number}`
  const claimed = { step: step.id, attempt, agent: data.executor, executor: outsideExecutor }
  const { displayName = data.executor, runId } = data
  const outside = { displayName, ...(runId === undefined ? {} : { runId }), by }
  const because = `claimed by ${by}, to be done outside Baton`
  return [
    ...mootRelease(state, item, `${data.executor} has claimed ${step.id} outside Baton`),
    ...entry(state, step.id),
    fact('claim.granted', item.id, claimed),
    fact('attempt.started', item.id, { ...claimed, number, base: item.tip, outside, because }),
  ]
}

function otherAttempt(step: Step, asked: number, number: number): Refusal {
  const why = `its next attempt is ${step.id}/${number}, not ${step.id}/${asked}`
  return refuse('conflict', `step ${step.id}`, why, `baton show ${step.id} says what has happened since`)
}

/** By whom it is held, since when and as which attempt; or that it is over. */
function notFree(state: State, item: Item, step: Step): Refusal | undefined {
  const what = `step ${step.id}`
  const workspace = state.workspaces.get(item.workspace)
  if (workspace?.policy.outside === 'forbid')
    return refuse(
      'policy',
      what,
      'trusted configuration lets nobody outside claim steps',
      'outside: allow, then baton trust',
    )
  if (workspace?.isolation === undefined)
    return refuse('policy', what, 'nobody has chosen how its checks are isolated here', 'run baton init')
  if (workspace.trusted === undefined)
    return refuse('policy', what, 'baton.yaml has not been trusted', 'run baton trust')
  if (item.integrate !== undefined || item.integration !== undefined)
    return refuse('conflict', what, `the branch of ${item.id} is being integrated`, `baton status ${item.id}`)
  const held = latest(step)
  if (busyPhases.has(step.phase) && held !== undefined) return heldBySomebody(step, held)
  if (settledPhases.has(step.phase))
    return refuse('conflict', what, `it is already ${step.phase}`, `baton show ${step.id}`)
  if (step.phase === 'failed' || step.phase === 'cancelled')
    return refuse('conflict', what, `it is ${step.phase}: ${step.why}`, `baton retry ${step.id}, then claim it`)
  return undefined
}

function heldBySomebody(step: Step, { id, agent, startedAt, outside }: Attempt): Refusal {
  const [day = '', time = ''] = utc(startedAt)
  const does: Readonly<Record<string, string>> = {
    running: 'is at work on it',
    verifying: 'has done it, and it is being checked',
    landing: 'has done it, and it is landing',
    gated: 'has done it, and a question about it is open',
  }
  const why = `${agent} ${does[step.phase] ?? 'has it'}: attempt ${id}, since ${day} ${time} UTC`
  const ends = outside === undefined ? `wait, or baton cancel ${step.id}` : `wait, or baton release ${id} --why "…"`
  return refuse('conflict', `step ${step.id}`, why, ends)
}

/** What it waits for, in the words of `why`. Slots, seats, quotas and pauses between tries are for agents. */
function waits(state: State, item: Item, step: Step, at: number): Refusal | undefined {
  const answer = waitsFor(state, item, step, at)
  return answer === undefined ? undefined : refuse('conflict', `step ${step.id}`, answer[1], answer[2])
}

function waitsFor(state: State, item: Item, step: Step, at: number): Answer | undefined {
  const run = runOf(state, item)
  const live = run !== undefined && run.phase !== 'ended'
  if (state.diskLow) return ofItem(state, item, 'disk')
  if (live && run.phase !== 'active') return ofItem(state, item, 'paused')
  if (item.gates > 0) return ofItem(state, item, 'gate')
  if (item.blockers > 0) return ofItem(state, item, 'blocker')
  if (live && step.wanted) fresh(item)
  const plan = live && step.wanted ? byPlan(item, step) : byWholePlan(item, step)
  if (plan !== undefined) return plan
  if (step.blockers > 0) return ofStep(state, step, { because: 'blocker' }, at)
  const workspace = state.workspaces.get(item.workspace)
  if (workspace === undefined) return undefined
  const { locks } = termsOf(workspace, item, step, run)
  const shared = clash(heldBy(item, locksHeld(state, workspace)), step, locks)
  if (shared === undefined) return undefined
  return ofStep(state, step, { because: shared.kind, on: shared.on, by: shared.step }, at)
}

/** Where no run has chosen steps, all of the plan holds: every edge that it names, and the order of the document. */
function byWholePlan(item: Item, step: Step): Answer | undefined {
  const named = [...step.spec.after.map(({ key }) => key), ...(step.reentry === undefined ? [] : [step.reentry])]
  const stated = named.flatMap((key) => item.keys.get(key) ?? [])
  const parts = partsBelow(item)
  const after = parts === undefined ? stated : withParts(item, step, stated, parts)
  const open = after.flatMap((index) => item.steps[index] ?? []).filter((one) => one !== step && isOpen(one))
  if (open.length > 0) return ['predecessors', `It waits for ${list(open)}.`, remedy(open)]
  if (item.policy === 'graph') return undefined
  const first = openGroup(item).filter(isOpen)
  if (first.includes(step)) return undefined
  return ['order', `Document order: ${list(first)} ${first.length > 1 ? 'come' : 'comes'} first.`, remedy(first)]
}

function isOpen(step: Step): boolean {
  return !step.retired && !settledPhases.has(step.phase)
}

/** The first steps of the document that are not done: one, or all that run on beside it. */
function openGroup(item: Item): readonly Step[] {
  let group: Step[] = []
  for (const step of item.steps.filter((one) => !one.retired).sort(compare)) {
    const last = group.at(-1)
    if (last !== undefined && !runsOn(last.spec, step.spec)) {
      if (group.some(isOpen)) return group
      group = []
    }
    group.push(step)
  }
  return group
}

// Decides what the engine asks and reports of landing and integration.

import { type Decided, nextId } from '../decide/answer.ts'
import { mootRelease, noItem } from '../decide/run.ts'
import { type Fact, fact } from '../facts.ts'
import type { Attempt } from '../nouns/attempt.ts'
import { type Item, isLanding } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { attemptOf, closedItemOf, type State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'

export function branchRef(item: Item): string {
  return `refs/heads/${item.branch}`
}

/** Nothing lands without checks that passed on exactly the tree that lands, in its turn, on the tip the journal knows. */
export function orderLanding(state: State, data: Wishes['landing.order']): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined) return notDue(data.attempt, 'no such attempt was started')
  const { item, step, attempt } = found
  if (item.landing !== undefined) return notDue(data.attempt, `${item.landing.attempt} is landing`)
  if (item.lane[0] !== data.attempt) return notDue(data.attempt, 'it is not its turn')
  if (item.gates > 0) return notDue(data.attempt, 'a question about the whole item is open')
  if (item.tip !== data.expected) return notDue(data.attempt, 'the branch has moved since')
  const checked = attempt.checked
  if (
    checked?.passed !== true ||
    checked.on !== undefined ||
    checked.commit !== data.commit ||
    checked.tip !== item.tip ||
    step.phase !== 'landing'
  )
    return notDue(data.attempt, 'its checks did not pass on this very commit')
  if (data.commit === item.tip) return [nothingToLand(item, attempt)]
  const { attempt: id, expected, commit } = data
  return [fact('landing.ordered', item.id, { attempt: id, ref: branchRef(item), expected, commit, tree: checked.tree })]
}

/** What only read, or is on the branch already, is done when its checks passed: the branch stays where it is. */
export function nothingToLand(item: Item, attempt: Attempt): Fact {
  return fact('landing.done', item.id, { attempt: attempt.id, ref: branchRef(item), commit: item.tip })
}

export function settleLanding(state: State, data: Wishes['landing.settle']): Decided {
  const item = attemptOf(state, data.attempt)?.item
  if (item?.landing === undefined || !isLanding(item, data.attempt))
    return notDue(data.attempt, 'its landing was not ordered, or is already settled')
  const { ref, commit, batch = [{ attempt: data.attempt, commit }] } = item.landing
  return batch
    .filter((one) => attemptOf(state, one.attempt)?.attempt.landed !== one.commit)
    .map((one) => fact('landing.done', item.id, { attempt: one.attempt, ref, commit: one.commit }))
}

export function refuseLanding(state: State, data: Wishes['landing.refuse']): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined) return notDue(data.attempt, 'no such attempt was started')
  const { item, step, attempt } = found
  if (item.lane[0] !== data.attempt) return notDue(data.attempt, 'it is not its turn')
  const { shows, dropped, ...said } = data
  if (data.kind === 'held' && step.why === data.why) return []
  const refused = fact('landing.refused', item.id, said)
  if (data.kind === 'held') return [refused]
  if (data.kind === 'foreign' && asked(state, item)) return []
  if (data.kind === 'foreign') return [refused, foreign(state, item, data)]
  const mend = mending(state, item, step, attempt, data)
  if (mend !== undefined) return [refused, mend]
  return [
    refused,
    fact('gate.opened', item.id, {
      gate: nextId(state, 'gate-', 1),
      kind: 'conflict',
      item: item.id,
      step: step.id,
      attempt: attempt.id,
      asks: `${against(step.spec.key, data)}. Try again on the new base?`,
      options: ['again', 'drop'],
      usual: 'again',
      ...(shows === undefined ? {} : { shows }),
    }),
  ]
}

const mendsAtMost = 2

/** The agent that made it is given both sides, before a person is asked. */
function mending(
  state: State,
  item: Item,
  step: Step,
  attempt: Attempt,
  data: Wishes['landing.refuse'],
): Fact | undefined {
  const repair = state.workspaces.get(item.workspace)?.policy.routing.repair === true
  const tried = step.attempts.slice(step.attemptsBefore).filter((one) => one.mends?.what === 'conflict').length
  if (!repair || attempt.session === undefined || attempt.commit === undefined || tried >= mendsAtMost) return undefined
  return fact('step.requeued', item.id, {
    step: step.id,
    reason: 'conflict',
    why: against(step.spec.key, data),
    counted: false,
    fresh: false,
    notBefore: 0,
    mends: { attempt: attempt.id, what: 'conflict' },
  })
}

function asked(state: State, item: Item): boolean {
  return [...state.gates.values()].some(
    (gate) => gate.item === item.id && gate.kind === 'foreign' && gate.phase === 'open',
  )
}

function against(key: string, { why, paths }: Wishes['landing.refuse']): string {
  if (paths.length === 0) return `${key} cannot land: ${why}`
  return `${key} does not merge with what landed since it started (${paths.join(', ')})`
}

/** Done means on the branch: what has landed and would not be there any more is done again, unless a person says that it counts. */
function foreign(state: State, item: Item, { why, shows, dropped = [] }: Wishes['landing.refuse']): Fact {
  const gate = { gate: nextId(state, 'gate-', 1), kind: 'foreign', item: item.id, usual: 'adopt' } as const
  if (shows === undefined || dropped.length === 0) {
    const asked = { asks: `${why} Go on from there?`, options: ['adopt', 'stop'] }
    return fact('gate.opened', item.id, { ...gate, ...asked, ...(shows === undefined ? {} : { shows }) })
  }
  const keys = dropped.map((id) => item.steps.find(({ landed }) => landed?.attempt === id)?.spec.key ?? id)
  const more = keys.length > 5 ? ` and ${keys.length - 5} more` : ''
  const lost = `${keys.slice(0, 5).join(', ')}${more} had landed and would be done again; keep lets that count as done.`
  return fact('gate.opened', item.id, {
    ...gate,
    asks: `${why} Go on from there? ${lost}`,
    options: ['adopt', 'keep', 'stop'],
    shows,
    drops: dropped,
  })
}

export function adoptBranch(state: State, data: Wishes['branch.adopt']): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  if (item.landing !== undefined) return notDue(data.item, 'a landing is under way')
  if (item.integrate !== undefined || item.integration !== undefined)
    return notDue(data.item, 'its integration is under way')
  if (item.tip === data.commit) return []
  const moot = mootRelease(state, item, 'the branch has moved since it was asked')
  return [
    ...moot,
    fact('branch.adopted', item.id, { item: item.id, from: item.tip, commit: data.commit, why: data.why }),
  ]
}

export function orderIntegration(state: State, data: Wishes['integration.order']): Decided {
  const item = state.items.get(data.item)
  if (item === undefined) return noItem(data.item)
  const workspace = state.workspaces.get(item.workspace)
  if (item.integrate === undefined || item.integration !== undefined || workspace === undefined) {
    return notDue(data.item, 'no release gate was approved, or it is already ordered')
  }
  if (item.tip !== data.of) return notDue(data.item, 'the branch has moved since')
  return [
    fact('integration.ordered', item.id, { ...data, ref: `refs/heads/${workspace.baseBranch}`, by: item.integrate }),
  ]
}

export function settleIntegration(state: State, data: Wishes['integration.settle']): Decided {
  const item = state.items.get(data.item)
  if (item?.integration === undefined || item.integration.done) return notDue(data.item, 'no integration is under way')
  const { ref, commit } = item.integration
  return [
    fact('integration.done', item.id, { item: item.id, ref, commit, by: item.integrate ?? '' }),
    fact('item.closed', item.id, { id: item.id, why: `integrated into ${ref} as ${commit.slice(0, 10)}` }),
  ]
}

export function refuseIntegration(state: State, data: Wishes['integration.refuse']): Decided {
  const item = state.items.get(data.item)
  if (item?.integrate === undefined) return notDue(data.item, 'no integration is under way')
  return [fact('integration.refused', item.id, data)]
}

export function discardClone(state: State, data: Wishes['clone.discard'], wish: Wish): Decided {
  const found = attemptOf(state, data.attempt)
  const over = closedItemOf(state, data.attempt)
  if (found === undefined && over === undefined)
    return refuse('not-found', `attempt ${data.attempt}`, 'no such attempt was started', 'baton status')
  if (found !== undefined && found.attempt.clone !== 'kept') return []
  if (found?.attempt.landed === undefined && !data.named) {
    return refuse('policy', `clone of ${data.attempt}`, 'its work has not landed', `name it: baton gc ${data.attempt}`)
  }
  const { attempt, why } = data
  return [fact('clone.discarded', found?.item.id ?? over?.id ?? '', { attempt, why, by: wish.by })]
}

/** Also of an item that is closed: only its stream is named here, and whoever wishes it has seen the transcript. */
export function forgetTranscript(state: State, data: Wishes['transcript.forget'], wish: Wish): Decided {
  const found = attemptOf(state, data.attempt)
  if (found !== undefined && found.attempt.endedAt === undefined)
    return refuse('conflict', `attempt ${data.attempt}`, 'its agent is still at work', 'wait until it has ended')
  const stream = data.attempt.slice(0, data.attempt.indexOf('/'))
  return [fact('transcript.forgotten', stream, { ...data, by: wish.by })]
}

export function notDue(what: string, why: string): Refusal {
  return refuse('conflict', `landing of ${what}`, why, 'nothing to do: Baton looks again by itself')
}

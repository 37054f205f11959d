// Decides answers to gates, and blockers.
import { type Fact, fact } from '../facts.ts'
import type { Gate } from '../nouns/gate.ts'
import type { Item } from '../nouns/item.ts'
import type { Run } from '../nouns/run.ts'
import { busyPhases, endedPhases, type Step, settledPhases } from '../nouns/step.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { answerProposal } from '../reports/propose.ts'
import { compare, fresh } from '../schedule/board.ts'
import { itemOf, runOf, type State, stepOf } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { type Decided, nextId } from './answer.ts'
import { reviewed } from './intake.ts'
import { mootGates, stopWork } from './step.ts'

export function answerGate(state: State, data: Wishes['gate.answer'], wish: Wish, at: number): Decided {
  const gate = state.gates.get(data.gate)
  if (gate === undefined)
    return refuse('not-found', `gate ${data.gate}`, 'no such gate was opened', 'baton gate lists the open ones')
  if (gate.phase !== 'open')
    return refuse('conflict', `gate ${gate.id}`, `it is already ${gate.phase}`, 'baton gate lists the open ones')
  if (gate.options.length > 0 && !gate.options.includes(data.answer)) {
    return refuse(
      'invalid',
      `answer "${data.answer}"`,
      `the gate takes: ${gate.options.join(', ')}`,
      'give one of these',
    )
  }
  if (data.answer === 'reject' && data.reasons.length === 0 && gate.kind !== 'permission' && gate.kind !== 'question') {
    return refuse('invalid', `answer to ${gate.id}`, 'a rejection needs a reason', 'add --reason "…"')
  }
  const item = state.items.get(gate.item)
  if (item === undefined) return refuse('not-found', `item ${gate.item}`, 'it is closed', 'baton status')
  const follow = consequences(state, item, gate, data, wish)
  if ('kind' in follow) return follow
  const { gate: _, ...said } = data
  return [fact('gate.answered', item.id, { gate: gate.id, review: { by: wish.by, at, ...said } }), ...follow]
}

function consequences(state: State, item: Item, gate: Gate, data: Wishes['gate.answer'], wish: Wish): Fact[] | Refusal {
  const step = gate.step === undefined ? undefined : stepOf(state, gate.step)
  const why = data.reasons.join('; ') || `${gate.kind} gate answered "${data.answer}"`
  if (gate.kind === 'foreign') return foreign(state, item, gate, data.answer)
  if (gate.proposes !== undefined) return answerProposal(state, gate, data.answer, why, wish.by)
  if (gate.kind === 'plan' && step !== undefined) return ofPlan(state, item, step, gate, data.answer, wish.by)
  if (gate.kind === 'question' || gate.kind === 'permission') return []
  if (gate.kind === 'budget' && step !== undefined) return ofWait(item, step, data.answer, why, wish.by)
  if (gate.kind === 'conflict' && step !== undefined) {
    if (data.answer === 'drop') return [fact('step.cancelled', item.id, { step: step.id, why, by: wish.by })]
    const text = 'its result did not merge; tried again on the new base'
    return [
      fact('step.requeued', item.id, {
        step: step.id,
        reason: 'conflict',
        why: text,
        counted: false,
        fresh: false,
        notBefore: 0,
      }),
    ]
  }
  if (gate.suspects !== undefined && data.answer === 'approve') return reviewed(state, item, wish.by, why)
  if (data.answer !== 'reject') return []
  if (gate.kind === 'intake') {
    const run = liveRun(state, item)
    return run === undefined ? [] : [fact('run.ended', item.id, { run: run.id, outcome: 'cancelled', why })]
  }
  if (step !== undefined) return sendBack(item, step, data.reentry, why, wish.by)
  return gate.kind === 'release' && data.reentry !== undefined ? fromRelease(item, data.reentry, why, wish.by) : []
}

/** A long wait for a quota: what holds the account says when it ends. */
function ofWait(item: Item, step: Step, answer: string, why: string, by: string): Fact[] {
  if (answer === 'stop') return [fact('step.cancelled', item.id, { step: step.id, why, by })]
  const again = { step: step.id, reason: 'quota', why, counted: false, fresh: false, notBefore: 0 }
  return [fact('step.requeued', item.id, again)]
}

/** Work whose plan changed under it: it counts all the same, or is stopped and done again, or dropped. */
function ofPlan(state: State, item: Item, step: Step, gate: Gate, answer: string, by: string): Fact[] {
  if (answer === 'keep' || !busyPhases.has(step.phase)) return []
  const why = answer === 'drop' ? 'it was taken out of the plan' : 'the plan asks for something else now'
  const facts = step.phase === 'running' ? stopWork(state, item, step, 'cancelled', why) : []
  const moot = mootGates(state, step, why).filter((one) => one.type !== 'gate.mooted' || one.data.gate !== gate.id)
  if (answer === 'drop') return [...facts, ...moot, fact('step.cancelled', item.id, { step: step.id, why, by })]
  const again = { step: step.id, reason: 'asked', why, counted: false, fresh: true, notBefore: 0 }
  return [...facts, ...moot, fact('step.requeued', item.id, again)]
}

function liveRun(state: State, item: Item): Run | undefined {
  const run = runOf(state, item)
  return run?.phase === 'ended' ? undefined : run
}

function foreign(state: State, item: Item, gate: Gate, answer: string): Fact[] {
  if (answer === 'adopt' || answer === 'keep') {
    const commit = gate.shows ?? item.tip
    const adopted = { item: item.id, from: item.tip, commit, why: 'a person said so' }
    const dropped = answer === 'keep' || commit === item.tip ? [] : undone(item, gate, commit)
    return [fact('branch.adopted', item.id, adopted), ...dropped]
  }
  const run = liveRun(state, item)
  return run === undefined ? [] : [fact('run.paused', item.id, { run: run.id, why: 'somebody else moved the branch' })]
}

/** Steps that landed on what is left behind; what landed on its very tip, while the question was open, is left behind with it. */
function undone(item: Item, gate: Gate, commit: string): Fact[] {
  const drops = new Set(gate.drops ?? [])
  const facts: Fact[] = []
  for (const step of item.steps) {
    const { landed } = step
    if (step.phase !== 'done' || landed === undefined) continue
    if (!drops.has(landed.attempt) && landed.commit !== item.tip) continue
    const why = `its commit ${landed.commit.slice(0, 10)} is not on ${item.branch} any more, which was moved to ${commit.slice(0, 10)}`
    const again = { step: step.id, reason: 'dropped', why, counted: false, fresh: true, notBefore: 0 }
    facts.push(fact('step.requeued', item.id, again))
  }
  return facts
}

/** Rework: the named earlier step is done again, and the gated one after it; each is counted. */
function sendBack(item: Item, step: Step, reentry: string | undefined, why: string, by: string): Fact[] | Refusal {
  if (reentry === undefined || reentry === step.spec.key || reentry === step.id) {
    return [fact('step.reworked', item.id, { step: step.id, why, by })]
  }
  fresh(item)
  const earlier = named(item, reentry)
  if (earlier === undefined) return noStep(item, reentry)
  if (compare(earlier, step) >= 0 || !endedPhases.has(earlier.phase) || waitsFor(item, earlier, step)) {
    return refuse(
      'invalid',
      `re-entry step ${reentry}`,
      `it is not an earlier step that is over (${earlier.phase})`,
      'name an earlier step',
    )
  }
  const left = outside(item, earlier)
  if (left !== undefined) {
    const text = `it depends on ${left.spec.key}, which is ${left.phase} and not asked for by this run`
    return refuse('conflict', `re-entry step ${reentry}`, text, `name another step, or baton skip ${left.id}`)
  }
  return [
    fact('step.reworked', item.id, { step: earlier.id, why, by }),
    fact('step.reworked', item.id, { step: step.id, why, by, after: earlier.id }),
  ]
}

/** A release that is sent back to a named step: that one is done again, and the question comes anew when it has landed. */
function fromRelease(item: Item, reentry: string, why: string, by: string): Fact[] | Refusal {
  const step = named(item, reentry)
  if (step === undefined) return noStep(item, reentry)
  if (endedPhases.has(step.phase)) return [fact('step.reworked', item.id, { step: step.id, why, by })]
  const text = `it is not over (${step.phase})`
  return refuse('invalid', `re-entry step ${reentry}`, text, 'name a step that is done')
}

function named(item: Item, reentry: string): Step | undefined {
  const key = reentry.startsWith(`${item.id}/`) ? reentry.slice(item.id.length + 1) : reentry
  const step = item.steps[item.keys.get(key) ?? -1]
  return step?.retired === true ? undefined : step
}

function noStep(item: Item, reentry: string): Refusal {
  const why = `${item.id} has no such step`
  return refuse('not-found', `re-entry step ${reentry}`, why, `baton status ${item.id} lists them`)
}

/** What a step would wait for in vain: it is part of a run that does not bring that about. */
function outside(item: Item, step: Step): Step | undefined {
  const before = step.after.map((index) => item.steps[index] as Step)
  return before.find((one) => !one.wanted && !settledPhases.has(one.phase))
}

function waitsFor(item: Item, step: Step, other: Step): boolean {
  const seen = new Set([step.index])
  for (const index of seen) for (const before of item.steps[index]?.after ?? []) seen.add(before)
  return seen.has(other.index)
}

export function raiseBlocker(state: State, data: Wishes['blocker.raise']): Decided {
  const step = stepOf(state, data.on)
  const item = itemOf(state, data.on) ?? state.items.get(data.on)
  if (item === undefined || (step === undefined && data.on !== item.id)) {
    return refuse('not-found', data.on, 'no open plan has an item or step of this name', 'baton status lists them')
  }
  return [
    fact('blocker.raised', item.id, {
      blocker: nextId(state, 'blocker-', 0),
      item: item.id,
      ...(step === undefined ? {} : { step: step.id }),
      kind: data.kind,
      owner: data.owner,
      notes: data.notes,
    }),
  ]
}

export function clearBlocker(state: State, data: Wishes['blocker.clear'], wish: Wish): Decided {
  const blocker = state.blockers.get(data.blocker)
  if (blocker === undefined)
    return refuse('not-found', `blocker ${data.blocker}`, 'no such blocker was raised', 'baton status lists them')
  if (blocker.endAt !== undefined)
    return refuse('conflict', `blocker ${data.blocker}`, 'it is already cleared', 'nothing to do')
  return [fact('blocker.cleared', blocker.item, { blocker: blocker.id, by: wish.by, notes: data.notes })]
}

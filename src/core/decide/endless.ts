// Decides what is said of plans that could never end: as a run is begun, as one is read again under it, and as one cannot be taken in.
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import type { Policy } from '../nouns/plan.ts'
import { type Step, type StepSpec, settledPhases } from '../nouns/step.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { type Endless, endlessIn, toldOf } from '../schedule/endless.ts'
import { runOf, type State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import { type Decided, nextId } from './answer.ts'

/** Plans are judged as they are read, by their own policy; a run may be asked for by the other one. */
export function endlessAs(item: Item, policy: Policy): Refusal | undefined {
  if (policy === 'graph') return undefined
  const live = item.steps.filter((step) => !step.retired).map(({ spec }) => spec)
  const [endless] = endlessIn(live, policy)
  if (endless === undefined) return undefined
  const remedy =
    endless.kind === 'order' ? `${endless.remedy}; or: baton run ${item.source} --policy graph` : endless.remedy
  return refuse('invalid', `run of ${item.id}`, toldOf(endless), remedy)
}

/** With what was sent back, which waits for the step that it was sent back to. */
export function endlessTogether(item: Item, said: readonly StepSpec[], policy: Policy): Endless | undefined {
  const back = sentBack(item)
  const steps = said.map((spec) => {
    const key = back.get(spec.key)
    return key === undefined ? spec : { ...spec, after: [...spec.after, { key, source: 'stated' as const }] }
  })
  return endlessIn(steps, policy)[0]
}

/** What still waits for what, by the keys that the plan knows: parts stand where their step stands. */
function sentBack(item: Item): Map<string, string> {
  const rootOf = ({ spec }: Step): string => spec.part?.root ?? spec.key
  const back = new Map<string, string>()
  for (const step of item.steps) {
    const first = step.reentry === undefined ? undefined : item.steps[item.keys.get(step.reentry) ?? -1]
    if (first === undefined || !isOpen(step) || rootOf(first) === rootOf(step)) continue
    const holds = item.steps.some((one) => isOpen(one) && (one === first || one.spec.part?.root === rootOf(first)))
    if (holds) back.set(rootOf(step), rootOf(first))
  }
  return back
}

function isOpen({ retired, phase }: Step): boolean {
  return !retired && !settledPhases.has(phase)
}

/** A run under way keeps the policy that it was started with. */
export function endlessNow(state: State, item: Item, policy: Policy, said: readonly StepSpec[]): Refusal | undefined {
  const run = runOf(state, item)
  const live = run !== undefined && run.phase !== 'ended'
  const endless = endlessTogether(item, said, live ? item.policy : policy)
  if (endless === undefined) return undefined
  const why = `as things stand ${toldOf(endless)}`
  const remedy = `${endless.remedy}; or let the run end, or baton cancel ${item.id}, and run it again`
  return refuse('conflict', `plan of ${item.id}`, why, remedy)
}

const notTakenIn = 'the plan as it is committed now could never end'

/** What a plan was held for is over as soon as what it says can be taken in. */
export function letGo(state: State, item: Item): Fact[] {
  const notes = 'the plan was read again, and it can end'
  return heldByPlan(state, item.id).map((blocker) => fact('blocker.cleared', item.id, { blocker, by: 'plan', notes }))
}

function heldByPlan(state: State, item: string): string[] {
  return [...state.blockers.values()]
    .filter(({ item: of, step, endAt }) => of === item && step === undefined && endAt === undefined)
    .filter(({ kind, notes }) => kind === 'plan' && notes.startsWith(notTakenIn))
    .map(({ id }) => id)
}

export function missPlan(state: State, { item: id, why, endless }: Wishes['plan.miss']): Decided {
  const item = state.items.get(id)
  if (item === undefined) return refuse('not-found', `item ${id}`, 'it is not open', 'baton status')
  const missed = fact('plan.missed', id, { item: id, why })
  if (endless !== true || heldByPlan(state, id).length > 0) return [missed]
  const blocker = nextId(state, 'blocker-', 1)
  const notes = `${notTakenIn}: ${why.replace(/\.$/, '')}; mend and commit it, or unblock this to go on with the plan as it was`
  return [missed, fact('blocker.raised', id, { blocker, item: id, kind: 'plan', owner: item.owner, notes })]
}

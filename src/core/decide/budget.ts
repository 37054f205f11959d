// Decides what spending leads to: warnings on the way, an end to what runs when it is used up.
import { type Fact, fact } from '../facts.ts'
import type { Attempt, Used } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { refuse } from '../refusals.ts'
import { warnedAt } from '../spending/budget.ts'
import { budgetsOn, type Reach, spentOf } from '../spending/tally.ts'
import { attemptOf, latest, type State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'
import { giveBack, mootGates, stopWork } from './step.ts'

interface Drawing {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
}

export function useAttempt(state: State, data: Wishes['attempt.use'], _: Wish, at: number): Decided {
  const found = attemptOf(state, data.attempt)
  if (found === undefined || found.attempt.endedAt !== undefined || found.attempt.fence !== data.fence)
    return refuse('conflict', `use of ${data.attempt}`, 'it has ended', 'nothing to do')
  const { attempt, used } = data
  const after = reaches(state, found, used, at)
  const over = after.find((one) => one.share >= 1)
  return [
    fact('attempt.used', found.item.id, { attempt, used }),
    ...warnings(state, found, after, at),
    ...(over === undefined ? [] : stopAll(state, found, over, at)),
  ]
}

/** What an attempt that ends brings to light; those that still run are ended when nothing is left. */
export function spendingOf(state: State, found: Drawing, used: Used, at: number): Fact[] {
  const after = reaches(state, found, used, at)
  const over = after.find((one) => one.share >= 1 && one.scope !== 'attempt')
  const rest = over === undefined ? [] : stopOthers(state, found, over, at)
  return [...warnings(state, found, after, at), ...rest]
}

/** The budgets as they stand once `used` is what the attempt has used. */
function reaches(state: State, { item, step, attempt }: Drawing, used: Used, at: number): readonly Reach[] {
  const workspace = state.workspaces.get(item.workspace)
  if (workspace === undefined) return []
  const { policy, path, today } = workspace
  const free = Object.keys(policy.budgets).length === 0 && state.budgets.size === 0
  if (free && policy.agents.every((agent) => agent.limits === undefined)) return []
  const more = differenceOf(used, attempt.used)
  const grown = (spent: Item['spent']): Item['spent'] => ({
    costUsd: spent.costUsd + more.cost,
    tokens: spent.tokens + more.tokensIn + more.tokensOut,
    ms: spent.ms + more.ms,
    unpriced: spent.unpriced,
  })
  const one = { ...attempt, used }
  const attempts = step.attempts.map((other) => (other === attempt ? one : other))
  const day = today === undefined ? {} : { today: { day: today.day, spent: grown(today.spent) } }
  const then = { ...item, spent: grown(item.spent) }
  return budgetsOn(state, { ...workspace, path, policy, ...day }, then, { ...step, attempts }, one, at)
}

function differenceOf(used: Used, before: Used | undefined): Used {
  if (before === undefined) return used
  return {
    tokensIn: used.tokensIn - before.tokensIn,
    tokensOut: used.tokensOut - before.tokensOut,
    cachedIn: used.cachedIn - before.cachedIn,
    cost: used.cost - before.cost,
    ms: used.ms - before.ms,
  }
}

function warnings(state: State, found: Drawing, after: readonly Reach[], at: number): Fact[] {
  if (after.every(({ share }) => share < Math.min(...warnedAt))) return []
  const before = new Map(
    reaches(state, found, found.attempt.used ?? nothing, at).map((one) => [`${one.scope} ${one.of}`, one.share]),
  )
  return after.flatMap(({ scope, id, of, spent, limit, share }) => {
    const was = before.get(`${scope} ${of}`) ?? 0
    const passed = warnedAt.filter((mark) => was < mark && mark <= share).at(-1)
    return passed === undefined
      ? []
      : [fact('budget.warned', found.item.id, { scope, id, of, spent, limit, at: passed })]
  })
}

const nothing: Used = { tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 0 }

function stopAll(state: State, found: Drawing, over: Reach, at: number): Fact[] {
  return [...stopOne(state, found, over, at), ...(over.scope === 'attempt' ? [] : stopOthers(state, found, over, at))]
}

/** Everything else that runs and draws on the same budget. What is done outside draws on none. */
function stopOthers(state: State, found: Drawing, over: Reach, at: number): Fact[] {
  if (over.scope === 'step') return []
  const items =
    over.scope === 'item' ? [found.item] : [...state.items.values()].filter((one) => one.workspace === over.id)
  return items.flatMap((item) =>
    [...item.active].flatMap((index) => {
      const step = item.steps[index] as Step
      const attempt = latest(step)
      if (attempt === undefined || attempt === found.attempt || step.phase !== 'running') return []
      if (attempt.outside !== undefined) return []
      return stopOne(state, { item, step, attempt }, over, at)
    }),
  )
}

function stopOne(state: State, { item, step, attempt }: Drawing, over: Reach, at: number): Fact[] {
  const why = `the budget of the ${over.scope} is used up (${spentOf(over)})`
  const end =
    over.scope === 'attempt'
      ? giveBack(state, item, step, { reason: 'budget', text: why }, at)
      : wait(step, attempt, why)
  return [...stopWork(state, item, step, 'budget', why), ...mootGates(state, step, why), end]
}

/** It goes on by itself once somebody raises the budget. */
function wait(step: Step, { mends }: Attempt, why: string): Fact {
  const goesOn = mends === undefined ? {} : { mends }
  const again = { step: step.id, reason: 'budget', why, counted: false, fresh: false, notBefore: 0, ...goesOn }
  return fact('step.requeued', step.item, again)
}

export function setBudget(state: State, data: Wishes['budget.set'], wish: Wish): Decided {
  const { scope, id } = data
  const there =
    scope === 'day'
      ? state.workspaces.has(id)
      : scope === 'item'
        ? state.items.has(id)
        : scope === 'step' &&
          state.items.get(id.slice(0, Math.max(0, id.indexOf('/'))))?.keys.has(id.slice(id.indexOf('/') + 1))
  if (there !== true)
    return refuse(
      'not-found',
      `budget of ${scope} ${id}`,
      'nothing of that name is open here',
      'baton status lists what is',
    )
  return [fact('budget.set', scope === 'day' ? id : (id.split('/')[0] ?? id), { ...data, by: wish.by })]
}

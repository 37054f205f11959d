// Adds up what was spent, and says how near that is to what may be.
import type { Attempt, Used } from '../nouns/attempt.ts'
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import type { State } from '../state.ts'
import { type BudgetScope, type Limits, nearestLimit, nothingSpent, type Share, type Spent, spend } from './budget.ts'

const dayMs = 86_400_000

export function dayOf(at: number): number {
  return Math.floor(at / dayMs)
}

export function budgetKey(scope: BudgetScope, id: string): string {
  return `${scope} ${id}`
}

/** `used` is all that the attempt has used; only what is new of it is added. */
export function spendOn(state: State, item: Item, attempt: Attempt, used: Used, at: number): void {
  const before = attempt.used
  // A record that ends an attempt from outside knows nothing of what it used.
  const now = before !== undefined && isLess(used, before) ? before : used
  attempt.used = now
  const into = [item.spent]
  const workspace = state.workspaces.get(item.workspace)
  if (workspace !== undefined) into.push(today(workspace, at))
  for (const spent of into) {
    if (before !== undefined) spend(spent, before, -1)
    spend(spent, now)
  }
}

function isLess(one: Used, other: Used): boolean {
  return one.tokensIn + one.tokensOut < other.tokensIn + other.tokensOut || one.cost < other.cost
}

function today(workspace: Workspace, at: number): Spent {
  const day = dayOf(at)
  if (workspace.today === undefined || workspace.today.day < day) workspace.today = { day, spent: nothingSpent() }
  return workspace.today.spent
}

export function spentOnStep(step: Step): Spent {
  const spent = nothingSpent()
  for (const attempt of step.attempts) if (attempt.used !== undefined) spend(spent, attempt.used)
  return spent
}

export interface Reach extends Share {
  readonly scope: BudgetScope
  readonly id: string
}

/** Each budget that this attempt draws on, with what was spent of it; `attempt` is left out where there is none yet. */
export function budgetsOn(
  state: State,
  workspace: Workspace,
  item: Item,
  step: Step | undefined,
  attempt: Attempt | undefined,
  now: number,
): readonly Reach[] {
  const { budgets } = workspace.policy
  const found: Reach[] = []
  const add = (scope: BudgetScope, id: string, usual: Limits | undefined, spent: () => Spent): void => {
    const limits = state.budgets.get(budgetKey(scope, id)) ?? usual
    if (limits === undefined) return
    const share = nearestLimit(spent(), limits)
    if (share !== undefined) found.push({ scope, id, ...share })
  }
  if (attempt !== undefined) add('attempt', attempt.id, limitsOfAttempt(workspace, attempt), () => ofAttempt(attempt))
  if (step !== undefined) add('step', step.id, budgets.step, () => spentOnStep(step))
  add('item', item.id, budgets.item, () => item.spent)
  add('day', workspace.path, budgets.day, () => ofDay(workspace, now))
  return found
}

function limitsOfAttempt(workspace: Workspace, attempt: Attempt): Limits | undefined {
  const own = workspace.policy.agents.find((agent) => agent.name === attempt.agent)?.limits
  const usual = workspace.policy.budgets.attempt
  return own === undefined ? usual : { ...usual, ...own }
}

function ofAttempt(attempt: Attempt): Spent {
  const spent = nothingSpent()
  if (attempt.used !== undefined) spend(spent, attempt.used)
  return spent
}

function ofDay(workspace: Workspace, now: number): Spent {
  return workspace.today?.day === dayOf(now) ? workspace.today.spent : nothingSpent()
}

export function spentOf({ of, spent, limit }: Pick<Reach, 'of' | 'spent' | 'limit'>): string {
  if (of === 'costUsd') return `$${spent.toFixed(2)} of $${limit.toFixed(2)}`
  if (of === 'tokens') return `${Math.round(spent)} of ${limit} tokens`
  return `${Math.round(spent / 1000)} of ${Math.round(limit / 1000)} s`
}

// Folds facts of accounts and budgets.
import type { Facts } from '../facts.ts'
import { budgetKey } from '../spending/tally.ts'
import type { State } from '../state.ts'

export function accountBarred(state: State, data: Facts['account.barred'], at: number): void {
  state.bars.set(data.account, { ...data, since: at })
}

export function accountFreed(state: State, data: Facts['account.freed']): void {
  state.bars.delete(data.account)
}

export function budgetSet(state: State, data: Facts['budget.set']): void {
  state.budgets.set(budgetKey(data.scope, data.id), data.limits)
}

export function budgetWarned(): void {
  // Kept for the record: what was spent is counted where it was spent.
}

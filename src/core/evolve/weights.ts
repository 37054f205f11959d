// Folds facts of how steps were weighed.
import type { Facts } from '../facts.ts'
import type { State } from '../state.ts'
import { mustBe } from './plan.ts'

export function stepWeighed(state: State, data: Facts['step.weighed']): void {
  const { item, step } = mustBe(state, data.step)
  step.weight = { tier: data.tier, by: data.by, why: data.why }
  const workspace = state.workspaces.get(item.workspace)
  if (workspace !== undefined) delete workspace.unweighed
}

export function weighingMissed(state: State, data: Facts['weighing.missed']): void {
  const workspace = state.workspaces.get(data.workspace)
  if (workspace !== undefined) workspace.unweighed = data.why
}

// Folds facts of whose work it is, and of what had to hold before it began.
import type { Facts } from '../facts.ts'
import { type State, stepOf } from '../state.ts'

export function ownershipTransferred(state: State, data: Facts['ownership.transferred']): void {
  const item = state.items.get(data.item)
  if (item === undefined) return
  const step = data.step === undefined ? undefined : stepOf(state, data.step)
  if (step !== undefined) step.owner = data.to
  else {
    item.owner = data.to
    item.handedOver = true
  }
}

export function criteriaChecked(state: State, data: Facts['criteria.checked']): void {
  const step = stepOf(state, data.step)
  if (step !== undefined) step.criteria = data.found
}

// Decides whether an integration is taken back, and what is recorded of it.
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function revertItem(_state: State, _data: Wishes['item.revert']): Decided {
  return refuse('invalid', 'item.revert', 'it is not built yet', 'see docs')
}

export function orderReversion(_state: State, _data: Wishes['reversion.order']): Decided {
  return refuse('invalid', 'reversion.order', 'it is not built yet', 'see docs')
}

export function settleReversion(_state: State, _data: Wishes['reversion.settle']): Decided {
  return refuse('invalid', 'reversion.settle', 'it is not built yet', 'see docs')
}

export function refuseReversion(_state: State, _data: Wishes['reversion.refuse']): Decided {
  return refuse('invalid', 'reversion.refuse', 'it is not built yet', 'see docs')
}

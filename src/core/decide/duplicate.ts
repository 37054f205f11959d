// Decides what becomes of items that may be the same work, and of the look at an item before its work begins.
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function suspectDuplicate(_state: State, _data: Wishes['duplicate.suspect']): Decided {
  return refuse('invalid', 'duplicate.suspect', 'it is not built yet', 'see docs')
}

export function settleDuplicate(_state: State, _data: Wishes['duplicate.settle']): Decided {
  return refuse('invalid', 'duplicate.settle', 'it is not built yet', 'see docs')
}

export function reviewIntake(_state: State, _data: Wishes['intake.review']): Decided {
  return refuse('invalid', 'intake.review', 'it is not built yet', 'see docs')
}

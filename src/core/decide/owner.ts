// Decides whose work it is.
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function transferOwner(_state: State, _data: Wishes['owner.transfer']): Decided {
  return refuse('invalid', 'owner.transfer', 'it is not built yet', 'see docs')
}

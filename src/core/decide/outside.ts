// Decides claims of those who do a step with hands of their own.
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function claimStep(_state: State, _data: Wishes['step.claim']): Decided {
  return refuse('invalid', 'step.claim', 'it is not built yet', 'see docs')
}

export function releaseStep(_state: State, _data: Wishes['step.release']): Decided {
  return refuse('invalid', 'step.release', 'it is not built yet', 'see docs')
}

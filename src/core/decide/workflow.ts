// Decides which versions of workflows hold, and how items go over from one to another.
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function publishWorkflow(_state: State, _data: Wishes['workflow.publish']): Decided {
  return refuse('invalid', 'workflow.publish', 'it is not built yet', 'see docs')
}

export function rollBackWorkflow(_state: State, _data: Wishes['workflow.roll-back']): Decided {
  return refuse('invalid', 'workflow.roll-back', 'it is not built yet', 'see docs')
}

export function migrateItem(_state: State, _data: Wishes['workflow.migrate']): Decided {
  return refuse('invalid', 'workflow.migrate', 'it is not built yet', 'see docs')
}

// Decides what is recorded of how hard a step is, and of weighing that came to nothing.

import type { Decided } from '../decide/answer.ts'
import { fact } from '../facts.ts'
import { refuse } from '../refusals.ts'
import { type State, stepOf } from '../state.ts'
import type { Wishes } from '../wishes.ts'

/** Only for the words that were weighed: the plan may have changed meanwhile. */
export function weighStep(state: State, { step: id, title, brief, tier, by, why }: Wishes['step.weigh']): Decided {
  const step = stepOf(state, id)
  if (step === undefined) return refuse('not-found', `step ${id}`, 'there is no such step', 'baton status')
  if (step.spec.title !== title || step.spec.brief !== brief)
    return refuse('conflict', `the weight of ${id}`, 'its words have changed since it was weighed', 'weigh it again')
  if (step.weight?.tier === tier && step.weight.by === by && step.weight.why === why) return []
  return [fact('step.weighed', step.item, { step: id, tier, by, why })]
}

/** Noted once: until a step is weighed again, or other configuration is trusted, nothing new is said. */
export function missWeighing(state: State, { workspace: path, by, why }: Wishes['weighing.miss']): Decided {
  const workspace = state.workspaces.get(path)
  if (workspace === undefined) return refuse('not-found', path, 'no workspace is open there', 'baton init')
  if (workspace.unweighed !== undefined) return []
  return [fact('weighing.missed', path, { workspace: path, by, why })]
}

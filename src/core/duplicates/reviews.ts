// What is suspected of an item, and which questions about it wait before any work.
import type { Gate } from '../nouns/gate.ts'
import type { State } from '../state.ts'
import type { Suspicion } from './suspicion.ts'

/** Settled ones too, on either side. */
export function suspicionsOf(state: State, id: string): readonly Suspicion[] {
  return [...state.suspicions.values()].filter((one) => one.item === id || one.of === id)
}

export function openReviews(state: State, id: string): readonly Gate[] {
  const gates = [...state.gates.values()]
  return gates.filter((gate) => gate.item === id && gate.suspects !== undefined && gate.phase === 'open')
}

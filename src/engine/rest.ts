// When an item is at rest: nothing under way, and only a person, the clock or nobody can move it on.
import { duties } from '../core/duties.ts'
import type { Item } from '../core/nouns/item.ts'
import type { Step } from '../core/nouns/step.ts'
import { schedule } from '../core/schedule/index.ts'
import { runOf, type State } from '../core/state.ts'

export function atRest(state: State, item: Item, now: number): boolean {
  if (duties(state, item).some((duty) => duty.kind !== 'rehearse')) return false
  const run = runOf(state, item)
  if (run === undefined || run.phase === 'ended') return true
  if (run.phase !== 'active') return item.running === 0
  return nextWake(item, now) === undefined && !schedule(state, now).some((decision) => decision.item === item.id)
}

/** The earliest time at which a step of this item may be tried again. */
export function nextWake(item: Item, now: number): number | undefined {
  let soonest: number | undefined
  for (const index of item.board.heap) {
    const { notBefore } = item.steps[index] as Step
    if (notBefore > now && (soonest === undefined || notBefore < soonest)) soonest = notBefore
  }
  return soonest
}

// What deciding gives: facts, or a refusal; and the ids that new things get from the sequence.
import type { Fact } from '../facts.ts'
import type { Refusal } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wish, Wishes, WishType } from '../wishes.ts'

export type Decided = readonly Fact[] | Refusal

export type Decider<K extends WishType> = (state: State, data: Wishes[K], wish: Wish, at: number) => Decided

export function isRefusal(decided: Decided): decided is Refusal {
  return !Array.isArray(decided)
}

/** Ids come from the sequence: `ahead` is how many facts of the same answer stand before the one that carries the id. */
export function nextId(state: State, prefix: string, ahead: number): string {
  return `${prefix}${state.seq + ahead + 1}`
}

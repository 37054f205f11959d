// What a wish comes back with: how far the record reaches now, and what it says has happened.
import type { Answer, House } from '../core/ports/house.ts'
import { type Refusal, Refused } from '../core/refusals.ts'
import type { Wish } from '../core/wishes.ts'

export interface Done {
  readonly seq: number
  /** The types of the facts that followed; empty when everything already was as wished. */
  readonly facts: readonly string[]
}

export function done(answer: Answer & { ok: true }): Done {
  return { seq: answer.seq, facts: answer.facts.map((entry) => entry.type) }
}

/** For deeds: submits, and throws the refusal so that the deed stops there. */
export async function must(house: House, wish: Wish): Promise<Answer & { ok: true }> {
  const answer = await house.submit(wish)
  if (!answer.ok) throw new Refused(answer.refusal)
  return answer
}

export function stop(refusal: Refusal): never {
  throw new Refused(refusal)
}

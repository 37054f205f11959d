// Finds an attempt wherever the record has it: at an open item as it is, of one that is over as it was when that ended.
import type { Facts } from '../../core/facts.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { attemptOf } from '../../core/state.ts'

type Found = NonNullable<ReturnType<typeof attemptOf>>

const entriesAtOnce = 1000

export async function attemptEver(house: House, id: string): Promise<Found | Refusal> {
  const found = attemptOf(house.state, id)
  if (found !== undefined) return found
  const item = id.slice(0, id.indexOf('/'))
  const closed = await closedAfter(house, item, id)
  const past = closed === undefined ? undefined : attemptOf(await house.stateAt(closed - 1, item), id)
  if (past !== undefined) return past
  const over = house.state.closed.has(item)
  const remedy = over ? `baton handoff list ${item} lists what was tried` : 'baton status <step> lists its attempts'
  return refuse('not-found', `attempt ${id}`, 'the record has none of this name', remedy)
}

/** Where its item ended, when that was after it was begun. An item may have ended more than once. */
async function closedAfter(house: House, item: string, id: string): Promise<number | undefined> {
  if (!house.state.closed.has(item) && house.state.items.get(item)?.attemptsBefore === undefined) return undefined
  let begun = false
  for (let at = 0; at < house.state.seq; ) {
    const entries = await house.read(at, entriesAtOnce, item)
    for (const { seq, type, data } of entries) {
      if (type === 'attempt.started' && (data as Facts['attempt.started']).attempt === id) begun = true
      if (type === 'item.closed' && begun) return seq
    }
    at = entries.at(-1)?.seq ?? house.state.seq
  }
  return undefined
}

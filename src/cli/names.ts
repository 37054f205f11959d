// Turns what a person calls a thing into the id it has.
import type { Found, NameKind } from '../api/name/find.ts'
import type { Calls } from '../client/calls.ts'

export function find(house: Calls, name: string, kinds: readonly NameKind[], at?: number): Promise<Found> {
  return house.call('name/find', { name, kinds: [...kinds], ...(at === undefined ? {} : { at }) })
}

/** Of an item, also of one that is over. */
export async function anyItem(house: Calls, name: string): Promise<string> {
  return (await find(house, name, ['item', 'closed'])).id
}

export async function idOf(house: Calls, name: string, kind: NameKind, at?: number): Promise<string> {
  return (await find(house, name, [kind], at)).id
}

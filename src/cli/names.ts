// Turns what a person calls a thing into the id it has.
import type { Found, NameKind } from '../api/name/find.ts'
import type { Connection } from './world.ts'

export function find(house: Connection, name: string, kinds: readonly NameKind[], at?: number): Promise<Found> {
  const then = at === undefined ? {} : { at }
  return house.call('name/find', { name, kinds: [...kinds], workspace: house.folder, ...then })
}

/** Of an item, also of one that is over. */
export async function anyItem(house: Connection, name: string): Promise<string> {
  return (await find(house, name, ['item', 'closed'])).id
}

export async function idOf(house: Connection, name: string, kind: NameKind, at?: number): Promise<string> {
  return (await find(house, name, [kind], at)).id
}

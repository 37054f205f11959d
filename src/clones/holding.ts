// What every kind of clone does alike: a fresh place for an order, one to open again, the work taken out, and what is held.
import type { CloneOrder, Collected, WalkOrder } from '../core/ports.ts'
import { collect } from './collect/collect.ts'
import { allTold, checkSame, type Told, told } from './ledger.ts'
import { bytesOf, removeBelow } from './removal.ts'
import { askingFolder, orderedPlace, type Room } from './room.ts'

export interface Held {
  readonly name: string
  readonly bytes: number
}

/** The empty place of an order: what a crash left half made there is removed, what was finished is never touched. */
export async function freshPlace(room: Room, order: CloneOrder): Promise<string> {
  const place = orderedPlace(room, order)
  if (told(place) !== undefined)
    throw new Error(`The clone ${order.name} is on disk already. Reopen it, or discard it by name.`)
  await removeBelow(room.spawner, room.clones, place)
  return place
}

/** The place of an order that was finished earlier, and what it tells; undefined when there is none. */
export function toldPlace(room: Room, order: CloneOrder, kind: string): { place: string; told: Told } | undefined {
  const place = orderedPlace(room, order)
  const what = told(place)
  if (what === undefined) return undefined
  checkSame(what, order, kind)
  return { place, told: what }
}

/** Takes the tree out of a folder, compared with the order's base. */
export async function takeOut(
  room: Room,
  order: Pick<CloneOrder, 'repository' | 'base'>,
  walk: WalkOrder,
): Promise<Collected> {
  const { repository, base } = order
  const { spawner, scratch } = room
  const gitDir = askingFolder(room, repository, base)
  return collect({
    base: { spawner, gitDir, commit: base },
    repository: await room.repository(repository),
    walk,
    scratch,
  })
}

/** Every finished clone of a kind. What `below` names lies outside of its folder, and is counted once, with the first that lies on it. */
export async function heldOf(
  room: Room,
  kind: string,
  below: (told: Told) => readonly string[] = () => [],
): Promise<readonly Held[]> {
  const counted = new Set<string>()
  const all = allTold(room.clones)
    .filter((each) => each.told.kind === kind)
    .map(({ place, told: what }) => {
      const places = [place, ...below(what)].filter((each) => !counted.has(each))
      for (const each of places) counted.add(each)
      return { name: what.name, places }
    })
  const sizes = await bytesOf(room.spawner, [...counted])
  const bytes = new Map([...counted].map((place, at) => [place, sizes[at] ?? 0]))
  return all.map(({ name, places }) => ({ name, bytes: places.reduce((sum, each) => sum + (bytes.get(each) ?? 0), 0) }))
}

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
export async function takeOut(room: Room, order: CloneOrder, walk: WalkOrder): Promise<Collected> {
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

/** Every finished clone of a kind; `below` names what lies outside of its folder only for it and for others like it, counted once. */
export async function heldOf(
  room: Room,
  kind: string,
  below: (told: Told) => string | undefined = () => undefined,
): Promise<readonly Held[]> {
  const all = allTold(room.clones).filter((each) => each.told.kind === kind)
  const layers = [...new Set(all.flatMap(({ told: what }) => below(what) ?? []))]
  const places = [...all.map(({ place }) => place), ...layers]
  const sizes = await bytesOf(room.spawner, places)
  const bytes = new Map(places.map((place, at) => [place, sizes[at] ?? 0]))
  return all.map(({ place, told: what }) => {
    const layer = below(what) ?? ''
    const size = (bytes.get(place) ?? 0) + (bytes.get(layer) ?? 0)
    bytes.delete(layer)
    return { name: what.name, bytes: size }
  })
}

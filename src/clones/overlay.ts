// Clones that are ready in milliseconds: an overlay over a pristine checkout, mounted in the spawner's namespace only.
//
// The upper folder is not the difference to the base, for two reasons, both met in collect: a deleted file is a device there, and a folder that was made
// anew hides files it does not name (the walk compares merged and lower listings). Below it lies the base, whole: a pristine, and where that stands at
// another commit, a layer with the difference.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Clone, CloneMaker, CloneOrder, Collected, MountOrder, WalkOrder } from '../core/ports.ts'
import { objectFolders } from './gitfolder.ts'
import { freshPlace, type Held, heldOf, takeOut, toldPlace } from './holding.ts'
import { tell, told } from './ledger.ts'
import { Deltas, type Layer } from './lower/deltas.ts'
import { type Pristine, Pristines } from './lower/pristines.ts'
import { placeOf } from './names.ts'
import { removeBelow } from './removal.ts'
import { type ClonesOptions, discardPlace, endErasing, type Room, roomOf } from './room.ts'

/** Paths by which a pristine may lag behind before a newer one is made in the background. */
const lag = 500

function mountOrder(place: string, lower: readonly string[]): MountOrder {
  return { lower, upper: join(place, 'up'), work: join(place, 'wk'), at: join(place, 'm') }
}

class OverlayClone implements Clone {
  readonly kind = 'overlay'
  readonly name: string
  readonly folder: string
  readonly #room: Room
  readonly #order: CloneOrder
  readonly #place: string
  readonly #mount: MountOrder

  constructor(room: Room, order: CloneOrder, place: string, lower: readonly string[]) {
    this.name = order.name
    this.#room = room
    this.#order = order
    this.#place = place
    this.#mount = mountOrder(place, lower)
    this.folder = this.#mount.at
  }

  collect(): Promise<Collected> {
    const { lower, upper } = this.#mount
    return this.#collect({ folder: this.folder, overlay: { lower, upper } })
  }

  /** As `collect`, but looks at every file through the mount: slow, and knows nothing of overlays. For tests. */
  collectWhole(): Promise<Collected> {
    return this.#collect({ folder: this.folder })
  }

  async #collect(walk: WalkOrder): Promise<Collected> {
    if (told(this.#place) === undefined) throw new Error(`The clone ${this.name} is gone: ${this.#place} is empty.`)
    // An overlay that is not mounted looks as if every file had been deleted.
    await this.#room.spawner.mount(this.#mount)
    return takeOut(this.#room, this.#order, walk)
  }

  async rest(): Promise<void> {
    await this.#room.spawner.unmount(this.folder)
  }

  async discard(): Promise<void> {
    await this.rest()
    this.#room.spawner.expose(this.folder, [])
    discardPlace(this.#room, this.#place)
  }
}

class OverlayClones implements CloneMaker {
  readonly kind = 'overlay'
  readonly #room: Room
  readonly #pristines: Pristines
  readonly #deltas: Deltas

  constructor(options: ClonesOptions) {
    this.#room = roomOf(options)
    this.#pristines = new Pristines(this.#room)
    this.#deltas = new Deltas(this.#room)
  }

  async make(order: CloneOrder): Promise<Clone> {
    const place = await freshPlace(this.#room, order)
    const pristine = await this.#pristines.fit(order)
    const first = await this.#makeOn(order, place, pristine).catch((error: unknown) => {
      if (pristine.commit === order.base) throw error
      return undefined
    })
    // What could not be moved to the base (a file of the set-up in the way, say) starts from a pristine at the base itself.
    return first ?? this.#makeOn(order, place, await this.#pristines.renew(order))
  }

  async #makeOn(order: CloneOrder, place: string, pristine: Pristine): Promise<Clone> {
    if (pristine.commit === order.base) return this.#mountOn(order, place, pristine)
    return this.#deltas.use(order, pristine, async (layer) => {
      const clone = await this.#mountOn(order, place, pristine, layer)
      if (layer.moved > lag) this.#pristines.refresh(order)
      return clone
    })
  }

  async #mountOn(order: CloneOrder, place: string, pristine: Pristine, layer?: Layer): Promise<Clone> {
    const { spawner, clones } = this.#room
    for (const folder of ['', 'up', 'wk', 'm']) mkdirSync(join(place, folder), { mode: folder === '' ? 0o700 : 0o755 })
    const { lower } = layer ?? pristine
    const mount = mountOrder(place, lower)
    try {
      await spawner.mount(mount)
      const { name, repository, base } = order
      const below = { pristine: pristine.id, ...(layer === undefined ? {} : { layers: layer.ids }) }
      tell(place, { name, kind: this.kind, repository, base, ...below })
      return this.#open(order, place, lower)
    } catch (error) {
      await spawner.unmount(mount.at)
      await removeBelow(spawner, clones, place)
      throw error
    }
  }

  async reopen(order: CloneOrder): Promise<Clone | undefined> {
    const found = toldPlace(this.#room, order, this.kind)
    if (found === undefined) return undefined
    const { place, told: what } = found
    const pristine = this.#pristines.byId(what.pristine ?? '')
    const layers = (what.layers ?? []).map((id) => this.#deltas.folderOf(id))
    if (pristine === undefined || !layers.every((folder) => existsSync(folder))) {
      throw new Error(
        `The checkout below the clone ${order.name} is gone. What the agent wrote lies in ${join(place, 'up')}; nothing was removed.`,
      )
    }
    const lower = [...layers, ...pristine.lower]
    await this.#room.spawner.mount(mountOrder(place, lower))
    return this.#open(order, place, lower)
  }

  #open(order: CloneOrder, place: string, lower: readonly string[]): Clone {
    const clone = new OverlayClone(this.#room, order, place, lower)
    this.#room.spawner.expose(clone.folder, objectFolders(order.repository))
    return clone
  }

  async discard(name: string): Promise<void> {
    const place = placeOf(this.#room.clones, name)
    const at = join(place, 'm')
    if (existsSync(at)) await this.#room.spawner.unmount(at)
    this.#room.spawner.expose(at, [])
    discardPlace(this.#room, place)
  }

  held(): Promise<readonly Held[]> {
    return heldOf(this.#room, this.kind, ({ layers }) => (layers ?? []).map((id) => this.#deltas.folderOf(id)))
  }

  takeFrom(order: Pick<CloneOrder, 'repository' | 'base'>, folder: string): Promise<Collected> {
    return takeOut(this.#room, order, { folder })
  }

  async close(): Promise<void> {
    await this.#pristines.close()
    await this.#deltas.close()
    await endErasing(this.#room)
  }
}

export function overlayClones(options: ClonesOptions): CloneMaker {
  return new OverlayClones(options)
}

// Clones that are ready in milliseconds: an overlay over a pristine checkout, mounted in the spawner's namespace only.
//
// The upper folder is not the difference to the base, for three reasons, each met in collect: a deleted file is a device there, a folder that was made
// anew hides files it does not name (the walk compares merged and lower listings), and the pristine may stand at another commit than the base.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clone, CloneMaker, CloneOrder, Collected, MountOrder, WalkOrder } from '../core/ports.ts'
import { changedPaths, type Origin } from './collect/tree.ts'
import { git } from './git.ts'
import { objectFolders } from './gitfolder.ts'
import { freshPlace, type Held, heldOf, takeOut, toldPlace } from './holding.ts'
import { tell, told } from './ledger.ts'
import { placeOf } from './names.ts'
import { type Pristine, Pristines } from './pristines.ts'
import { removeBelow } from './removal.ts'
import { askingFolder, type ClonesOptions, discardPlace, endErasing, type Room, roomOf } from './room.ts'

/** Paths by which a pristine may lag behind before a newer one is made in the background. */
const lag = 500

function mountOrder(place: string, pristine: Pristine): MountOrder {
  return { lower: pristine.lower, upper: join(place, 'up'), work: join(place, 'wk'), at: join(place, 'm') }
}

class OverlayClone implements Clone {
  readonly kind = 'overlay'
  readonly name: string
  readonly folder: string
  readonly #room: Room
  readonly #order: CloneOrder
  readonly #place: string
  readonly #mount: MountOrder
  readonly #moved: readonly string[]

  constructor(room: Room, order: CloneOrder, place: string, pristine: Pristine, moved: readonly string[]) {
    this.name = order.name
    this.#room = room
    this.#order = order
    this.#place = place
    this.#mount = mountOrder(place, pristine)
    this.#moved = moved
    this.folder = this.#mount.at
  }

  collect(): Promise<Collected> {
    const { lower, upper } = this.#mount
    return this.#collect({ folder: this.folder, overlay: { lower, upper }, also: this.#moved })
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

  constructor(options: ClonesOptions) {
    this.#room = roomOf(options)
    this.#pristines = new Pristines(this.#room)
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
    const { spawner, clones } = this.#room
    for (const folder of ['', 'up', 'wk', 'm']) mkdirSync(join(place, folder), { mode: folder === '' ? 0o700 : 0o755 })
    const mount = mountOrder(place, pristine)
    try {
      const moved = pristine.commit === order.base ? [] : await this.#moveTo(order, pristine, mount)
      if (pristine.commit === order.base) await spawner.mount(mount)
      const { name, repository, base } = order
      tell(place, { name, kind: this.kind, repository, base, pristine: pristine.id, moved })
      if (moved.length > lag) this.#pristines.refresh(order)
      return this.#open(order, place, pristine, moved)
    } catch (error) {
      await spawner.unmount(mount.at)
      await removeBelow(spawner, clones, place)
      throw error
    }
  }

  /** Applies the difference in the upper folder, before any agent was in it; gives the paths that differ. */
  async #moveTo(order: CloneOrder, pristine: Pristine, mount: MountOrder): Promise<readonly string[]> {
    const { spawner } = this.#room
    mkdirSync(join(mount.upper, '.git'))
    writeFileSync(join(mount.upper, '.git', 'HEAD'), `${order.base}\n`)
    const base: Origin = { spawner, gitDir: askingFolder(this.#room, order.repository, order.base), commit: order.base }
    const changed = changedPaths(base, pristine.commit)
    // Awaited below; until then its failure is not an unhandled one.
    changed.catch(() => undefined)
    await spawner.mount(mount)
    const gitDir = join(mount.at, '.git')
    await git(spawner, { gitDir, workTree: mount.at, args: ['read-tree', '-m', '-u', pristine.commit, order.base] })
    return changed
  }

  async reopen(order: CloneOrder): Promise<Clone | undefined> {
    const found = toldPlace(this.#room, order, this.kind)
    if (found === undefined) return undefined
    const { place, told: what } = found
    const pristine = this.#pristines.byId(what.pristine ?? '')
    if (pristine === undefined) {
      throw new Error(
        `The checkout below the clone ${order.name} is gone. What the agent wrote lies in ${join(place, 'up')}; nothing was removed.`,
      )
    }
    await this.#room.spawner.mount(mountOrder(place, pristine))
    return this.#open(order, place, pristine, what.moved ?? [])
  }

  #open(order: CloneOrder, place: string, pristine: Pristine, moved: readonly string[]): Clone {
    const clone = new OverlayClone(this.#room, order, place, pristine, moved)
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
    return heldOf(this.#room, this.kind)
  }

  async close(): Promise<void> {
    await this.#pristines.close()
    await endErasing(this.#room)
  }
}

export function overlayClones(options: ClonesOptions): CloneMaker {
  return new OverlayClones(options)
}

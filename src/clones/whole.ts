// A clone whose folder holds every file itself: made, opened, collected and removed without any mount.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clone, CloneMaker, CloneOrder, Collected } from '../core/ports.ts'
import { objectFolders } from './gitfolder.ts'
import { freshPlace, type Held, heldOf, takeOut, toldPlace } from './holding.ts'
import { tell } from './ledger.ts'
import { placeOf } from './names.ts'
import { removeBelow } from './removal.ts'
import { type ClonesOptions, checkOut, discardPlace, endErasing, type Room, roomOf, runSetUp } from './room.ts'
import { SmallTrees } from './small.ts'

/** `git`: the agent finds a git folder of its own in it, which borrows the repository's objects. */
interface Kind {
  readonly kind: 'shared' | 'folder'
  readonly git: boolean
}

class WholeClone implements Clone {
  readonly name: string
  readonly kind: string
  readonly folder: string
  readonly #room: Room
  readonly #order: CloneOrder
  readonly #place: string

  constructor(room: Room, order: CloneOrder, kind: string, place: string) {
    this.name = order.name
    this.kind = kind
    this.folder = join(place, 'tree')
    this.#room = room
    this.#order = order
    this.#place = place
  }

  async collect(): Promise<Collected> {
    if (!existsSync(this.folder)) throw new Error(`The clone ${this.name} is gone: ${this.folder} is missing.`)
    return takeOut(this.#room, this.#order, { folder: this.folder })
  }

  async rest(): Promise<void> {}

  async discard(): Promise<void> {
    this.#room.spawner.expose(this.folder, [])
    discardPlace(this.#room, this.#place)
  }
}

export class WholeClones implements CloneMaker {
  readonly kind: string
  readonly #kind: Kind
  readonly #room: Room
  readonly #small: SmallTrees

  constructor(kind: Kind, options: ClonesOptions) {
    this.kind = kind.kind
    this.#kind = kind
    this.#room = roomOf(options)
    this.#small = new SmallTrees(this.#room)
  }

  async make(order: CloneOrder): Promise<Clone> {
    const place = await freshPlace(this.#room, order)
    const tree = join(place, 'tree')
    mkdirSync(place, { mode: 0o700 })
    try {
      await this.#fill(order, place, tree)
      const clone = this.#open(order, place)
      if (order.setUp !== undefined) await runSetUp(this.#room.spawner, order.setUp, tree, `set-up ${order.name}`)
      tell(place, { name: order.name, kind: this.kind, repository: order.repository, base: order.base })
      return clone
    } catch (error) {
      await removeBelow(this.#room.spawner, this.#room.clones, place)
      throw error
    }
  }

  async #fill(order: CloneOrder, place: string, tree: string): Promise<void> {
    mkdirSync(tree)
    if (!this.#kind.git && (await this.#small.write(order, tree))) return
    const gitDir = join(this.#kind.git ? tree : place, '.git')
    await checkOut(this.#room.spawner, gitDir, tree, order)
    if (!this.#kind.git) rmSync(gitDir, { recursive: true })
  }

  async reopen(order: CloneOrder): Promise<Clone | undefined> {
    const found = toldPlace(this.#room, order, this.kind)
    return found === undefined ? undefined : this.#open(order, found.place)
  }

  #open(order: CloneOrder, place: string): Clone {
    const clone = new WholeClone(this.#room, order, this.kind, place)
    if (this.#kind.git) this.#room.spawner.expose(clone.folder, objectFolders(order.repository))
    return clone
  }

  async discard(name: string): Promise<void> {
    const place = placeOf(this.#room.clones, name)
    this.#room.spawner.expose(join(place, 'tree'), [])
    discardPlace(this.#room, place)
  }

  held(): Promise<readonly Held[]> {
    return heldOf(this.#room, this.kind)
  }

  takeFrom(order: Pick<CloneOrder, 'repository' | 'base'>, folder: string): Promise<Collected> {
    return takeOut(this.#room, order, { folder })
  }

  async close(): Promise<void> {
    await endErasing(this.#room)
  }
}

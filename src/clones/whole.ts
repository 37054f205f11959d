// A clone whose folder holds every file itself: made, opened, collected and removed without any mount.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clone, CloneMaker, CloneOrder, Collected } from '../core/ports.ts'
import { collect } from './collect/collect.ts'
import { objectFolders } from './gitfolder.ts'
import { allTold, checkSame, tell, told } from './ledger.ts'
import { placeOf } from './names.ts'
import { bytesOf, removeBelow } from './removal.ts'
import {
  askingFolder,
  type ClonesOptions,
  checkOut,
  discardPlace,
  endErasing,
  orderedPlace,
  type Room,
  roomOf,
  runSetUp,
} from './room.ts'

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
    const { repository, base } = this.#order
    if (!existsSync(this.folder)) throw new Error(`The clone ${this.name} is gone: ${this.folder} is missing.`)
    const { spawner, scratch } = this.#room
    const gitDir = askingFolder(this.#room, repository, base)
    const walk = { folder: this.folder }
    return collect({
      base: { spawner, gitDir, commit: base },
      repository: await this.#room.repository(repository),
      walk,
      scratch,
    })
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

  constructor(kind: Kind, options: ClonesOptions) {
    this.kind = kind.kind
    this.#kind = kind
    this.#room = roomOf(options)
  }

  async make(order: CloneOrder): Promise<Clone> {
    const place = orderedPlace(this.#room, order)
    if (told(place) !== undefined)
      throw new Error(`The clone ${order.name} is on disk already. Reopen it, or discard it by name.`)
    await removeBelow(this.#room.spawner, this.#room.clones, place)
    const tree = join(place, 'tree')
    mkdirSync(place, { mode: 0o700 })
    try {
      const gitDir = join(this.#kind.git ? tree : place, '.git')
      await checkOut(this.#room.spawner, gitDir, tree, order)
      if (!this.#kind.git) rmSync(gitDir, { recursive: true })
      const clone = this.#open(order, place)
      if (order.setUp !== undefined) await runSetUp(this.#room.spawner, order.setUp, tree, `set-up ${order.name}`)
      tell(place, { name: order.name, kind: this.kind, repository: order.repository, base: order.base })
      return clone
    } catch (error) {
      await removeBelow(this.#room.spawner, this.#room.clones, place)
      throw error
    }
  }

  async reopen(order: CloneOrder): Promise<Clone | undefined> {
    const place = orderedPlace(this.#room, order)
    const what = told(place)
    if (what === undefined) return undefined
    checkSame(what, order, this.kind)
    return this.#open(order, place)
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

  async held(): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
    const all = allTold(this.#room.clones).filter((each) => each.told.kind === this.kind)
    const bytes = await bytesOf(
      this.#room.spawner,
      all.map(({ place }) => place),
    )
    return all.map((each, at) => ({ name: each.told.name, bytes: bytes[at] ?? 0 }))
  }

  async close(): Promise<void> {
    await endErasing(this.#room)
  }
}

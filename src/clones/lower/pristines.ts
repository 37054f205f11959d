// Checkouts that nobody writes, one or few for each repository, below which overlays lie.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CloneOrder, SetUp } from '../../core/ports.ts'
import { baseEntries } from '../collect/tree.ts'
import { allTold } from '../ledger.ts'
import { digest } from '../names.ts'
import { removeBelow, removeLeftovers } from '../removal.ts'
import { askingFolder, checkOut, type Room, runSetUp, shelf } from '../room.ts'
import type { Ground } from './delta.ts'
import { keepNew } from './setup.ts'

export interface Pristine extends Ground {
  /** Where it lies, relative to the shelf of all pristines. */
  readonly id: string
  /** Which set-up was run on which lockfiles; empty for none. What it wrote lies above the tree. */
  readonly prepared: string
}

/** What lies on disk beside a pristine, written last. */
interface Told {
  readonly commit: string
  readonly prepared: string
  readonly layers: readonly string[]
}

const lockfiles = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'Cargo.lock',
  'go.sum',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'requirements.txt',
  'Gemfile.lock',
  'composer.lock',
  'mix.lock',
  'pubspec.lock',
  'gradle.lockfile',
]

export class Pristines {
  readonly #room: Room
  readonly #newest = new Map<string, Promise<Pristine>>()
  readonly #refreshing = new Map<string, Promise<unknown>>()

  constructor(room: Room) {
    this.#room = room
  }

  /** The newest that fits the order, made now if there is none. Two who ask at once wait for the same. */
  async fit(order: CloneOrder): Promise<Pristine> {
    const prepared = await this.#prepared(order)
    const key = `${order.repository}\0${prepared}`
    const known = this.#newest.get(key) ?? this.#keep(key, this.#onDisk(order, prepared) ?? this.#make(order, prepared))
    return known
  }

  /** One at exactly the order's base, used from now on. */
  async renew(order: CloneOrder): Promise<Pristine> {
    const prepared = await this.#prepared(order)
    return this.#keep(`${order.repository}\0${prepared}`, this.#make(order, prepared))
  }

  /** Makes a newer one beside the work; until it is there the older one serves. One at a time for each repository. */
  refresh(order: CloneOrder): void {
    if (this.#refreshing.has(order.repository)) return
    const work = this.#prepared(order)
      .then(async (prepared) => {
        const made = await this.#make(order, prepared)
        this.#newest.set(`${order.repository}\0${prepared}`, Promise.resolve(made))
        await this.#clear(order.repository)
      })
      // The older one serves on; the next order tries again.
      .catch(() => undefined)
      .finally(() => this.#refreshing.delete(order.repository))
    this.#refreshing.set(order.repository, work)
  }

  byId(id: string): Pristine | undefined {
    const place = join(this.#room.pristines, id)
    const file = join(place, 'pristine.json')
    if (!existsSync(file)) return undefined
    const { commit, prepared, layers } = JSON.parse(readFileSync(file, 'utf8')) as Told
    const index = join(place, 'tree', '.git', 'index')
    return { id, commit, prepared, lower: layers.map((layer) => join(place, layer)), index }
  }

  async close(): Promise<void> {
    await Promise.all(this.#refreshing.values())
  }

  #keep(key: string, made: Promise<Pristine> | Pristine): Promise<Pristine> {
    const kept = Promise.resolve(made)
    this.#newest.set(key, kept)
    kept.catch(() => {
      if (this.#newest.get(key) === kept) this.#newest.delete(key)
    })
    return kept
  }

  /** A change of set-up or of a lockfile at the root asks for another pristine. */
  async #prepared(order: CloneOrder): Promise<string> {
    if (order.setUp === undefined) return ''
    const base = {
      spawner: this.#room.spawner,
      gitDir: askingFolder(this.#room, order.repository, order.base),
      commit: order.base,
    }
    const locks = await baseEntries(base, lockfiles)
    const { argv, network, isolation } = order.setUp
    return digest(
      JSON.stringify([argv, network, isolation, [...locks.values()].map(({ path, oid }) => [path, oid]).sort()]),
    )
  }

  #generations(repository: string): readonly number[] {
    const place = shelf(this.#room, repository)
    mkdirSync(place, { recursive: true, mode: 0o700 })
    return readdirSync(place)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => b - a)
  }

  #onDisk(order: CloneOrder, prepared: string): Pristine | undefined {
    const own = basename(shelf(this.#room, order.repository))
    return this.#generations(order.repository)
      .map((generation) => this.byId(`${own}/${generation}`))
      .find((pristine) => pristine?.prepared === prepared)
  }

  async #make(order: CloneOrder, prepared: string): Promise<Pristine> {
    const { spawner } = this.#room
    const place = shelf(this.#room, order.repository)
    await removeLeftovers(spawner, place)
    const id = `${basename(place)}/${(this.#generations(order.repository)[0] ?? 0) + 1}`
    const here = join(this.#room.pristines, id)
    mkdirSync(here, { mode: 0o700 })
    try {
      const tree = join(here, 'tree')
      await checkOut(spawner, join(tree, '.git'), tree, order)
      if (order.setUp !== undefined) await this.#setUp(order.setUp, here, tree)
      const told: Told = {
        commit: order.base,
        prepared,
        layers: order.setUp === undefined ? ['tree'] : ['layer', 'tree'],
      }
      writeFileSync(join(here, 'pristine.json.new'), JSON.stringify(told))
      renameSync(join(here, 'pristine.json.new'), join(here, 'pristine.json'))
      const lower = told.layers.map((layer) => join(here, layer))
      return { id, commit: order.base, prepared, lower, index: join(tree, '.git', 'index') }
    } catch (error) {
      await removeBelow(spawner, place, here)
      throw error
    }
  }

  /** The set-up writes into an overlay of its own; only what the base does not have is kept, and nothing of git. */
  async #setUp(setUp: SetUp, here: string, tree: string): Promise<void> {
    const { spawner } = this.#room
    const [upper, work, at, layer] = ['up', 'wk', 'm', 'layer'].map((name) => join(here, name)) as [
      string,
      string,
      string,
      string,
    ]
    for (const folder of [upper, work, at, layer]) mkdirSync(folder)
    await spawner.mount({ lower: [tree], upper, work, at })
    try {
      await runSetUp(spawner, setUp, at, `set-up ${basename(here)}`)
    } finally {
      await spawner.unmount(at)
    }
    keepNew(upper, tree, layer)
    for (const folder of [upper, work, at]) await removeBelow(spawner, here, folder)
  }

  /** Removes generations that no clone lies on and no order would get. */
  async #clear(repository: string): Promise<void> {
    const place = shelf(this.#room, repository)
    const used = new Set(allTold(this.#room.clones).map(({ told }) => told.pristine))
    for (const pristine of await Promise.all(this.#newest.values())) used.add(pristine.id)
    for (const generation of this.#generations(repository)) {
      const id = `${basename(place)}/${generation}`
      if (!used.has(id) && this.byId(id) !== undefined)
        await removeBelow(this.#room.spawner, place, join(place, String(generation)))
    }
  }
}

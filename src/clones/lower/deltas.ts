// Layers that bring a pristine to other bases: made once for each base, frozen, shared by every clone of it, and cleared away.
//
// Invariants. 1: a layer gets its name when it is whole, and is never written again. 2: a layer is removed only when no clone on disk names it, no
// order is about to, and no layer that stays lies on it. 3: a process takes only layers that it made: what a power cut left of another's is not known.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { CloneOrder } from '../../core/ports.ts'
import { allTold } from '../ledger.ts'
import { removeBelow, removeLeftovers, takeAway, tool } from '../removal.ts'
import { askingFolder, type Room } from '../room.ts'
import { type Ground, writeDelta } from './delta.ts'
import type { Pristine } from './pristines.ts'

export interface Layer extends Ground {
  /** The layers between the pristine and the base, this one first, by where they lie relative to the shelf of all pristines. */
  readonly ids: readonly string[]
  /** Paths in all of them together. */
  readonly moved: number
}

/** Layers on one another; the next is written on the pristine itself. */
const deepest = 6
/** Bases whose layers are kept although no clone lies on them: the next orders are for the newest ones. */
const kept = 2
/** Layers that may be made before it is looked again which are needed. */
const between = 4
const ours = randomBytes(4).toString('hex')

/** The layers on one pristine. */
interface Stack {
  readonly pristine: Pristine
  readonly root: string
  /** A device that every whiteout is a link to. */
  readonly whiteout: string
  /** By base, that which was asked for last at the end. */
  readonly made: Map<string, Promise<Layer>>
  newest?: Layer
  most: number
}

export class Deltas {
  readonly #room: Room
  readonly #stacks = new Map<string, Promise<Stack>>()
  readonly #inUse = new Map<string, number>()
  #clearing: Promise<unknown> = Promise.resolve()

  constructor(room: Room) {
    this.#room = room
  }

  /** Gives the layer that brings the pristine to the order's base to `work`, until whose end it stays. */
  async use<T>(order: CloneOrder, pristine: Pristine, work: (layer: Layer) => Promise<T>): Promise<T> {
    const stack = await this.#stackOn(pristine)
    return this.#holding(order.base, async () => work(await this.#fit(order, stack)))
  }

  folderOf(id: string): string {
    return join(this.#room.pristines, id)
  }

  /** The next process takes none of these, so only what clones lie on is left. */
  async close(): Promise<void> {
    for (const stack of await Promise.all(this.#stacks.values())) this.#clear(stack, 0)
    await this.#clearing
  }

  async #holding<T>(base: string, work: () => Promise<T>): Promise<T> {
    this.#inUse.set(base, (this.#inUse.get(base) ?? 0) + 1)
    try {
      return await work()
    } finally {
      const left = (this.#inUse.get(base) ?? 1) - 1
      if (left === 0) this.#inUse.delete(base)
      else this.#inUse.set(base, left)
    }
  }

  async #fit(order: CloneOrder, stack: Stack): Promise<Layer> {
    const { base } = order
    const known = stack.made.get(base)
    const layer = known ?? this.#make(order, stack)
    stack.made.delete(base)
    stack.made.set(base, layer)
    layer.catch(() => stack.made.get(base) === layer && stack.made.delete(base))
    if (known === undefined || isWhole(await known)) return layer
    // Somebody else cleared it away.
    if (stack.made.get(base) === known) stack.made.delete(base)
    return this.#fit(order, stack)
  }

  async #make(order: CloneOrder, stack: Stack): Promise<Layer> {
    const { newest, pristine } = stack
    const on = newest !== undefined && newest.ids.length < deepest && isWhole(newest) ? newest : undefined
    const made = await this.#holding(on?.commit ?? '', () => this.#write(order, stack, on ?? pristine))
    const layer: Layer = {
      commit: order.base,
      lower: [made.folder, ...(on ?? pristine).lower],
      index: join(made.folder, '.git', 'index'),
      ids: [made.folder.slice(this.#room.pristines.length + 1), ...(on?.ids ?? [])],
      moved: made.moved + (on?.moved ?? 0),
    }
    stack.newest = layer
    if (stack.made.size > stack.most) this.#clear(stack, kept)
    return layer
  }

  async #write(order: CloneOrder, stack: Stack, ground: Ground): Promise<{ folder: string; moved: number }> {
    const { spawner } = this.#room
    const { root, whiteout, pristine } = stack
    const base = { spawner, gitDir: askingFolder(this.#room, order.repository, order.base), commit: order.base }
    const draft = join(root, `.draft-${randomBytes(4).toString('hex')}-${ours}`)
    const folder = join(root, `${order.base}-${randomBytes(4).toString('hex')}-${ours}`)
    mkdirSync(draft)
    try {
      const setUp = pristine.lower.slice(0, -1)
      const moved = await writeDelta({ base, ground, setUp, folder: draft, whiteout })
      renameSync(draft, folder)
      return { folder, moved: moved.size }
    } catch (error) {
      await removeBelow(spawner, root, draft)
      throw error
    }
  }

  #stackOn(pristine: Pristine): Promise<Stack> {
    const known = this.#stacks.get(pristine.id)
    if (known !== undefined) return known
    const found = this.#openStack(pristine)
    this.#stacks.set(pristine.id, found)
    found.catch(() => this.#stacks.delete(pristine.id))
    return found
  }

  async #openStack(pristine: Pristine): Promise<Stack> {
    const root = join(this.#room.pristines, pristine.id, 'layers')
    const whiteout = join(root, 'whiteout')
    mkdirSync(root, { recursive: true, mode: 0o700 })
    if (!existsSync(whiteout)) await tool(this.#room.spawner, ['mknod', whiteout, 'c', '0', '0'])
    return { pristine, root, whiteout, made: new Map(), most: 0 }
  }

  /** Beside the work. What could not be removed is tried again with the next. */
  #clear(stack: Stack, keep: number): void {
    this.#clearing = this.#clearing.then(() => this.#sweep(stack, keep)).catch(() => undefined)
  }

  async #sweep(stack: Stack, keep: number): Promise<void> {
    const { root, pristine, made } = stack
    if (!existsSync(root)) return
    await removeLeftovers(this.#room.spawner, root)
    const known = await Promise.all([...made.values()].map((layer) => layer.catch(() => undefined)))
    // From here to the renaming nothing is waited for, so no order comes between.
    const recent = new Set(keep === 0 ? [] : [...made.keys()].slice(-keep))
    const stays = (layer: Layer): boolean => this.#inUse.has(layer.commit) || recent.has(layer.commit)
    const needed = new Set([
      ...allTold(this.#room.clones).flatMap(({ told }) => told.layers ?? []),
      ...known.flatMap((layer) => (layer !== undefined && stays(layer) ? layer.ids : [])),
    ])
    const needless = readdirSync(root).filter((name) => {
      if (!name.includes('-')) return false
      const [base = '', , whose] = name.split('-')
      // What is made at this moment may not be known yet.
      if (whose === ours && (base === '.draft' || this.#inUse.has(base))) return false
      return base === '.draft' || !needed.has(`${pristine.id}/layers/${name}`)
    })
    const places = needless.map((name) => join(root, name))
    for (const layer of known) if (layer?.lower.some((folder) => places.includes(folder))) made.delete(layer.commit)
    stack.most = made.size + between
    await takeAway(this.#room.spawner, root, ...places).erased
  }
}

function isWhole({ lower }: Layer): boolean {
  return lower.every((folder) => existsSync(folder))
}

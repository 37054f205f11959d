// Layers that bring a pristine to other bases: made once for each base, frozen, shared by every clone of it, and cleared away.
//
// Invariants. 1: a layer gets its name when it is whole, and is never written again. 2: a layer is removed only when no clone on disk names it and no
// order is about to. 3: a process takes only layers that it made: what a power cut left of another's is not known.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import type { CloneOrder } from '../../core/ports.ts'
import { allTold } from '../ledger.ts'
import { removeBelow, removeLeftovers, takeAway, tool } from '../removal.ts'
import { askingFolder, type Room } from '../room.ts'
import { type Delta, writeDelta } from './delta.ts'
import type { Pristine } from './pristines.ts'

export interface Layer extends Delta {
  /** Where it lies, relative to the shelf of all pristines. */
  readonly id: string
  readonly base: string
}

/** Layers that are kept although no clone lies on them: the next orders are for one of the newest bases. */
const kept = 3
/** Layers that may be made before it is looked again which are needed. */
const between = 4
const ours = randomBytes(4).toString('hex')

/** The layers on one pristine. */
interface Stack {
  readonly id: string
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

  /** Gives the layer between the pristine and the order's base to `work`, until whose end it stays. */
  async use<T>(order: CloneOrder, pristine: Pristine, work: (layer: Layer) => Promise<T>): Promise<T> {
    const stack = await this.#stackOn(pristine)
    return this.#holding(order.base, async () => work(await this.#fit(order, pristine, stack)))
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

  async #fit(order: CloneOrder, pristine: Pristine, stack: Stack): Promise<Layer> {
    const { base } = order
    const known = stack.made.get(base)
    const layer = known ?? this.#make(order, pristine, stack)
    stack.made.delete(base)
    stack.made.set(base, layer)
    layer.catch(() => stack.made.get(base) === layer && stack.made.delete(base))
    if (known === undefined || existsSync((await known).folder)) return layer
    // Somebody else cleared it away.
    if (stack.made.get(base) === known) stack.made.delete(base)
    return this.#fit(order, pristine, stack)
  }

  async #make(order: CloneOrder, pristine: Pristine, stack: Stack): Promise<Layer> {
    const { spawner, pristines } = this.#room
    const { root, whiteout } = stack
    const draft = join(root, `.draft-${randomBytes(4).toString('hex')}-${ours}`)
    const before = stack.newest !== undefined && existsSync(stack.newest.folder) ? stack.newest : undefined
    const base = { spawner, gitDir: askingFolder(this.#room, order.repository, order.base), commit: order.base }
    mkdirSync(draft)
    try {
      const rest = before === undefined ? {} : { before }
      const moved = await this.#holding(before?.base ?? '', () =>
        writeDelta({ base, pristine, folder: draft, whiteout, ...rest }),
      )
      const folder = join(root, `${order.base}-${ours}`)
      renameSync(draft, folder)
      stack.newest = { id: folder.slice(pristines.length + 1), base: order.base, folder, moved }
      if (stack.made.size > stack.most) this.#clear(stack, kept)
      return stack.newest
    } catch (error) {
      await removeBelow(spawner, root, draft)
      throw error
    }
  }

  #stackOn({ id }: Pristine): Promise<Stack> {
    const known = this.#stacks.get(id)
    if (known !== undefined) return known
    const found = this.#openStack(id)
    this.#stacks.set(id, found)
    found.catch(() => this.#stacks.delete(id))
    return found
  }

  async #openStack(id: string): Promise<Stack> {
    const root = join(this.#room.pristines, id, 'layers')
    const whiteout = join(root, 'whiteout')
    mkdirSync(root, { recursive: true, mode: 0o700 })
    if (!existsSync(whiteout)) await tool(this.#room.spawner, ['mknod', whiteout, 'c', '0', '0'])
    return { id, root, whiteout, made: new Map(), most: 0 }
  }

  /** Beside the work. What could not be removed is tried again with the next. */
  #clear(stack: Stack, keep: number): void {
    this.#clearing = this.#clearing.then(() => this.#sweep(stack, keep)).catch(() => undefined)
  }

  async #sweep(stack: Stack, keep: number): Promise<void> {
    if (!existsSync(stack.root)) return
    await removeLeftovers(this.#room.spawner, stack.root)
    const named = new Set(allTold(this.#room.clones).map(({ told }) => told.layer))
    const recent = new Set(keep === 0 ? [] : [...stack.made.keys()].slice(-keep))
    const needless = readdirSync(stack.root).filter((name) => {
      const [base = '', whose] = name.split('-')
      if (base === '.draft') return !name.endsWith(`-${ours}`)
      if (whose === undefined || named.has(`${stack.id}/layers/${name}`)) return false
      return whose !== ours || !(this.#inUse.has(base) || recent.has(base))
    })
    for (const name of needless) if (name.endsWith(`-${ours}`)) stack.made.delete(name.split('-')[0] ?? '')
    stack.most = stack.made.size + between
    await takeAway(this.#room.spawner, stack.root, ...needless.map((name) => join(stack.root, name))).erased
  }
}

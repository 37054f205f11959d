// Makes the spawner that works here: namespaced where the kernel lets us, plain otherwise, never weaker than a child was ordered.
import { chmodSync, mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Isolation } from '../core/nouns/isolation.ts'
import {
  type Child,
  type Found,
  type IsolationReport,
  type MountOrder,
  type ReadBack,
  type ReadOrder,
  SandboxMissing,
  type Spawner,
  type SpawnOrder,
  type Walked,
  type WalkOrder,
} from '../core/ports.ts'
import { Held } from './held.ts'
import { Link, SpawnerGone, type Way } from './link.ts'
import { findTool, spawnerEntry } from './machine.ts'
import { markOf, markOfAll } from './mark.ts'
import { namespaced, overlayOptions } from './namespaced.ts'
import { bareEnv, Orders } from './orders.ts'
import { PiecesOfFiles } from './pieces.ts'
import { plain } from './plain.ts'
import { probeIsolation } from './probe.ts'

export interface SpawnerOptions {
  /** Baton's home, absolute: overlays are mounted only below it, and no sandbox ever sees it whole. */
  readonly home: string
  /** Take only this way, and fail when it does not work. */
  readonly kind?: 'namespaced' | 'plain'
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs?: number
  /** Where programs of the system are looked for; for tests. */
  readonly toolFolders?: readonly string[]
}

/** Beyond the port, for tests and figures. */
export interface LocalSpawner extends Spawner {
  /** The outermost spawner process as main sees it; changes when one is started anew. */
  readonly pid: number
}

// The heap of a process that only passes things on; large files come and go outside of it.
const nodeFlags = ['--max-semi-space-size=2', '--disable-warning=ExperimentalWarning']

async function openOne(way: Way, tool: (name: string) => string | undefined): Promise<Link> {
  const errors: string[] = []
  for (const command of way.commands(tool, [process.execPath, ...nodeFlags, spawnerEntry()])) {
    try {
      return await Link.open(command, bareEnv)
    } catch (error) {
      errors.push(error instanceof Error ? error.message : String(error))
    }
  }
  throw new Error(
    `No ${way.kind} spawner can be started here: ${errors.join('; ') || 'unshare is not installed (package util-linux)'}.`,
  )
}

export async function createSpawner(options: SpawnerOptions): Promise<LocalSpawner> {
  mkdirSync(options.home, { recursive: true })
  const home = realpathSync(options.home)
  const tool = (name: string): string | undefined => findTool(name, options.toolFolders)
  const ways = options.kind === undefined ? [namespaced, plain] : [options.kind === 'plain' ? plain : namespaced]
  let failure: unknown
  for (const way of ways) {
    try {
      return new Local(way, await openOne(way, tool), home, tool, options.graceMs ?? 2_000)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

class Local implements LocalSpawner {
  readonly kind: 'namespaced' | 'plain'
  readonly #way: Way
  readonly #home: string
  readonly #orders: Orders
  readonly #tool: (name: string) => string | undefined
  readonly #shown = new Map<string, readonly string[]>()
  readonly #mounts = new Map<string, MountOrder>()
  #link: Promise<Link>
  #last: Link
  #closed = false

  constructor(way: Way, link: Link, home: string, tool: (name: string) => string | undefined, graceMs: number) {
    this.kind = way.kind
    this.#way = way
    this.#home = home
    this.#tool = tool
    this.#last = link
    this.#link = Promise.resolve(link)
    const folder = join(home, 'spawner')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    this.#orders = new Orders({
      home,
      folder,
      tool,
      graceMs,
      namespaced: way.kind === 'namespaced',
      start: (order) => this.start(order),
    })
  }

  get pid(): number {
    return this.#last.pid
  }

  async start(order: SpawnOrder): Promise<Child> {
    try {
      // Whether a child ran before its spawner died is not known; a tool of ours may run twice, an agent may not.
      return await (order.tool === true
        ? this.#ask((link) => this.#startOn(link, order))
        : this.#startOn(await this.#open(), order))
    } catch (error) {
      if (error instanceof SandboxMissing || !(error instanceof Error)) throw error
      throw new Error(`${order.argv[0]} could not be started in ${order.folder}: ${error.message}`, { cause: error })
    }
  }

  async #startOn(link: Link, order: SpawnOrder): Promise<Child> {
    const call = await this.#orders.call(order, link.ready, this.#shown.get(order.folder) ?? [])
    const held = new Held()
    const { child, pid } = await link.start(call, held)
    held.attach(link, child, pid)
    return held
  }

  probe(level: Isolation): Promise<IsolationReport> {
    return probeIsolation(this, level, this.#home)
  }

  async sweep(marker?: string): Promise<number> {
    const wanted = marker === undefined ? markOfAll(this.#home) : markOf(this.#home, marker)
    return this.#ask((link) => link.call({ do: 'sweep', marker: wanted }))
  }

  expose(folder: string, readOnly: readonly string[]): void {
    if (readOnly.length === 0) this.#shown.delete(folder)
    else this.#shown.set(folder, readOnly)
  }

  async mount(order: MountOrder): Promise<void> {
    if (this.kind === 'plain')
      throw new Error('A plain spawner has no namespace of its own, so it cannot mount an overlay.')
    await this.#ask((link) => this.#mountOn(link, order))
    this.#mounts.set(order.at, order)
  }

  #mountOn(link: Link, order: MountOrder): Promise<number> {
    return link.call({ do: 'mount', from: this.#home, options: overlayOptions(this.#home, order), at: order.at })
  }

  async unmount(at: string): Promise<void> {
    if (!this.#mounts.delete(at) && this.kind === 'plain') return
    await this.#ask((link) => link.call({ do: 'unmount', at }))
  }

  walk(order: WalkOrder): Promise<Walked> {
    return this.#ask(async (link) => {
      const found: Found[] = []
      const hidden: string[] = []
      await link.call({ do: 'walk', order }, (part) => {
        if ('found' in part) found.push(...part.found)
        else if ('hidden' in part) hidden.push(...part.hidden)
      })
      return { found, hidden }
    })
  }

  read(folder: string, orders: readonly ReadOrder[], limit: number): Promise<readonly ReadBack[]> {
    return this.#ask(async (link) => {
      const pieces = new PiecesOfFiles(orders)
      await link.call({ do: 'read', folder, orders, limit }, (part) => pieces.take(part))
      return pieces.all()
    })
  }

  /** What may be asked twice is asked again of a new spawner when the old one ended before it answered. */
  async #ask<T>(what: (link: Link) => Promise<T>): Promise<T> {
    try {
      return await what(await this.#open())
    } catch (error) {
      if (!(error instanceof SpawnerGone)) throw error
      return what(await this.#open())
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    const link = await this.#link.catch(() => undefined)
    await link?.close()
  }

  /** The living link, or a new one with the same mounts. Two who ask at once get the same. */
  async #open(): Promise<Link> {
    if (this.#closed) throw new Error('The spawner is closed.')
    if (!this.#last.alive) {
      const before = this.#last
      this.#link = this.#link.then(
        (link) => (link.alive ? link : this.#renew()),
        () => this.#renew(),
      )
      await this.#link
      if (this.#last === before) throw new Error('The spawner could not be started again.')
    }
    return this.#link
  }

  async #renew(): Promise<Link> {
    const link = await openOne(this.#way, this.#tool)
    for (const order of this.#mounts.values()) await this.#mountOn(link, order)
    this.#last = link
    return link
  }
}

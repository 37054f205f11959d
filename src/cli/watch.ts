// Stays with runs until they are over or wait for a person; takes the work up itself when the process that did it goes.
import type { ItemView } from '../api/status/item.ts'
import { Refused } from '../core/refusals.ts'
import type { Context } from './command.ts'
import { live } from './live.ts'
import { stopping } from './signals.ts'
import type { Connection } from './world.ts'

/** A call never waits for long, so it is given again until the run is over or only a person can move it on. */
export async function untilOver(house: Connection, item: string): Promise<void> {
  while (!(await house.call('run/wait', { item })).over);
}

export interface Watched {
  readonly id: string
  /** Absent when the item is closed. */
  readonly view?: ItemView
}

export interface Watch {
  readonly items: readonly string[]
  /** Entries after this one are shown. */
  readonly from: number
  /** Types of facts that whoever watches tells in words of its own. */
  readonly untold?: readonly string[]
  /** What becomes of a run that waits for a person: true when it was answered and the watch goes on. */
  readonly held: (house: Connection, view: ItemView) => Promise<boolean>
}

/** The connection may be exchanged for another on the way; whoever calls closes the one that is left. */
export class Watching {
  house: Connection
  readonly #context: Context
  #seen = 0
  #leaving = false
  readonly #stopped = Promise.withResolvers<undefined>()
  #now = false

  constructor(context: Context, house: Connection) {
    this.#context = context
    this.house = house
  }

  /** Lets go of the house: what still runs here ends first, unless the person would not wait for it. */
  close(): Promise<void> {
    return this.#now ? this.house.stop() : this.house.close()
  }

  async until(watch: Watch): Promise<{ readonly items: readonly Watched[]; readonly interrupted: boolean }> {
    this.#seen = watch.from
    const signals = stopping(
      this.#context.world,
      () => void this.#drain(watch.items),
      () => void this.#stop(watch.items),
    )
    try {
      for (;;) {
        try {
          const items = await this.#once(watch)
          if (items !== undefined) return { items, interrupted: signals.asked !== 'not' }
        } catch (error) {
          if (!(error instanceof Refused) || error.refusal.kind !== 'busy' || this.house.inside || this.#leaving)
            throw error
          this.#context.hint(`${error.refusal.why}; taking its work up here`)
          this.house = await this.#context.world.connect('work')
        }
      }
    } finally {
      signals.free()
    }
  }

  async #once(watch: Watch): Promise<readonly Watched[] | undefined> {
    const { house } = this
    const shown = live(this.#context, watch.items.length > 1, () => this.#views(watch.items))
    const entries = house.stream('journal/follow', { after: this.#seen })[Symbol.asyncIterator]()
    const following = this.#follow(entries, watch, shown)
    try {
      const results: Watched[] = []
      for (const id of watch.items) results.push(await this.#settle(id, shown, watch))
      return results
    } finally {
      await this.#caughtUp()
      shown.clear()
      void entries.return?.()
      following.catch(() => undefined)
    }
  }

  /** Shows what was recorded up to now, however fast the end came. */
  async #caughtUp(): Promise<void> {
    const head = await this.house.call('journal/read', { after: 0, limit: 1 }).then(
      (page) => page.head,
      () => 0,
    )
    const deadline = performance.now() + 500
    while (this.#seen < head && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5))
  }

  async #follow(
    entries: AsyncIterator<Parameters<ReturnType<typeof live>['heard']>[0]>,
    { items, untold }: Watch,
    shown: ReturnType<typeof live>,
  ): Promise<void> {
    for (;;) {
      const { value, done } = await entries.next()
      if (done === true) return
      if (items.includes(value.stream) && untold?.includes(value.type) !== true) shown.heard(value)
      this.#seen = value.seq
    }
  }

  async #settle(id: string, shown: ReturnType<typeof live>, watch: Watch): Promise<Watched> {
    for (;;) {
      await Promise.race([untilOver(this.house, id).catch(unlessGone), this.#stopped.promise])
      const view = await this.house.call('status/item', { item: id, limit: 0 }).catch(unlessGone)
      if (view === undefined) return { id }
      if (view.run === undefined || view.run.phase === 'ended' || this.#leaving) return { id, view }
      shown.clear()
      if (!(await watch.held(this.house, view))) return { id, view }
      shown.goOn()
    }
  }

  async #views(items: readonly string[]): Promise<ItemView[]> {
    const views = await Promise.all(
      items.map((item) => this.house.call('status/item', { item, limit: 0 }).catch(unlessGone)),
    )
    return views.filter((view) => view !== undefined)
  }

  async #drain(items: readonly string[]): Promise<void> {
    this.#leaving = true
    this.#context.hint('Letting what runs end and starting nothing more; Ctrl-C again ends it now.')
    for (const item of items) await this.house.call('run/drain', { item, why: 'Ctrl-C' }).catch(() => undefined)
  }

  async #stop(items: readonly string[]): Promise<void> {
    this.#context.hint('Ending what runs.')
    this.#now = true
    for (const item of items) await this.house.call('run/cancel', { item, why: 'Ctrl-C twice' }).catch(() => undefined)
    this.#stopped.resolve(undefined)
  }
}

/** An item that was integrated is closed, and then no longer found. */
function unlessGone(error: unknown): undefined {
  if (error instanceof Refused && error.refusal.kind === 'not-found') return undefined
  throw error
}

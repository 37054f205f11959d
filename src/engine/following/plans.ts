// Reads plans again while they are carried out, whenever a new commit may have changed them.
import type { Item } from '../../core/nouns/item.ts'
import { type Refusal, Refused } from '../../core/refusals.ts'
import { runOf, type State } from '../../core/state.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import type { HouseParts } from '../parts.ts'
import { findPlan } from '../plan-files.ts'
import type { Follower } from './follower.ts'

const everyMs = 2000

export interface Watched {
  readonly parts: HouseParts
  readonly state: State
  submit(asked: Wish): Promise<{ readonly ok: true } | { readonly ok: false; readonly refusal: Refusal }>
}

/** Only while runs are under way: a house that does nothing looks at nothing. */
export class PlanWatch implements Follower {
  readonly #watched: Watched
  /** The commit at which each workspace's plans were last taken in. */
  readonly #seen = new Map<string, string>()
  /** What was last said of a plan that could not be taken in. */
  readonly #said = new Map<string, string>()
  #calm: (() => void) | undefined
  #turn: Promise<void> = Promise.resolve()
  #closed = false

  constructor(watched: Watched) {
    this.#watched = watched
  }

  takeUp(): void {
    this.saw()
  }

  /** Called whenever something has happened. */
  saw(): void {
    if (this.#closed || this.#calm !== undefined || this.#live().length === 0) return
    this.#calm = this.#watched.parts.clock.after(everyMs, () => {
      this.#calm = undefined
      this.#turn = this.#look().then(() => this.saw())
    })
  }

  /** Resolves when it looks no more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#calm?.()
    await this.#turn
  }

  #live(): Item[] {
    const { state } = this.#watched
    return [...state.items.values()].filter((item) => {
      const run = runOf(state, item)
      return run !== undefined && run.phase !== 'ended' && item.tickFile !== ''
    })
  }

  async #look(): Promise<void> {
    const items = this.#live()
    for (const workspace of new Set(items.map((item) => item.workspace))) {
      const mine = items.filter((item) => item.workspace === workspace)
      try {
        const { head } = await this.#watched.parts.repository(workspace).look()
        if (head === null || this.#seen.get(workspace) === head || this.#closed) continue
        const taken = await this.#readAll(workspace, mine)
        if (taken) this.#seen.set(workspace, head)
      } catch (error) {
        await this.#miss(mine, error instanceof Error ? error.message : String(error))
      }
    }
  }

  /** False when something could not be taken in and is to be tried again. */
  async #readAll(workspace: string, items: readonly Item[]): Promise<boolean> {
    let all = true
    for (const [source, format] of new Map(items.map((item) => [item.source, item.format]))) {
      const mine = items.filter((item) => item.source === source)
      try {
        const found = await findPlan(this.#watched.parts, { workspace, path: source, format })
        const errors = found.notes.filter((note) => note.level === 'error')
        const [error] = errors
        const endless = errors.some(({ kind }) => kind === 'cycle' || kind === 'order')
        if (error !== undefined) await this.#miss(mine, `${error.file}:${error.line} ${error.text}`, endless)
        const { base, tickFile, tips } = found
        for (const item of error === undefined ? found.items : []) {
          if (!mine.some(({ id }) => id === item.id)) continue
          const said = { workspace, source, format, tickFile, base, tip: tips[item.id] ?? base, item }
          const answer = await this.#watched.submit(wish('plan.import', 'plan', said))
          if (answer.ok) this.#said.delete(item.id)
          else all = false
          if (!answer.ok) await this.#miss(mine, answer.refusal.why)
        }
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        await this.#miss(mine, error.refusal.why)
      }
    }
    return all
  }

  /** Said once, not at every look. */
  async #miss(items: readonly Item[], why: string, endless = false): Promise<void> {
    for (const item of items) {
      if (this.#said.get(item.id) === why) continue
      this.#said.set(item.id, why)
      await this.#watched.submit(wish('plan.miss', 'plan', { item: item.id, why: why.slice(0, 500), endless }))
    }
  }
}

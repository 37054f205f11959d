// Has the record begin where work is, and writes what is owed a moment after it is: never in the way of a launch.
import type { Entry } from '../../core/nouns/entry.ts'
import { wish } from '../../core/wishes.ts'
import type { Follower } from '../following/follower.ts'
import { messageOf } from '../work/shop.ts'
import { owing, type RecordParts, sheetsOf, writeSheets } from './writing.ts'

/** What ends within so long of each other is written in one commit, which waits for no longer than that. */
const calmMs = 500
const longestMs = 5000
const firstAgainMs = 2000
const longestAgainMs = 300_000
const whyAtMost = 300

/** What can make something be owed. */
const telling: ReadonlySet<string> = new Set([
  'attempt.ended',
  'attempt.checked',
  'landing.done',
  'step.reworked',
  'gate.answered',
  'integration.done',
  'integration.reverted',
  'item.closed',
])

/** Invariant: one write at a time; what failed is owed still, and is tried again later. */
export class Recorder implements Follower {
  readonly #parts: RecordParts
  /** Workspaces that wait after a failure, and how to end that. */
  readonly #resting = new Map<string, () => void>()
  readonly #tries = new Map<string, number>()
  #written: number
  /** The next look, and when what it waits for began and was seen last. */
  #calm: (() => void) | undefined
  #since = 0
  #latest = 0
  #turn: Promise<void> = Promise.resolve()
  #over = false

  constructor(parts: RecordParts) {
    this.#parts = parts
    this.#written = parts.state.seq
  }

  takeUp(): void {
    this.#begin()
    if (owing(this.#parts.state).size > 0) this.#soon()
  }

  saw(entries: readonly Entry[]): void {
    this.#written = entries.at(-1)?.seq ?? this.#written
    if (entries.some(({ type }) => type === 'item.opened' || type === 'item.reopened')) this.#begin()
    if (entries.some(({ type }) => telling.has(type))) this.#soon()
  }

  /** Looks no more by itself; what is owed then is written by `flush`. */
  async close(): Promise<void> {
    this.#over = true
    this.#calm?.()
    for (const calm of this.#resting.values()) calm()
    await this.#turn
  }

  /** Writes all that is owed by now, once; what fails is owed still when the house is opened again. */
  async flush(): Promise<void> {
    this.#resting.clear()
    await this.inTurn(() => this.#writeAll())
  }

  /** Nobody else writes meanwhile. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act)
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    )
    return mine
  }

  #begin(): void {
    const { state, submit } = this.#parts
    const open = new Set([...state.items.values()].map(({ workspace }) => workspace))
    for (const path of open)
      if (state.workspaces.get(path)?.recorded !== true) void submit(wish('record.begin', 'baton', { path }))
  }

  #soon(): void {
    if (this.#over) return
    this.#latest = this.#parts.clock.monotonic()
    if (this.#calm !== undefined) return
    this.#since = this.#latest
    this.#look(calmMs)
  }

  #look(ms: number): void {
    const { clock } = this.#parts
    this.#calm = clock.after(ms, () => {
      const now = clock.monotonic()
      const due = Math.min(this.#latest + calmMs, this.#since + longestMs)
      if (now < due) return this.#look(due - now)
      this.#calm = undefined
      void this.inTurn(() => this.#writeAll())
    })
  }

  async #writeAll(): Promise<void> {
    for (const workspace of owing(this.#parts.state)) {
      if (!this.#resting.has(workspace)) await this.#write(workspace)
    }
  }

  /** As many as there are, a portion at a time. */
  async #write(workspace: string): Promise<void> {
    const { state } = this.#parts
    let before = -1
    try {
      for (;;) {
        const sheets = sheetsOf(state, workspace, this.#written)
        const first = sheets[0]?.of
        if (first === undefined || first === before) break
        before = first
        await writeSheets(this.#parts, workspace, sheets)
      }
      this.#tries.delete(workspace)
    } catch (error) {
      await this.#miss(workspace, messageOf(error))
    }
  }

  async #miss(workspace: string, why: string): Promise<void> {
    const { state, clock, submit } = this.#parts
    const tries = (this.#tries.get(workspace) ?? 0) + 1
    this.#tries.set(workspace, tries)
    if (!this.#over) {
      const ms = Math.min(longestAgainMs, firstAgainMs * 2 ** Math.min(20, tries - 1))
      const calm = clock.after(ms, () => {
        this.#resting.delete(workspace)
        this.#soon()
      })
      this.#resting.set(workspace, calm)
    }
    for (const item of [...state.items.values()]) {
      if (item.workspace !== workspace || item.owes.length === 0) continue
      await submit(wish('handoff.miss', 'baton', { item: item.id, why: why.slice(0, whyAtMost) }))
    }
  }
}

// The state of a house elsewhere, folded here from the same facts by the same fold, so that looking at it asks nobody.
import type { CallName, Given, Result } from '../api/asked.ts'
import type { StateRead } from '../api/state/read.ts'
import { evolve, knows } from '../core/evolve/index.ts'
import type { ReadEntry } from '../core/nouns/entry.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { thaw } from '../core/snapshot.ts'
import { emptyState, type State } from '../core/state.ts'
import type { Ask, EventStream, EventsOptions, StreamStatus } from './events.ts'
import { passes } from './events.ts'
import { backoffMs, type Pace, Pause } from './pace.ts'
import { type ViewName, viewed } from './views.ts'

export interface MirrorStatus {
  /** `behind`: the state stands still at an earlier entry until it has been read again. `waiting`: nobody answers. */
  readonly is: 'live' | 'waiting' | 'behind' | 'closed'
  readonly why: string
}

/** What listeners are told: once for all that came together, and once for each change of the status. */
export interface Change {
  readonly seq: number
  /** Folded since the last change, in order; nothing of them is kept. */
  readonly entries: readonly ReadEntry[]
  /** The state was read anew: anything may be different. */
  readonly reloaded: boolean
  readonly status: MirrorStatus
}

/** It holds what `State` holds, and no entries. */
export interface Mirror {
  /** Changed in place, and another object after a reload: read it anew at each change, and never write to it. */
  readonly state: State
  readonly seq: number
  readonly record: string
  readonly status: MirrorStatus
  /** As far as it can be told here: never before the newest entry. */
  now(): number
  /** At once, from the state that is here. Refusals are thrown. */
  look<N extends ViewName>(name: N, params: Now<Given<N>>): Result<N>
  /** The same; asks the server when the question is about a past entry, or is not known here. */
  view<N extends CallName>(name: N, params: Given<N>): Promise<Result<N>>
  /** Gives back how to stop. */
  subscribe(listener: (change: Change) => void): () => void
  /** Resolves when entry `seq` is folded here: whoever wished something sees it then. */
  caughtUp(seq: number): Promise<void>
  /** Ends a wait for the server now. */
  hurry(): void
  close(): void
}

/** About the present: without `at`. */
type Now<P> = P extends unknown ? Omit<P, 'at'> : never

export interface Source {
  readonly ask: Ask
  readonly events: (options: EventsOptions) => EventStream
  readonly pace: Pace
}

/** Refused when the state cannot be read at first; after that it waits out what passes. */
export async function openMirror(source: Source): Promise<Mirror> {
  const mirror = new Mirroring(source)
  const trouble = mirror.take(await mirror.read())
  if (trouble !== undefined) throw new Refused(refuse('conflict', 'the state', trouble, 'load the newer client'))
  mirror.follow()
  return mirror
}

/** Why the state must be read again, and the entry that it has to reach at least. */
interface Lost {
  readonly why: string
  readonly least: number
  readonly record: string
}

const calmMs = 60_000

class Mirroring implements Mirror {
  state: State = emptyState()
  record = ''
  status: MirrorStatus = { is: 'live', why: '' }
  readonly #source: Source
  readonly #listeners = new Set<(change: Change) => void>()
  readonly #waiting = new Set<{ readonly seq: number; done(): void; fail(error: Refused): void }>()
  readonly #pause = new Pause()
  #stream: EventStream | undefined
  #tries = 0
  #readAt = Number.NEGATIVE_INFINITY

  constructor(source: Source) {
    this.#source = source
  }

  get seq(): number {
    return this.state.seq
  }

  now(): number {
    return Math.max(this.#source.pace.now(), this.state.at)
  }

  look<N extends ViewName>(name: N, params: Now<Given<N>>): Result<N> {
    const found = viewed(name, this.state, this.now(), params)
    if (found === undefined)
      throw new Refused(refuse('invalid', name, 'it asks about the past', 'ask without "at", or use view'))
    return found.result as Result<N>
  }

  async view<N extends CallName>(name: N, params: Given<N>): Promise<Result<N>> {
    const found = viewed(name, this.state, this.now(), params)
    return (found === undefined ? await this.#source.ask(name, params) : found.result) as Result<N>
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  caughtUp(seq: number): Promise<void> {
    if (this.state.seq >= seq) return Promise.resolve()
    if (this.status.is === 'closed') return Promise.reject(this.#gone())
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.#waiting.add({ seq, done: resolve, fail: reject })
    return promise
  }

  hurry(): void {
    this.#pause.end()
    this.#stream?.hurry()
  }

  close(): void {
    this.#close('')
  }

  async read(): Promise<StateRead> {
    this.#readAt = this.#source.pace.now()
    const given = (await this.#source.ask('state/read', {})) as Partial<StateRead> | null
    const { record, seq, frozen } = given ?? {}
    if (typeof record === 'string' && typeof seq === 'number') return { record, seq, frozen }
    throw new Refused(refuse('provider', 'state/read', 'the answer holds no state', 'check the address'))
  }

  /** What speaks against this state; nothing is changed then. */
  take({ record, frozen }: StateRead): string | undefined {
    const state = thawed(frozen)
    if (state === undefined) return 'the server keeps its state in a shape that this client does not know'
    if (record !== this.record) this.#fail(another())
    this.state = state
    this.record = record
    return undefined
  }

  follow(): void {
    const onStatus = (status: StreamStatus): void => this.#heard(status)
    const { seq: after, record } = this
    const stream = this.#source.events({ after, record, onStatus })
    this.#stream = stream
    this.#run(stream).then(
      () => this.#close(''),
      (error: unknown) => {
        this.#close(error instanceof Error ? error.message : String(error))
        if (!(error instanceof Refused)) thrown(error)
      },
    )
  }

  async #run(stream: EventStream): Promise<void> {
    for await (const told of stream) {
      if (told.kind === 'facts') {
        const lost = this.#fold(told.entries)
        if (lost !== undefined) await this.#again(lost)
      } else if (told.kind === 'reload') await this.#again({ ...told, least: told.head })
    }
  }

  /** Stops before the first entry that cannot be folded rightly. */
  #fold(given: readonly ReadEntry[]): Lost | undefined {
    const { state, record } = this
    const entries: ReadEntry[] = []
    let lost: Lost | undefined
    for (const entry of given) {
      if (entry.seq <= state.seq) continue
      const why = entry.seq === state.seq + 1 ? folded(state, entry) : `entry ${state.seq + 1} was not told`
      if (why !== undefined) {
        lost = { why, least: given.at(-1)?.seq ?? entry.seq, record }
        break
      }
      entries.push(entry)
    }
    if (entries.length > 0) this.#tell(entries, false)
    return lost
  }

  /** Reads the state until it has what is missing; entries that come meanwhile wait in the stream. */
  async #again({ why, least, record }: Lost): Promise<void> {
    const { pace } = this.#source
    if (pace.now() - this.#readAt > calmMs) this.#tries = 0
    for (let reason = why; this.status.is !== 'closed'; ) {
      this.#set('behind', reason)
      await this.#pause.wait(backoffMs(this.#tries, pace.random), pace)
      this.#tries += 1
      if (this.#isClosed()) return
      try {
        const read = await this.read()
        if (this.#isClosed()) return
        const enough = read.record !== record || read.seq >= least
        const trouble = enough ? this.take(read) : `the state that is given ends at ${read.seq}, before entry ${least}`
        if (trouble === undefined) break
        reason = `${why}; ${trouble}`
      } catch (error) {
        if (!(error instanceof Refused) || !passes(error.refusal)) throw error
        reason = `${why}; ${error.refusal.why}`
      }
    }
    this.status = { is: 'live', why: '' }
    this.#tell([], true)
  }

  #isClosed(): boolean {
    return this.status.is === 'closed'
  }

  #heard({ is, why }: StreamStatus): void {
    if (this.status.is === 'behind' || is === 'closed') return
    if (is === 'live') this.#set('live', '')
    else if (is === 'waiting') this.#set('waiting', why)
  }

  #set(is: MirrorStatus['is'], why: string): void {
    if (this.#isClosed() || (this.status.is === is && this.status.why === why)) return
    this.status = { is, why }
    this.#tell([], false)
  }

  #tell(entries: readonly ReadEntry[], reloaded: boolean): void {
    for (const one of this.#waiting) {
      if (one.seq > this.state.seq) continue
      this.#waiting.delete(one)
      one.done()
    }
    const change: Change = { seq: this.state.seq, entries, reloaded, status: this.status }
    for (const listener of [...this.#listeners]) {
      try {
        listener(change)
      } catch (error) {
        thrown(error)
      }
    }
  }

  #close(why: string): void {
    this.#set('closed', why)
    this.#stream?.close()
    this.#pause.end()
    this.#fail(this.#gone())
  }

  #gone(): Refused {
    const why = this.status.why === '' ? 'this mirror was closed' : this.status.why
    return new Refused(refuse('cancelled', 'the mirror', why, 'open another one'))
  }

  #fail(error: Refused): void {
    for (const one of this.#waiting) one.fail(error)
    this.#waiting.clear()
  }
}

function thawed(frozen: unknown): State | undefined {
  try {
    return thaw(frozen)
  } catch {
    // It says that it is of our version, and is not: no more can be made of it than of one of another version.
    return undefined
  }
}

/** Undefined when it is folded; else why it is not. */
function folded(state: State, entry: ReadEntry): string | undefined {
  if (entry.unknown === true || entry.version !== 1 || !knows(entry.type))
    return `entry ${entry.seq} is of a kind that this client does not know (${entry.type}@${entry.version})`
  try {
    evolve(state, entry)
    return undefined
  } catch (error) {
    // Whatever was wrong with it, the state that is read next has it folded by the one who wrote it.
    return `entry ${entry.seq} could not be folded: ${error instanceof Error ? error.message : String(error)}`
  }
}

function another(): Refused {
  const why = 'the record is another one now, and positions in one mean nothing in the other'
  return new Refused(refuse('conflict', 'the mirror', why, 'ask again'))
}

/** A defect of a listener is not ours to hide, and must not stop the others. */
function thrown(error: unknown): void {
  queueMicrotask(() => {
    throw error
  })
}

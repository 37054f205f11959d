// What happens in a house as it happens: every entry once and in order, or an explicit reload; it comes back for ever.
import type { JournalPage } from '../api/journal/read.ts'
import type { ReadEntry } from '../core/nouns/entry.ts'
import { type Refusal, Refused } from '../core/refusals.ts'
import { singleLine } from '../core/text/neutral.ts'
import { answerOf, type Opened, open, type Reach } from './fetching.ts'
import { backoffMs, Pause } from './pace.ts'
import { type From, frameOf, isEntry, Place, type Told, usualBeatMs } from './place.ts'
import { SseReader, TooLong } from './sse.ts'
import { type Asking, stranger } from './trouble.ts'

export type Ask = (method: string, params: unknown) => Promise<unknown>

export interface EventsOptions extends From {
  /** Called at each change, and never twice with the same words in a row. */
  readonly onStatus?: (status: StreamStatus) => void
  /** Throw what stands in the way of the very first connection, instead of trying on. */
  readonly firstOrNever?: boolean
}

export interface StreamStatus {
  readonly is: 'connecting' | 'live' | 'waiting' | 'closed'
  /** Why it waits or is closed; '' otherwise. */
  readonly why: string
}

/**
 * Read in one loop, once: leaving the loop closes it. It takes from the network only what is read.
 * Trouble that passes is waited out; a refusal that does not (a key that is no good) is thrown.
 */
export interface EventStream extends AsyncIterable<Told> {
  readonly status: StreamStatus
  /** Ends a wait now: the network has come back, or a person looks. */
  hurry(): void
  close(): void
}

const firstMs = 15_000
const steadyMs = 60_000
const longestEvent = 64 * 1024 * 1024
const page = 1000
/** A wider gap is not worth reading one by one. */
const widestGap = 20_000
const passing: ReadonlySet<string> = new Set(['busy', 'provider', 'defect', 'cancelled'])

/** Whether the same question may be answered later. */
export function passes({ kind }: Refusal): boolean {
  return passing.has(kind)
}

export function events(reach: Reach, ask: Ask, options: EventsOptions = {}): EventStream {
  return new Events(reach, ask, options)
}

class Events implements EventStream {
  readonly #reach: Reach
  readonly #above: AbortSignal
  readonly #ask: Ask
  readonly #options: EventsOptions
  readonly #place: Place
  readonly #pause = new Pause()
  #status: StreamStatus = { is: 'connecting', why: '' }
  readonly #life = new AbortController()
  #beatMs = usualBeatMs
  /** What the last connection came to. */
  #end = { why: '', bye: false, moved: false, greeted: false }

  constructor(reach: Reach, ask: Ask, options: EventsOptions) {
    this.#reach = { ...reach, life: this.#life.signal }
    this.#above = reach.life
    this.#ask = ask
    this.#options = options
    this.#place = new Place(options)
  }

  get status(): StreamStatus {
    return this.#status
  }

  get #asking(): Asking {
    return { url: this.#reach.url, method: 'events' }
  }

  get #over(): boolean {
    return this.#life.signal.aborted
  }

  hurry(): void {
    this.#pause.end()
  }

  close(): void {
    this.#life.abort()
    this.#pause.end()
    this.#say('closed', this.#end.why)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Told> {
    const { pace } = this.#reach
    const leave = (): void => this.close()
    this.#above.addEventListener('abort', leave)
    if (this.#above.aborted) leave()
    try {
      let tries = 0
      let byes = 0
      for (let first = true; !this.#over; first = false) {
        const since = pace.now()
        this.#say('connecting', '')
        yield* this.#connection(first)
        if (this.#over) return
        const { bye, moved, why } = this.#end
        byes = bye && !moved ? byes + 1 : 0
        if (moved || byes === 1 || pace.now() - since > steadyMs) tries = 0
        this.#say('waiting', why)
        await this.#pause.wait(backoffMs(tries, pace.random), pace)
        tries += 1
      }
    } finally {
      this.#above.removeEventListener('abort', leave)
      this.close()
    }
  }

  /** One connection until it ends, whatever way. Only what a reader must act on is thrown. */
  async *#connection(first: boolean): AsyncGenerator<Told> {
    this.#end = { why: '', bye: false, moved: false, greeted: false }
    const source = this.#frames()
    try {
      for (;;) {
        const next = await this.#guarded(source.next(), first)
        if (next === undefined || next.done === true) return
        yield next.value
      }
    } finally {
      await source.return(undefined)
    }
  }

  async #guarded<T>(next: Promise<T>, first: boolean): Promise<T | undefined> {
    try {
      return await next
    } catch (thrown) {
      if (this.#over) return undefined
      const error = thrown instanceof TooLong ? stranger(this.#asking, thrown.message) : thrown
      if (!(error instanceof Refused)) throw error
      this.#end.why = error.refusal.why
      const lasting = !passes(error.refusal)
      if (lasting || (first && this.#options.firstOrNever === true && !this.#end.greeted)) throw error
      return undefined
    }
  }

  async *#frames(): AsyncGenerator<Told> {
    const asking = this.#asking
    const opened = await this.#open()
    if (opened.status !== 200 || opened.type !== 'text/event-stream') {
      await answerOf(opened, asking, longestEvent)
      throw stranger(asking, 'the answer is no stream of events')
    }
    const reader = new SseReader(longestEvent)
    for await (const piece of opened.pieces) {
      for (const { event, data } of reader.push(piece)) {
        const frame = frameOf(event, data)
        if (frame === undefined) throw stranger(asking, `an event cannot be read (${singleLine(data.slice(0, 60))})`)
        if (frame === 'strange') continue
        if (frame.kind === 'end') {
          this.#end = { ...this.#end, why: frame.why, bye: frame.how === 'bye' }
          return
        }
        if (frame.kind === 'beating') yield* this.#greet(frame.hello, frame.beatMs)
        else yield* this.#fresh(frame)
      }
    }
    this.#end.why = 'the stream ended without a word'
  }

  #open(): Promise<Opened> {
    const { id } = this.#place
    this.#beatMs = usualBeatMs
    return open(this.#reach, {
      method: 'events',
      path: `/events${this.#place.query}`,
      accept: 'text/event-stream',
      ...(id === undefined ? {} : { headers: { 'last-event-id': id } }),
      firstMs,
      idleMs: () => this.#beatMs * 2.5,
    })
  }

  *#greet(hello: Told & { kind: 'hello' }, beatMs: number): Generator<Told> {
    this.#beatMs = beatMs
    this.#end.greeted = true
    const { seq, record } = this.#place
    this.#say('live', '')
    yield hello
    if (record !== undefined && record !== hello.record) {
      yield* this.#reload('the record is another one now', hello.head, hello.record)
    } else this.#place.goTo(seq ?? hello.head, hello.record)
  }

  *#reload(why: string, head: number, record: string): Generator<Told> {
    const { seq, record: before } = this.#place
    this.#place.goTo(head, record)
    // The server says itself what was seen at its greeting already.
    if (seq !== head || before !== record) yield { kind: 'reload', why, record, head }
  }

  async *#fresh(frame: Told): AsyncGenerator<Told> {
    if (frame.kind === 'reload') yield* this.#reload(frame.why, frame.head, frame.record)
    else if (frame.kind === 'facts') yield* this.#facts(frame.entries)
    else if (frame.kind === 'said' && this.#place.heard(frame)) yield* this.#moved(frame)
  }

  *#moved(told: Told): Generator<Told> {
    this.#end.moved = true
    yield told
  }

  async *#facts(entries: readonly ReadEntry[]): AsyncGenerator<Told> {
    for (let given = entries; given.length > 0; ) {
      const { run, left } = this.#place.next(given)
      if (run.length > 0) yield* this.#moved({ kind: 'facts', entries: run })
      given = left
      const missing = given[0]
      if (missing !== undefined) yield* this.#fill(missing.seq)
    }
  }

  /** Something was left out before entry `until`: it is read from the record, or else said to be missing. */
  async *#fill(until: number): AsyncGenerator<Told> {
    let after = this.#place.seq ?? 0
    while (until - after <= widestGap && after < until - 1) {
      const { run } = this.#place.next(await this.#page(after, until))
      if (run.length === 0) break
      yield* this.#moved({ kind: 'facts', entries: run })
      after = this.#place.seq ?? after
    }
    if (after < until - 1)
      yield* this.#reload(`entries ${after + 1} to ${until - 1} were not told`, until - 1, this.#place.record ?? '')
  }

  async #page(after: number, until: number): Promise<readonly ReadEntry[]> {
    const limit = Math.min(page, until - 1 - after)
    const given = (await this.#ask('journal/read', { after, limit })) as Partial<JournalPage> | null
    const { entries = [] } = given ?? {}
    return entries.every(isEntry) ? entries.filter(({ seq }) => seq < until) : []
  }

  #say(is: StreamStatus['is'], why: string): void {
    if (this.#status.is === 'closed' || (this.#status.is === is && this.#status.why === why)) return
    this.#status = { is, why }
    this.#options.onStatus?.(this.#status)
  }
}

// One reader: where it stands in the record and in the transcripts it watches, and how it is told.
import type { TranscriptPage } from '../../core/ports/house.ts'
import type { Batch } from './batch.ts'
import { printId } from './ids.ts'
import type { Outlet } from './outlet.ts'

export type Event = 'hello' | 'facts' | 'said' | 'reload' | 'cut' | 'bye'

/** A way to write frames down. Readers of one `kind` are told by the same bytes. */
export interface Tongue {
  readonly kind: string
  frame(event: Event, json: string, id?: string): Buffer
  /** A sign of life, where the carrier has none of its own. */
  readonly beat?: Buffer
}

export interface Watched {
  readonly attempt: string
  position: number
  done: boolean
}

export interface Asked {
  readonly outlet: Outlet
  readonly tongue: Tongue
  readonly record: string
  readonly cursor: number
  /** Whether it may be told facts at all. */
  readonly facts: boolean
  readonly stream: string | undefined
  readonly watched: readonly Watched[]
}

export class Reader {
  readonly outlet: Outlet
  readonly tongue: Tongue
  readonly facts: boolean
  /** Of one item or workspace only. */
  readonly stream: string | undefined
  readonly watched: readonly Watched[]
  readonly #record: string
  #cursor: number
  #told: number
  #begun = false
  #over = false

  constructor(asked: Asked) {
    this.outlet = asked.outlet
    this.tongue = asked.tongue
    this.facts = asked.facts
    this.stream = asked.stream
    this.watched = asked.watched
    this.#record = asked.record
    this.#cursor = asked.cursor
    this.#told = asked.cursor
  }

  /** The last entry that it has been given, or that was none of its business. */
  get cursor(): number {
    return this.#cursor
  }

  get over(): boolean {
    return this.#over || !this.outlet.alive
  }

  get ready(): boolean {
    return this.#begun && !this.over && this.outlet.room
  }

  begin(): void {
    this.#begun = true
  }

  stop(): void {
    this.#over = true
  }

  id(): string {
    return printId({ seq: this.#cursor, positions: this.watched.map((one) => one.position) }, this.#record)
  }

  /** Entries of other streams move it on in silence: its next id shows it, at the latest with the next beat. */
  give(batch: Batch): void {
    this.#cursor = batch.upTo
    if (batch.count > 0) this.#facts(batch)
  }

  #facts(batch: Batch): void {
    const { kind } = this.tongue
    const way = this.watched.length === 0 ? kind : `${kind} ${this.id()}`
    this.outlet.send(batch.as(way, (json) => this.tongue.frame('facts', json, this.id())))
    this.#told = this.#cursor
  }

  say(watched: Watched, page: TranscriptPage, parts: string, done: boolean): void {
    watched.position = page.next
    watched.done = done
    if (page.parts.length === 0 && !done) return
    const head = JSON.stringify({ attempt: watched.attempt }).slice(0, -1)
    const json = `${head},"parts":${parts},"next":${page.next},"done":${done}}`
    this.outlet.send(this.tongue.frame('said', json, this.id()))
    this.#told = this.#cursor
  }

  hello(head: number, beatMs: number): void {
    this.outlet.send(this.tongue.frame('hello', JSON.stringify({ record: this.#record, head, beatMs })))
  }

  /** What came before the head is not told one by one. */
  reload(why: string, head: number): void {
    this.#cursor = Math.max(head, this.#cursor)
    this.#told = this.#cursor
    const json = JSON.stringify({ why, record: this.#record, head: this.#cursor })
    this.outlet.send(this.tongue.frame('reload', json, this.id()))
  }

  /** No facts, and a new id where entries went by that were none of its business; else whatever the carrier takes for a beat. */
  beat(): void {
    if (!this.ready) return
    if (this.facts && this.#cursor > this.#told) {
      this.outlet.send(this.tongue.frame('facts', '[]', this.id()))
      this.#told = this.#cursor
    } else if (this.tongue.beat !== undefined) this.outlet.send(this.tongue.beat)
  }

  part(event: 'cut' | 'bye', why: string): void {
    if (this.over) return
    this.outlet.send(this.tongue.frame(event, JSON.stringify({ why })))
    this.#over = true
  }
}

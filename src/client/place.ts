// Where a reader of the event stream stands: what it asks for next, and what of each frame is new to it.
import type { ReadEntry } from '../core/nouns/entry.ts'
import type { TranscriptPart } from '../core/ports/house.ts'

export interface From {
  /** Entries after this one; from the head on without it. */
  readonly after?: number
  /** The record that `after` is a position in; without it, of whatever record is there. */
  readonly record?: string
  /** An item or a workspace, whose entries alone are given. */
  readonly stream?: string
  /** At most eight transcripts, each from a position on. */
  readonly transcripts?: readonly { readonly attempt: string; readonly from: number }[]
}

export type Told =
  /** First on each connection. */
  | { readonly kind: 'hello'; readonly record: string; readonly head: number }
  | { readonly kind: 'facts'; readonly entries: readonly ReadEntry[] }
  | {
      readonly kind: 'said'
      readonly attempt: string
      readonly parts: readonly TranscriptPart[]
      readonly next: number
      readonly done: boolean
    }
  /** What came up to `head` is not told one by one: read the state again. */
  | { readonly kind: 'reload'; readonly why: string; readonly record: string; readonly head: number }

/** What a frame of the server says; `end` is its last word on a connection. */
export type Frame =
  | Told
  | { readonly kind: 'beating'; readonly hello: Told & { kind: 'hello' }; readonly beatMs: number }
  | { readonly kind: 'end'; readonly how: 'cut' | 'bye'; readonly why: string }

type Fields = Readonly<Record<string, unknown>>

/** Undefined for one that makes no sense; an event that a newer server knows and we do not is `strange`, and left out. */
export function frameOf(event: string, text: string): Frame | 'strange' | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  if (event === 'facts') return Array.isArray(value) ? factsOf(value) : undefined
  const said = value as Fields
  const { why: given, record, head } = said
  const why = typeof given === 'string' ? given : ''
  if (event === 'cut' || event === 'bye') return { kind: 'end', how: event, why }
  if (event === 'said') return saidOf(said)
  if (event !== 'hello' && event !== 'reload') return 'strange'
  if (typeof record !== 'string' || !isPosition(head)) return undefined
  if (event === 'reload') return { kind: 'reload', why, record, head }
  const beatMs = typeof said.beatMs === 'number' && said.beatMs > 0 ? said.beatMs : usualBeatMs
  return { kind: 'beating', hello: { kind: 'hello', record, head }, beatMs }
}

export const usualBeatMs = 15_000

function factsOf(entries: readonly unknown[]): Frame | undefined {
  return entries.every(isEntry) ? { kind: 'facts', entries } : undefined
}

function saidOf({ attempt, parts, next, done }: Fields): Frame | undefined {
  if (typeof attempt !== 'string' || !Array.isArray(parts) || !isPosition(next)) return undefined
  return { kind: 'said', attempt, parts: parts as TranscriptPart[], next, done: done === true }
}

export function isEntry(value: unknown): value is ReadEntry {
  if (typeof value !== 'object' || value === null) return false
  const { seq, at, type, stream } = value as Fields
  return isPosition(seq) && typeof at === 'number' && typeof type === 'string' && typeof stream === 'string'
}

function isPosition(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

export class Place {
  seq: number | undefined
  record: string | undefined
  readonly stream: string | undefined
  readonly #said: Map<string, { from: number; done: boolean }>

  constructor({ after, record, stream, transcripts = [] }: From) {
    this.seq = after
    this.record = record
    this.stream = stream
    this.#said = new Map(transcripts.map(({ attempt, from }) => [attempt, { from, done: false }]))
  }

  get query(): string {
    const asked = new URLSearchParams()
    if (this.seq !== undefined) asked.set('after', String(this.seq))
    if (this.stream !== undefined) asked.set('stream', this.stream)
    for (const [attempt, { from }] of this.#said) asked.append('transcript', `${attempt}@${from}`)
    const text = asked.toString()
    return text === '' ? '' : `?${text}`
  }

  /** As the server writes ids; undefined as long as no record is known to go on in. */
  get id(): string | undefined {
    if (this.seq === undefined || this.record === undefined) return undefined
    return `${this.seq}${[...this.#said.values()].map(({ from }) => `+${from}`).join('')}@${this.record}`
  }

  /** The first entries of `given` that follow on what is here, without repetitions; what is left begins behind a gap. */
  next(given: readonly ReadEntry[]): { run: readonly ReadEntry[]; left: readonly ReadEntry[] } {
    const run: ReadEntry[] = []
    for (const [index, entry] of given.entries()) {
      const seq = this.seq
      if (seq !== undefined && entry.seq <= seq) continue
      const follows = seq === undefined || entry.seq === seq + 1 || this.stream !== undefined
      if (!follows) return { run, left: given.slice(index) }
      run.push(entry)
      this.seq = entry.seq
    }
    return { run, left: [] }
  }

  /** Whether a frame of a transcript says anything that was not said yet. */
  heard({ attempt, next, done }: Told & { kind: 'said' }): boolean {
    const known = this.#said.get(attempt)
    if (known === undefined || next < known.from || (next === known.from && known.done === done)) return false
    known.from = next
    known.done = done
    return true
  }

  goTo(seq: number, record: string): void {
    this.seq = seq
    this.record = record
  }
}

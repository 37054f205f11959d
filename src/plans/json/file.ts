// Opens a plan that is written in JSON, and changes single values in it while every other byte stays.
import { type JsonRead, readJson } from '../../core/text/json.ts'
import { readable } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'

export type JsonPath = readonly (string | number)[]

/** The whole file with its places; undefined when it cannot be read, which has then been said. */
export function openJson(bytes: Uint8Array, file: string, notes: Notes): JsonRead | undefined {
  if (!readable(bytes, file, notes)) return undefined
  const read = readJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'), file)
  for (const { level: _, kind, text: said, remedy = '', ...at } of read.notes) notes.error(kind, at, said, remedy)
  return read.notes.length === 0 ? read : undefined
}

/** A string, a number or a boolean as words, `3.10` as it is written; undefined for anything else. */
export function wordsAt(read: JsonRead, path: JsonPath): string | undefined {
  const written = read.written(path)
  if (written === undefined || /^[[{n]/.test(written)) return undefined
  if (!written.startsWith('"')) return written
  try {
    return String(JSON.parse(written))
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Text as a plan means it: numbers and booleans count as what they say, anything else as nothing. */
export function wordsOf(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

const none: readonly string[] = []

/** The strings among a list of a stranger, or the one string that stands in place of a list. */
export function listOf(value: unknown): readonly string[] {
  if (value === undefined || value === null || value === '') return none
  const list = Array.isArray(value) ? value.map(wordsOf) : [wordsOf(value)]
  return list.filter((one) => one.trim() !== '')
}

/** The bytes as Latin-1: offsets in the text are offsets in the file. */
export function latinOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

const plain = /^[\0-\x7f]*$/

/** Text of a file that was read as Latin-1, as it is meant. */
export function fromLatin(text: string): string {
  return plain.test(text) ? text : Buffer.from(text, 'latin1').toString('utf8')
}

export interface Splice {
  readonly start: number
  readonly end: number
  readonly put: string
}

/** The file with every splice made, or undefined when nothing is different. What is put in is Latin-1 as well. */
export function spliced(bytes: Uint8Array, splices: readonly Splice[]): Uint8Array | undefined {
  const parts: Uint8Array[] = []
  let from = 0
  for (const { start, end, put } of splices.toSorted((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(from, start), Buffer.from(put, 'latin1'))
    from = Math.max(from, end)
  }
  if (from === 0) return undefined
  const written = Buffer.concat([...parts, bytes.subarray(from)])
  return Buffer.compare(written, bytes) === 0 ? undefined : written
}

/**
 * One value in a file that was read as Latin-1, most often an object of many; what is read or put in is turned to and from UTF-8.
 * All places are those of the first bytes: change each value at most once.
 */
export class JsonEdit {
  /** Broken when there are notes: then nothing can be changed. */
  readonly read: JsonRead
  readonly #text: string
  readonly #start: number
  readonly #edits: Splice[] = []

  /** `source` is the file, or its bytes as Latin-1; of a part of it, `start` and `end` say which. */
  constructor(source: Uint8Array | string, start = 0, end?: number) {
    this.#text = (typeof source === 'string' ? source : latinOf(source)).slice(start, end)
    this.#start = start
    this.read = readJson(this.#text, '', { places: true, trusted: true, lettersAtMost: Number.POSITIVE_INFINITY })
  }

  words(path: JsonPath): string | undefined {
    const words = wordsAt(this.read, path)
    return words === undefined ? undefined : Buffer.from(words, 'latin1').toString('utf8')
  }

  /** What stands between the quotes of a string, or a plain value as it is written; undefined for what is not there. */
  mark(path: JsonPath): string | undefined {
    const written = this.read.written(path)
    return written?.startsWith('"') ? Buffer.from(written.slice(1, -1), 'latin1').toString('utf8') : written
  }

  /** The JSON of a value, as it stands there. */
  written(path: JsonPath): string | undefined {
    const written = this.read.written(path)
    return written === undefined ? undefined : Buffer.from(written, 'latin1').toString('utf8')
  }

  /** Puts JSON in place of a value; behind the other members when there is none of this key. */
  set(path: JsonPath, written: string): void {
    const span = this.read.span(path)
    if (span !== undefined) this.#edits.push({ ...span, put: latin(written) })
    else if (typeof path.at(-1) === 'string') this.#insert(path.slice(0, -1), String(path.at(-1)), written)
  }

  /** Puts back what `mark` gave, or writes a word as a string. */
  mend(path: JsonPath, mark: string): void {
    const quoted = `"${mark}"`
    if (/^(?:null|true|false|-?\d{1,40})$/.test(mark)) this.set(path, mark)
    else this.set(path, readJson(quoted, '').notes.length === 0 ? quoted : JSON.stringify(mark))
  }

  /** Adds to the end of a string; its own bytes stay, escapes and all. */
  extend(path: JsonPath, more: string): void {
    const end = (this.read.span(path)?.end ?? 0) - 1
    this.#edits.push({ start: end, end, put: latin(JSON.stringify(more).slice(1, -1)) })
  }

  /** Adds lines to the end of a text, which may not be there yet; what is no text stays as it is. */
  append(path: JsonPath, lines: string): void {
    const written = this.read.written(path)
    if (written?.startsWith('"') === true) this.extend(path, written === '""' ? lines : `\n${lines}`)
    else if (written === undefined || written === 'null') this.set(path, JSON.stringify(lines))
  }

  /** Takes a member out, with the comma that joined it to the one before. */
  drop(path: JsonPath): void {
    const span = this.read.member(path)
    if (span === undefined) return
    const above = path.slice(0, -1)
    const keys = this.read.keys(above)
    const at = keys.indexOf(String(path.at(-1)))
    const before = this.read.member([...above, keys[at - 1] ?? ''])
    const after = this.read.member([...above, keys[at + 1] ?? ''])
    const start = before === undefined ? span.start : before.end
    const end = before === undefined && after !== undefined ? after.start : span.end
    this.#edits.push({ start, end, put: '' })
  }

  /** Spaced as its neighbours are. */
  #insert(above: JsonPath, key: string, written: string): void {
    const keys = this.read.keys(above)
    const whole = this.read.span(above)
    if (whole === undefined || this.#text[whole.start] !== '{') return
    const last = this.read.member([...above, keys.at(-1) ?? ''])
    const value = this.read.span([...above, keys.at(-1) ?? ''])
    if (last === undefined || value === undefined) {
      this.#edits.push({
        start: whole.start + 1,
        end: whole.start + 1,
        put: latin(`${JSON.stringify(key)}: ${written}`),
      })
      return
    }
    const before = this.read.member([...above, keys.at(-2) ?? ''])
    const comma = before === undefined || keys.length < 2
    const joint = comma ? `,${this.#text.slice(whole.start + 1, last.start)}` : this.#text.slice(before.end, last.start)
    const colon = this.#text.slice(this.#text.lastIndexOf('"', value.start - 1) + 1, value.start)
    this.#edits.push({
      start: last.end,
      end: last.end,
      put: `${joint}${latin(JSON.stringify(key))}${colon}${latin(written)}`,
    })
  }

  /** What was opened with every change made, or undefined when nothing is different. */
  bytes(): Uint8Array | undefined {
    return spliced(Buffer.from(this.#text, 'latin1'), this.#edits)
  }

  /** What is to be changed, with offsets in the whole file. */
  get splices(): readonly Splice[] {
    return this.#edits.map(({ start, end, put }) => ({ start: start + this.#start, end: end + this.#start, put }))
  }
}

function latin(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

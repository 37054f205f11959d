// Reads JSON that a stranger wrote, says what is wrong with it and where, and knows where each value stands so that one can be changed.
import type { Place, PlanNote } from '../nouns/plan.ts'
import { type JsonShapes, scanJson, type Tape } from './json-scan.ts'

/** Offsets in the text: `start` of the first letter, `end` behind the last. */
export interface JsonSpan {
  readonly start: number
  readonly end: number
}

export interface JsonLimits {
  /** 8 Mi letters when absent. */
  readonly lettersAtMost?: number
  /** Two million when absent. */
  readonly valuesAtMost?: number
  /** The number of the text's first line in its file; 1 when absent. */
  readonly line?: number
  /** Nearly every place will be asked for: note them while checking, instead of walking twice. */
  readonly places?: boolean
  /** It was read before without a fault: strings are not looked into. */
  readonly trusted?: boolean
  /** One array for many texts of the same shape, such as the lines of a file. */
  readonly shapes?: JsonShapes
}

export interface JsonRead {
  readonly text: string
  /** Plain objects, arrays, strings, numbers, booleans and null; undefined when there is an error among the notes. */
  readonly value: unknown
  readonly notes: readonly PlanNote[]
  /** Where an offset in the text is. */
  place(offset: number): Place
  /** Where the value under these keys and indices begins; that of the nearest enclosing one that is there. */
  at(path: readonly (string | number)[]): Place
  /** The value itself, quotes and brackets included; undefined when it is not there. */
  span(path: readonly (string | number)[]): JsonSpan | undefined
  /** From the first quote of its key to the end of the value; of an element of a list, the value. */
  member(path: readonly (string | number)[]): JsonSpan | undefined
  /** The value as it is written, `1.10` and not 1.1. */
  written(path: readonly (string | number)[]): string | undefined
  /** How many elements or members it holds; 0 for a plain value, and for what is not there. */
  size(path: readonly (string | number)[]): number
  /** The keys of an object, in the order of the text; none for anything else. */
  keys(path: readonly (string | number)[]): readonly string[]
}

const findingsAtMost = 20

/**
 * `text` is the whole file, already decoded: of bytes decoded as Latin-1, the offsets are those of the bytes. Never throws. Nesting, counts
 * and grammar are checked before anything is made; a key that stands twice, or that reaches a prototype, is an error.
 */
export function readJson(text: string, file: string, limits: JsonLimits = {}): JsonRead {
  const lines = new Lines(text, file, limits.line ?? 1)
  const { lettersAtMost = 8_388_608, valuesAtMost = 2_000_000 } = limits
  const notes: PlanNote[] = []
  if (text.length > lettersAtMost) {
    const said = `This has ${text.length} letters, more than ${lettersAtMost}.`
    notes.push({ ...lines.at(0), level: 'error', kind: 'too-large', text: said, remedy: 'Split it.' })
    return new Read(text, lines, notes, undefined, undefined)
  }
  const tape = limits.places === true ? emptyTape() : undefined
  const scan = { valuesAtMost, findingsAtMost, ...(limits.shapes === undefined ? {} : { shapes: limits.shapes }) }
  let faults = scanJson(text, { ...scan, quick: true }, tape)
  const made = faults.length === 0 && limits.trusted !== true ? parsed(text) : undefined
  if (made?.sound === false) faults = scanJson(text, { valuesAtMost, findingsAtMost })
  for (const { offset, kind, text: said, remedy } of faults) {
    notes.push({ ...lines.at(offset), level: 'error', kind, text: said, remedy })
  }
  return new Read(text, lines, notes, tape, made)
}

interface Made {
  readonly sound: boolean
  readonly value: unknown
}

function parsed(text: string): Made {
  const marked = text.startsWith('\ufeff') ? 1 : text.startsWith('\xef\xbb\xbf') ? 3 : 0
  try {
    return { sound: true, value: JSON.parse(marked === 0 ? text : text.slice(marked)) }
  } catch {
    return { sound: false, value: undefined }
  }
}

function emptyTape(): Tape {
  return { key: [], name: [], start: [], end: [], next: [] }
}

class Lines {
  readonly #text: string
  readonly #file: string
  readonly #first: number
  #starts: number[] | undefined

  constructor(text: string, file: string, first: number) {
    this.#text = text
    this.#file = file
    this.#first = first
  }

  at(offset: number): Place {
    this.#starts ??= startsOf(this.#text)
    let [low, high] = [0, this.#starts.length - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { file: this.#file, line: this.#first + low, column: Math.max(offset - (this.#starts[low] ?? 0), 0) + 1 }
  }
}

/** Lines end at a line feed, a carriage return, or both; a byte order mark takes no column. */
function startsOf(text: string): number[] {
  const starts = [text.startsWith('\ufeff') ? 1 : text.startsWith('\xef\xbb\xbf') ? 3 : 0]
  const lone = text.includes('\r')
  for (let feed = text.indexOf('\n'); feed >= 0 && !lone; feed = text.indexOf('\n', feed + 1)) starts.push(feed + 1)
  for (let at = 0; at < text.length && lone; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) starts.push(at + 1)
  }
  return starts
}

const manyMembers = 16

class Read implements JsonRead {
  readonly notes: readonly PlanNote[]
  readonly text: string
  readonly #lines: Lines
  #made: Made | undefined
  #tape: Tape | undefined
  #kids: Map<number, readonly number[]> | undefined
  #named: Map<number, ReadonlyMap<string, number>> | undefined

  constructor(text: string, lines: Lines, notes: readonly PlanNote[], tape: Tape | undefined, made: Made | undefined) {
    this.notes = notes
    this.text = text
    this.#lines = lines
    this.#tape = tape
    this.#made = made
  }

  get value(): unknown {
    if (this.notes.length > 0) return undefined
    this.#made ??= parsed(this.text)
    return this.#made.value
  }

  place(offset: number): Place {
    return this.#lines.at(offset)
  }

  at(path: readonly (string | number)[]): Place {
    const [node] = this.#walk(path)
    return this.#lines.at(node < 0 ? 0 : this.#field(node, 'start'))
  }

  span(path: readonly (string | number)[]): JsonSpan | undefined {
    const [node, whole] = this.#walk(path)
    return whole ? { start: this.#field(node, 'start'), end: this.#field(node, 'end') } : undefined
  }

  member(path: readonly (string | number)[]): JsonSpan | undefined {
    const [node, whole] = this.#walk(path)
    if (!whole) return undefined
    const key = this.#field(node, 'key')
    return { start: key < 0 ? this.#field(node, 'start') : key, end: this.#field(node, 'end') }
  }

  written(path: readonly (string | number)[]): string | undefined {
    const span = this.span(path)
    return span && this.text.slice(span.start, span.end)
  }

  size(path: readonly (string | number)[]): number {
    const [node, whole] = this.#walk(path)
    return whole ? this.#kidsOf(node).length : 0
  }

  keys(path: readonly (string | number)[]): readonly string[] {
    const [node, whole] = this.#walk(path)
    return whole ? this.#kidsOf(node).flatMap((kid) => (this.#field(kid, 'key') < 0 ? [] : [this.#keyOf(kid)])) : []
  }

  #field(node: number, name: 'key' | 'start' | 'end' | 'next'): number {
    return this.#tape?.[name][node] ?? 0
  }

  /** The node at the end of the path, or the last one on the way; -1 when nothing could be read. */
  #walk(path: readonly (string | number)[]): readonly [node: number, whole: boolean] {
    if (this.notes.length > 0) return [-1, false]
    if (this.#tape === undefined) {
      this.#tape = emptyTape()
      scanJson(this.text, { valuesAtMost: Number.POSITIVE_INFINITY, findingsAtMost, quick: true }, this.#tape)
    }
    let node = 0
    for (const part of path) {
      const found = typeof part === 'number' ? this.#kidsOf(node)[part] : this.#memberOf(node, part)
      if (found === undefined || this.#field(found, 'key') < 0 !== (typeof part === 'number')) return [node, false]
      node = found
    }
    return [node, true]
  }

  #kidsOf(node: number): readonly number[] {
    this.#kids ??= new Map()
    const known = this.#kids.get(node)
    if (known !== undefined) return known
    const kids: number[] = []
    for (let kid = node + 1; kid < this.#field(node, 'next'); kid = this.#field(kid, 'next')) kids.push(kid)
    this.#kids.set(node, kids)
    return kids
  }

  #memberOf(node: number, name: string): number | undefined {
    const kids = this.#kidsOf(node)
    if (kids.length <= manyMembers) return kids.find((kid) => this.#keyOf(kid) === name)
    this.#named ??= new Map()
    let named = this.#named.get(node)
    if (named === undefined) {
      named = new Map(kids.map((kid) => [this.#keyOf(kid), kid]))
      this.#named.set(node, named)
    }
    return named.get(name)
  }

  #keyOf(node: number): string {
    return this.#tape?.name[node] ?? ''
  }
}

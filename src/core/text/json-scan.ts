// Walks over JSON without recursion and without making anything of it: finds the first fault, keys that stand twice, and where each value is.
import { quoted } from './neutral.ts'

export interface JsonFault {
  readonly offset: number
  readonly kind: string
  readonly text: string
  readonly remedy: string
}

/** One entry for each value, in the order of the text. */
export interface Tape {
  /** Where the quote of its key is; -1 for an element of a list, and for the whole. */
  readonly key: number[]
  /** The key itself; '' where there is none. */
  readonly name: string[]
  readonly start: number[]
  readonly end: number[]
  /** The entry behind everything that it holds. */
  readonly next: number[]
}

export interface ScanLimits {
  readonly valuesAtMost: number
  readonly findingsAtMost: number
  /** Do not look into strings for bad escapes and controls: `JSON.parse` does, or has done so before. */
  readonly quick?: boolean
  readonly shapes?: JsonShapes
}

/** The keys of the last object at each depth. Most objects have those of the one before, so nothing needs to be looked up. */
export type JsonShapes = (readonly string[])[]

const deepest = 64
const poison: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])
const [quote, backslash, comma, colon, minus] = [34, 92, 44, 58, 45]
const [openList, closeList, openMap, closeMap] = [91, 93, 123, 125]

/** Gives what is wrong: at most one fault of grammar, which ends the walk, after the faults of keys before it. */
export function scanJson(text: string, limits: ScanLimits, tape?: Tape): readonly JsonFault[] {
  const scan = new Scan(text, limits, tape)
  try {
    scan.whole()
  } catch (fault) {
    if (!(fault instanceof Stop)) throw fault
  }
  return scan.faults
}

class Stop extends Error {}

/** One object or list that is still open. */
interface Open {
  readonly map: boolean
  readonly entry: number
  /** How many keys so far are those of the shape, while all are. */
  alike: number
  /** All keys so far, as soon as one was not that of the shape. */
  keys: Set<string> | undefined
  /** One was written with an escape: then its letters are not those of the text, and this is no shape to compare with. */
  escaped: boolean
}

/** So many letters of a string are walked before its end is searched for. */
const walkAtMost = 24

class Scan {
  readonly faults: JsonFault[] = []
  readonly #text: string
  readonly #limits: ScanLimits
  readonly #tape: Tape | undefined
  readonly #open: Open[] = []
  readonly #shapes: JsonShapes
  readonly #quick: boolean
  #at = 0
  #values = 0
  #key = -1
  #name = ''

  constructor(text: string, limits: ScanLimits, tape: Tape | undefined) {
    this.#text = text
    this.#limits = limits
    this.#tape = tape
    this.#shapes = limits.shapes ?? []
    this.#quick = limits.quick === true
  }

  whole(): void {
    if (this.#text.startsWith('\ufeff')) this.#at = 1
    else if (this.#text.startsWith('\xef\xbb\xbf')) this.#at = 3
    for (;;) {
      if (this.#value()) continue
      let open = this.#open.at(-1)
      while (open !== undefined && !this.#goesOn(open)) open = this.#open.at(-1)
      if (open === undefined) break
    }
    if (this.#blank() >= 0) this.#stop('syntax', 'Something stands behind the end of the JSON.', 'Delete it.')
  }

  /** The next letter that is no blank, or -1 at the end. */
  #blank(): number {
    const text = this.#text
    let at = this.#at
    for (; at < text.length; at += 1) {
      const code = text.charCodeAt(at)
      if (code === 32 || code === 10 || code === 13 || code === 9) continue
      this.#at = at
      return code
    }
    this.#at = at
    return -1
  }

  /** Reads one value; true when it opened something that holds a value first. */
  #value(): boolean {
    const code = this.#blank()
    this.#values += 1
    if (this.#values > this.#limits.valuesAtMost) {
      this.#stop('too-many', `This holds more than ${this.#limits.valuesAtMost} values.`, 'Split it.')
    }
    const entry = this.#note()
    if (code === openMap || code === openList) return this.#opens(code, entry)
    if (code === quote) this.#string(this.#quick)
    else if (code === minus || (code >= 48 && code <= 57)) this.#number()
    else this.#word(code)
    this.#close(entry)
    return false
  }

  #note(): number {
    const tape = this.#tape
    if (tape === undefined) return -1
    tape.key.push(this.#key)
    tape.name.push(this.#key < 0 ? '' : this.#name)
    tape.start.push(this.#at)
    tape.end.push(this.#at)
    this.#key = -1
    return tape.next.push(tape.next.length + 1) - 1
  }

  #close(entry: number): void {
    if (this.#tape === undefined) return
    this.#tape.end[entry] = this.#at
    this.#tape.next[entry] = this.#tape.next.length
  }

  #opens(code: number, entry: number): boolean {
    if (this.#open.length >= deepest) {
      this.#stop('too-deep', `This is nested more than ${deepest} levels deep.`, 'Flatten it.')
    }
    this.#at += 1
    const map = code === openMap
    if (this.#blank() === (map ? closeMap : closeList)) {
      this.#at += 1
      this.#close(entry)
      return false
    }
    const open = { map, entry, alike: 0, keys: undefined, escaped: false }
    this.#open.push(open)
    if (map) this.#member(open)
    return true
  }

  /** After a value inside something: true when another value follows, false when this one ended. */
  #goesOn(open: Open): boolean {
    const code = this.#blank()
    if (code === comma) {
      const where = this.#at
      this.#at += 1
      const next = this.#blank()
      if (next === closeMap || next === closeList) {
        this.#at = where
        this.#stop('syntax', 'Nothing follows this comma.', 'Delete it.')
      }
      if (open.map) this.#member(open)
      return true
    }
    const close = open.map ? closeMap : closeList
    if (code !== close) {
      if (code < 0) this.#stop('syntax', `The text ends before its last "${letter(close)}".`, 'It may be cut off.')
      const text = `There must be "," or "${letter(close)}" before ${this.#shown()}.`
      this.#stop('syntax', text, 'Write it there.')
    }
    this.#at += 1
    this.#open.pop()
    if (open.keys !== undefined) this.#shapes[this.#open.length] = open.escaped ? [] : [...open.keys]
    this.#close(open.entry)
    return false
  }

  #member(open: Open): void {
    if (this.#blank() !== quote) {
      this.#stop('syntax', `There must be a key in double quotes, not ${this.#shown()}.`, 'Write it as "key": value.')
    }
    const start = this.#at
    const expected = open.keys === undefined ? this.#shapes[this.#open.length - 1]?.[open.alike] : undefined
    const text = this.#text
    if (
      expected !== undefined &&
      text.charCodeAt(start + 1 + expected.length) === quote &&
      text.startsWith(expected, start + 1)
    ) {
      this.#at = start + expected.length + 2
      this.#name = expected
      open.alike += 1
    } else this.#newKey(open, start)
    if (this.#blank() !== colon) {
      this.#stop('syntax', `There must be ":" after the key "${quoted(this.#name)}".`, 'Write it there.')
    }
    this.#at += 1
    this.#key = start
  }

  #newKey(open: Open, start: number): void {
    open.keys ??= new Set(this.#shapes[this.#open.length - 1]?.slice(0, open.alike))
    const escaped = this.#string(false)
    const written = this.#text.slice(start + 1, this.#at - 1)
    open.escaped ||= escaped
    const key = escaped ? String(JSON.parse(`"${written}"`)) : written
    if (open.keys.has(key)) {
      this.#find(start, 'key', `The key "${quoted(key)}" stands here a second time.`, 'Keep one of them.')
    } else if (poison.has(key)) {
      this.#find(start, 'key', `The key "${quoted(key)}" cannot be used here.`, 'Use another word as the key.')
    } else open.keys.add(key)
    this.#name = key
  }

  /** From quote to quote; true when there is an escape in it. */
  #string(quick: boolean): boolean {
    const text = this.#text
    const start = this.#at
    let escaped = false
    const walked = quick ? start + walkAtMost : text.length
    for (let at = start + 1; at < text.length; at += 1) {
      if (at > walked) return this.#longString(at)
      const code = text.charCodeAt(at)
      if (code === quote) {
        this.#at = at + 1
        return escaped
      }
      if (code === backslash) {
        escaped = true
        at = this.#escape(at)
      } else if (code < 32) {
        this.#at = at
        const what = code === 10 || code === 13 ? 'A line ends' : 'A control character stands'
        this.#stop('syntax', `${what} inside a string.`, 'Write it as \\n, \\t or \\u00xx, or close the string.')
      }
    }
    return this.#stop('syntax', 'The string that begins here is never closed.', 'Close it with a double quote.')
  }

  /** To the next quote with an even number of backslashes before it. */
  #longString(from: number): boolean {
    const text = this.#text
    for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
      let before = end
      while (before > from && text.charCodeAt(before - 1) === backslash) before -= 1
      if ((end - before) % 2 === 1) continue
      this.#at = end + 1
      return true
    }
    return this.#stop('syntax', 'The string that begins here is never closed.', 'Close it with a double quote.')
  }

  #escape(at: number): number {
    const next = this.#text[at + 1] ?? ''
    if (next === 'u' && /^[0-9A-Fa-f]{4}$/.test(this.#text.slice(at + 2, at + 6))) return at + 5
    if (next !== '' && '"\\/bfnrt'.includes(next)) return at + 1
    this.#at = at
    return this.#stop('syntax', 'This backslash begins no known escape.', 'Write a backslash itself as \\\\.')
  }

  /** Digits are walked one by one: a number may be as long as the file. */
  #number(): void {
    const start = this.#at
    let at = start + (this.#text.charCodeAt(start) === minus ? 1 : 0)
    const zero = this.#text[at] === '0'
    const whole = this.#digits(at)
    let sound = whole > at && (!zero || whole === at + 1)
    at = whole
    if (this.#text[at] === '.') {
      const part = this.#digits(at + 1)
      sound &&= part > at + 1
      at = part
    }
    if (this.#text[at] === 'e' || this.#text[at] === 'E') {
      const sign = this.#text[at + 1] === '+' || this.#text[at + 1] === '-' ? 2 : 1
      const power = this.#digits(at + sign)
      sound &&= power > at + sign
      at = power
    }
    if (!sound) this.#stop('syntax', `${this.#shown()} is no number in JSON.`, 'Write it as 12 or 1.5, or in quotes.')
    this.#at = at
  }

  #digits(from: number): number {
    let at = from
    for (let code = this.#text.charCodeAt(at); code >= 48 && code <= 57; code = this.#text.charCodeAt(at)) at += 1
    return at
  }

  #word(code: number): void {
    for (const word of ['true', 'false', 'null']) {
      if (word.charCodeAt(0) === code && this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return
      }
    }
    if (code < 0) this.#stop('syntax', 'The text ends where a value must stand.', 'It may be empty or cut off.')
    if (code === 47) this.#stop('syntax', 'JSON has no comments.', 'Delete this one.')
    this.#stop('syntax', `There must be a value, not ${this.#shown()}.`, 'Write text in double quotes.')
  }

  /** The word or letter that stands here. */
  #shown(): string {
    const part = this.#text.slice(this.#at, this.#at + 24)
    return part === '' ? 'the end' : `"${quoted(/^[\w.+-]{1,20}/.exec(part)?.[0] ?? part.slice(0, 1))}"`
  }

  #find(offset: number, kind: string, text: string, remedy: string): void {
    if (this.faults.length < this.#limits.findingsAtMost) this.faults.push({ offset, kind, text, remedy })
  }

  #stop(kind: string, text: string, remedy: string): never {
    this.faults.push({ offset: Math.min(this.#at, this.#text.length), kind, text, remedy })
    throw new Stop()
  }
}

function letter(code: number): string {
  return String.fromCharCode(code)
}

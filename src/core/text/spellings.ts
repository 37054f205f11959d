// Finds given secrets in a text however they are spelt: plainly, escaped, by percent signs, in hex, or in base64 from any offset.

export interface Found {
  readonly start: number
  readonly end: number
}

export interface Findings {
  /** In order, none touching the next. */
  readonly found: readonly Found[]
  /** Where one begins that could go on behind the text; the text's length when none does. */
  readonly open: number
}

const shortest = 6
const lettersAtMost = 8192

/** One way to spell one secret. `walk` gives where it ends, `no`, or `more` when the text ends first. */
interface Form {
  /** Pairs of letters that it can begin with, as `pairOf` numbers them. */
  readonly begins: readonly number[]
  walk(text: string, from: number): number
  /** Letters around it that hold a part of it: at its begin, at its end. */
  readonly edges: readonly [boolean, boolean]
}

const no = -1
const more = -2
const pairOf = (first: number, second: number): number => ((first & 0xff) << 8) | (second & 0xff)
const code = (letter: string): number => letter.charCodeAt(0)
const hexDigits = '0123456789abcdef'
const upper = (letter: string): string => letter.toUpperCase()
const isBreak = (letter: number): boolean => letter === 10 || letter === 13

export class Spellings {
  /** Of each pair of letters: which of the lists of forms can begin with it. */
  #starts = new Uint16Array(0)
  readonly #forms: Form[][] = [[]]

  constructor(secrets: readonly string[]) {
    const parts = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).map((part) => part.slice(0, lettersAtMost))
    for (const part of new Set(parts)) if (part.length >= shortest) for (const form of formsOf(part)) this.#add(form)
  }

  #add(form: Form): void {
    if (this.#starts.length === 0) this.#starts = new Uint16Array(65_536)
    for (const pair of new Set(form.begins)) {
      const at = this.#starts[pair] || this.#forms.push([]) - 1
      this.#starts[pair] = at
      this.#forms[at]?.push(form)
    }
  }

  get none(): boolean {
    return this.#forms.length === 1
  }

  find(text: string): Findings {
    const found: { start: number; end: number }[] = []
    let open = text.length
    if (this.none) return { found, open }
    let before = 0
    for (let at = 0; at < text.length; at += 1) {
      const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 10
      const bucket = this.#starts[pairOf(text.charCodeAt(at), next)] ?? 0
      if (bucket === 0) continue
      for (const form of this.#forms[bucket] ?? []) {
        const end = form.walk(text, at)
        if (end === more) open = Math.min(open, at)
        else if (end > before) before = this.#note(found, text, form, at, end)
      }
    }
    return { found, open }
  }

  /** What overlaps or touches becomes one; gives where the last one ends. */
  #note(found: { start: number; end: number }[], text: string, form: Form, from: number, to: number): number {
    const start = form.edges[0] && from > 0 && isBase64(text.charCodeAt(from - 1)) ? from - 1 : from
    let end = form.edges[1] && isBase64(text.charCodeAt(to)) ? to + 1 : to
    if (form.edges[1]) while (end < text.length && end < to + 3 && text[end] === '=') end += 1
    const last = found.at(-1)
    if (last === undefined || last.end < start) found.push({ start, end })
    else {
      last.start = Math.min(last.start, start)
      last.end = Math.max(last.end, end)
    }
    return end
  }
}

function formsOf(part: string): readonly Form[] {
  const whole = part.toWellFormed()
  const bytes = utf8(whole)
  const inJson = JSON.stringify(whole).slice(1, -1)
  const plain = [...new Set([whole, inJson])].map(plainly)
  return [...plain, inHex(bytes), ...[0, 1, 2].map((offset) => inBase64(bytes, offset))]
}

function utf8(text: string): Uint8Array {
  const spelt = encodeURIComponent(text).match(/%[0-9A-F]{2}|[^%]/g) ?? []
  return Uint8Array.from(spelt, (one) => (one.length === 1 ? code(one) : Number.parseInt(one.slice(1), 16)))
}

/** Each letter as itself, or escaped: `%2F`, `%252F`, `\/`, `\u002f`, `\x2f`; a blank also as `+`. */
function plainly(part: string): Form {
  const letters = [...part].map((letter) => ({ letter, bytes: utf8(letter) }))
  const [one, two] = [letters[0], letters[1]]
  const high = hexDigits[(one?.bytes[0] ?? 0) >> 4] ?? ''
  const first = code(one?.letter ?? '')
  const second = one?.letter.length === 2 ? one.letter.charCodeAt(1) : code(two?.letter ?? '')
  const escapes = [high, upper(high), '2'].map((letter) => pairOf(code('%'), code(letter)))
  const slashes = ['u', 'x', one?.letter ?? ''].map((letter) => pairOf(code('\\'), code(letter)))
  const follow = [second, ...(two?.letter === ' ' ? [code('+')] : []), code('%'), code('\\')]
  const blank = one?.letter === ' ' ? follow.map((letter) => pairOf(code('+'), letter)) : []
  const begins = [...follow.map((letter) => pairOf(first, letter)), ...escapes, ...slashes, ...blank]
  // A line's end stands in no plain secret: what the end of the text cuts off goes on in its own line.
  const walk = (text: string, from: number, begun = 0): number => {
    let at = from
    for (let n = begun; n < letters.length; n += 1) {
      const { letter, bytes } = letters[n] ?? { letter: '', bytes: new Uint8Array(0) }
      const same = text.startsWith(letter, at)
      if (!same || letter === '%' || letter === '\\') {
        for (const end of escaped(text, at, letter, bytes)) {
          const rest = walk(text, end, n + 1)
          if (rest !== no) return rest
        }
        if (!same) return no
      }
      at += letter.length
    }
    return at
  }
  return { begins, walk, edges: [false, false] }
}

/** Every place where an escape of this letter may end. */
function escaped(text: string, at: number, letter: string, bytes: Uint8Array): readonly number[] {
  const mark = text[at]
  if (mark === '+') return letter === ' ' ? [at + 1] : []
  if (mark === '%')
    return ['%25', '%'].map((before) => repeated(text, at, before, 2, bytes)).filter((end) => end !== no)
  if (mark !== '\\') return []
  if (text.startsWith(letter, at + 1) && !'ux'.includes(letter)) return [at + 1 + letter.length]
  const end = text[at + 1] === 'x' ? repeated(text, at, '\\x', 2, bytes) : repeated(text, at, '\\u', 4, units(letter))
  return end === no ? [] : [end]
}

const units = (letter: string): readonly number[] => letter.split('').map(code)

function repeated(text: string, from: number, before: string, digits: number, values: Iterable<number>): number {
  let at = from
  for (const value of values) {
    if (!text.startsWith(before, at)) return no
    at = sameHex(text, at + before.length, value, digits)
    if (at === no) return no
  }
  return at
}

function sameHex(text: string, at: number, value: number, digits: number): number {
  const wanted = value.toString(16).padStart(digits, '0')
  return text.slice(at, at + digits).toLowerCase() === wanted ? at + digits : no
}

const gapAtMost = 12

/** Two digits a byte, in any case, with blanks, colons, commas, line ends, `0x` or `\x` between bytes. */
function inHex(bytes: Uint8Array): Form {
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'))
  const [a = '', b = ''] = digits[0] ?? ''
  const begins = [a, upper(a)].flatMap((one) => [b, upper(b)].map((two) => pairOf(code(one), code(two))))
  const walk = (text: string, from: number): number => {
    let at = from
    for (let n = 0; n < digits.length; n += 1) {
      const end = n === 0 ? at : overGap(text, at)
      if (n < enough && text.slice(at, end).includes('\n') && !looksWrapped(text, at)) return no
      at = end
      if (at >= text.length)
        return n < enough && !looksWrapped(text, text.length) && !isBreak(text.charCodeAt(at - 1)) ? no : more
      if (text.slice(at, at + 2).toLowerCase() !== digits[n]) return no
      at += 2
    }
    return at
  }
  return { begins, walk, edges: [false, false] }
}

function overGap(text: string, from: number): number {
  let at = from
  while (at < text.length && at - from < gapAtMost && ' :,-_\t\r\n'.includes(text[at] ?? '')) at += 1
  return text.startsWith('0x', at) || text.startsWith('\\x', at) ? at + 2 : at
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** So much of one must be there before a line's end is taken for the middle of it. */
const enough = 4
/** Or so many letters before the line's end must look as if they were wrapped. */
const wrapped = 16

/** The letters that depend on this secret alone when `offset` other bytes come before it; those at its edges hold a part of it only. */
function inBase64(bytes: Uint8Array, offset: number): Form {
  const letters: number[] = []
  const last = Math.floor(((offset + bytes.length) * 8) / 6)
  for (let at = Math.ceil((offset * 8) / 6); at < last; at += 1)
    letters.push(code(alphabet[sixBits(bytes, at * 6 - offset * 8)] ?? ''))
  const [one = 0, two = 0] = letters
  const follow = [...spelt(two), 10, 13, code('\\')]
  const begins = spelt(one).flatMap((first) => follow.map((second) => pairOf(first, second)))
  const walk = (text: string, from: number): number => {
    let at = from
    for (let n = 0; n < letters.length; n += 1) {
      if (n > 0 && (at >= text.length || isBreak(text.charCodeAt(at)) || text[at] === '\\')) {
        if (n < enough && !looksWrapped(text, at)) return no
        at = overBreak(text, at)
        if (at >= text.length) return more
      }
      if (standard(text.charCodeAt(at)) !== letters[n]) return no
      at += 1
    }
    return at
  }
  return { begins, walk, edges: [offset > 0, (offset + bytes.length) % 3 > 0] }
}

function sixBits(bytes: Uint8Array, bit: number): number {
  const at = Math.floor(bit / 8)
  const two = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
  return (two >> (10 - (bit % 8))) & 63
}

/** Both alphabets, the usual one and that of addresses. */
function spelt(letter: number): readonly number[] {
  if (letter === code('+')) return [letter, code('-')]
  return letter === code('/') ? [letter, code('_')] : [letter]
}

function standard(letter: number): number {
  if (letter === 45) return 43
  return letter === 95 ? 47 : letter
}

function isBase64(letter: number): boolean {
  return (
    (letter >= 97 && letter <= 122) ||
    (letter >= 65 && letter <= 90) ||
    (letter >= 47 && letter <= 57) ||
    [43, 45, 95].includes(letter)
  )
}

/** A line's end, real or written as `\n`, and what the next line is indented by. */
function overBreak(text: string, from: number): number {
  let at = from
  for (const mark of ['\\r', '\r', '\\n', '\n']) if (text.startsWith(mark, at)) at += mark.length
  while (at > from && at - from < gapAtMost && ' \t>|"'.includes(text[at] ?? 'x')) at += 1
  return at
}

function looksWrapped(text: string, to: number): boolean {
  for (let at = to - 1; at >= to - wrapped; at -= 1) if (at < 0 || !isBase64(text.charCodeAt(at))) return false
  return true
}

// Replaces a piece of a text: exactly, or where only line ends, blanks, quotes or indentation differ; then it says so.

export interface Replaced {
  readonly text: string
  /** Where, as line numbers of the text before. */
  readonly lines: readonly number[]
  /** How it departed from exactly; '' when it did not. */
  readonly note: string
}

export type Replacement = Replaced | { readonly why: string }

const stepsAtMost = 2_000_000
const nearestLines = 12

function lineAt(text: string, at: number): number {
  let line = 1
  for (let from = text.indexOf('\n'); from !== -1 && from < at; from = text.indexOf('\n', from + 1)) line += 1
  return line
}

function placesOf(text: string, old: string, most: number): number[] {
  const found: number[] = []
  for (let at = text.indexOf(old); at !== -1 && found.length < most; at = text.indexOf(old, at + old.length))
    found.push(at)
  return found
}

const severalWhy = (lines: readonly number[]): string =>
  `The text is there more than once (lines ${lines.slice(0, 20).join(', ')}). Give more of the lines around it, or set all to true.`

function exactly(text: string, old: string, fresh: string, all: boolean): Replacement | undefined {
  const places = placesOf(text, old, 10_000)
  if (places.length === 0) return undefined
  const lines = places.slice(0, 100).map((at) => lineAt(text, at))
  if (places.length > 1 && !all) return { why: severalWhy(lines) }
  return { text: text.split(old).join(fresh), lines, note: '' }
}

const blanksGone = (line: string): string => line.replace(/[ \t\r]+$/, '')
const typed = (line: string): string =>
  blanksGone(line)
    .replace(/[\u2018\u2019\u201b]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u00a0\u2007\u202f]/g, ' ')
const anyIndent = (line: string): string => typed(line).trimStart()
const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? ''

const ways: readonly (readonly [note: string, same: (line: string) => string])[] = [
  ['blanks at the ends of lines', blanksGone],
  ['quotes, dashes or blanks', typed],
  ['the indentation, which was taken from the file', anyIndent],
]

/** Where all of `wanted` stands line by line, as `same` sees lines; undefined when it would take too long to tell. */
function windows(
  lines: readonly string[],
  wanted: readonly string[],
  same: (line: string) => string,
): number[] | undefined {
  const seen = lines.map(same)
  const asked = wanted.map(same)
  // A line that says something tells more places apart than an empty one.
  const key = Math.max(
    0,
    asked.findIndex((line) => line.trim() !== ''),
  )
  const found: number[] = []
  let steps = 0
  for (let at = 0; at + asked.length <= seen.length; at += 1) {
    if (seen[at + key] !== asked[key]) continue
    let fits = 0
    while (fits < asked.length && seen[at + fits] === asked[fits]) fits += 1
    steps += fits + 1
    if (steps > stepsAtMost) return undefined
    if (fits === asked.length) found.push(at)
  }
  return found
}

/** The new lines, indented as the file is where the old ones were given indented otherwise. */
function indented(fresh: readonly string[], wanted: readonly string[], there: readonly string[]): string[] {
  const own = new Map<string, string>()
  for (const [index, line] of wanted.entries()) {
    const text = line.trim()
    if (text !== '' && !own.has(text)) own.set(text, indentOf(there[index] ?? ''))
  }
  const first = wanted.findIndex((line) => line.trim() !== '')
  const [from, to] = [indentOf(wanted[first] ?? ''), indentOf(there[first] ?? '')]
  return fresh.map((line) => {
    const text = line.trim()
    if (text === '') return ''
    const known = own.get(text)
    if (known !== undefined) return known + line.trimStart()
    return line.startsWith(from) ? to + line.slice(from.length) : line
  })
}

interface Asked {
  readonly text: string
  readonly old: string
  readonly fresh: string
  readonly all: boolean
}

function loosely(asked: Asked, [what, same]: (typeof ways)[number]): Replacement | undefined {
  const ending = asked.text.includes('\r\n') ? '\r\n' : '\n'
  const lines = asked.text.split('\n')
  const wanted = asked.old.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n')
  if (wanted.every((line) => line.trim() === '')) return undefined
  const found = windows(lines, wanted, same)
  if (found === undefined || found.length === 0) return undefined
  const numbers = found.slice(0, 100).map((at) => at + 1)
  if (found.length > 1 && !asked.all) return { why: severalWhy(numbers) }
  const given = asked.fresh.replaceAll('\r\n', '\n').replace(/\n$/, '')
  const fresh = asked.fresh === '' ? [] : given.split('\n')
  const out: string[] = []
  let from = 0
  for (const at of found) {
    if (at < from) continue
    const there = lines.slice(at, at + wanted.length)
    const put = same === anyIndent ? indented(fresh, wanted, there) : fresh
    out.push(...lines.slice(from, at), ...put.map((line) => (ending === '\r\n' ? `${line}\r` : line)))
    from = at + wanted.length
  }
  out.push(...lines.slice(from))
  const text = out.join('\n')
  // The last line of a file that ended without a line end still does.
  const tail = ending === '\r\n' && from === lines.length ? text.replace(/\r$/, '') : text
  return { text: tail, lines: numbers, note: `It was not there exactly; it differed in ${what}.` }
}

/** What a reader shows before each line, when it was copied along. */
function numbersGone(text: string): string | undefined {
  const lines = text.replace(/\n$/, '').split('\n')
  if (!lines.every((line) => /^\s*\d+\| ?/.test(line))) return undefined
  return lines.map((line) => line.replace(/^\s*\d+\| ?/, '')).join('\n')
}

function nearest(text: string, old: string): string {
  const lines = text.split('\n')
  const wanted = new Set(
    old
      .split('\n')
      .map(anyIndent)
      .filter((line) => line.length > 3),
  )
  const at = lines.findIndex((line) => wanted.has(anyIndent(line)))
  if (at === -1) return ' No line of it is in the file: read the file again.'
  const from = Math.max(0, at - 2)
  const shown = lines
    .slice(from, from + nearestLines)
    .map((line, index) => `${from + index + 1}| ${line.slice(0, 200)}`)
  return ` One of its lines is in line ${at + 1}; there the file says:\n${shown.join('\n')}`
}

function anyway(asked: Asked): Replacement | undefined {
  const { text, old, fresh, all } = asked
  const exact = exactly(text, old, fresh, all)
  if (exact !== undefined) return exact
  const returned = (part: string): string => part.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n')
  if (text.includes('\r\n')) {
    const found = exactly(text, returned(old), returned(fresh), all)
    if (found !== undefined) return 'why' in found ? found : { ...found, note: 'Line ends were made as in the file.' }
  }
  for (const way of ways) {
    const found = loosely(asked, way)
    if (found !== undefined) return found
  }
  return undefined
}

/** Never guesses between two places, and never replaces lines that say something else than what was given. */
export function replace(text: string, old: string, fresh: string, all: boolean): Replacement {
  if (old === '') return { why: 'The old text is empty. Give the text to replace, or write the whole file.' }
  if (old === fresh) return { why: 'The old and the new text are the same: nothing would change.' }
  const found = anyway({ text, old, fresh, all })
  if (found !== undefined) return found
  const bare = numbersGone(old) ?? ''
  const again = bare === '' ? undefined : anyway({ text, old: bare, fresh: numbersGone(fresh) ?? fresh, all })
  if (again === undefined) return { why: `The text was not found.${nearest(text, old)}` }
  if ('why' in again) return again
  return { ...again, note: `Line numbers were taken out of what was given. ${again.note}`.trim() }
}

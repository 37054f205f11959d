// Looks for text in the files of the folder, within a time, a number of files and a number of findings.
import { readdirSync } from 'node:fs'
import { opened, whole } from './files.ts'
import { isBinary, skipped } from './look.ts'
import { within } from './places.ts'
import { cut, type HandCall, plain, Refused } from './words.ts'

type Search = Extract<HandCall, { do: 'search' }>

const fileBytes = 4 * 1024 * 1024
const filesAtMost = 100_000
const findingsAtMost = 300
const deepest = 40
const timeMs = 20_000
const lineLetters = 2_000
const shownLetters = 300

/** `*` within a name, `**` across folders, `?` one letter, `{a,b}` either. Without a slash it is about the file's own name. */
export function globbed(glob: string): (path: string) => boolean {
  if (glob === '') return () => true
  if (glob.length > 200 || (glob.match(/\*+/g)?.length ?? 0) > 8)
    throw new Refused('The pattern for files is too long, or has too many stars.')
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^{}]*)\}/g, (_, list: string) => `(?:${list.split(',').join('|')})`)
    .replace(/[{}]/g, '\\$&')
    .replace(/\*\*\/|\*+|\?/g, (found) =>
      found === '**/' ? '(?:.*/)?' : found === '?' ? '[^/]' : found.length > 1 ? '.*' : '[^/]*',
    )
  const shape = new RegExp(`^${source}$`)
  return (path) => shape.test(glob.includes('/') ? path : (path.split('/').at(-1) ?? ''))
}

/** Plain text is looked for as it is; an expression that cannot be read is said to be so. */
export function matcher(call: Pick<Search, 'pattern' | 'expression' | 'anyCase'>): (line: string) => boolean {
  if (call.pattern === '') throw new Refused('There is nothing to look for: the pattern is empty.')
  if (!call.expression) {
    const wanted = call.anyCase ? call.pattern.toLowerCase() : call.pattern
    return (line) => (call.anyCase ? line.toLowerCase() : line).includes(wanted)
  }
  try {
    const shape = new RegExp(call.pattern, call.anyCase ? 'i' : '')
    return (line) => shape.test(line)
  } catch (error) {
    const why = plain(error instanceof Error ? error.message : String(error))
    throw new Refused(`The regular expression cannot be read: ${why}. Mend it, or search for plain text.`)
  }
}

interface Hunt {
  readonly root: string
  readonly fits: (path: string) => boolean
  readonly finds: (line: string) => boolean
  readonly until: number
  readonly lines: string[]
  room: number
  files: number
  large: number
  /** Folders and files that could not be opened, or went away meanwhile. */
  closed: number
  /** Why it ended early. */
  over: string
}

export function search(root: string, call: Search): string {
  const hunt: Hunt = {
    root,
    fits: globbed(call.files),
    finds: matcher(call),
    until: performance.now() + timeMs,
    lines: [],
    room: Math.max(200, call.most - 300),
    files: 0,
    large: 0,
    closed: 0,
    over: '',
  }
  visit(hunt, call.path, 0)
  const large = hunt.large === 0 ? '' : `\n${hunt.large} files are larger than 4 MiB and were not looked at.`
  const over = hunt.over === '' ? '' : `\n${hunt.over}`
  const closed = hunt.closed === 0 ? '' : `\n${hunt.closed} places could not be looked into.`
  const rest = `${large}${closed}${over}`
  return `${hunt.lines.length === 0 ? `Nothing found in ${hunt.files} files.` : hunt.lines.join('\n')}${rest}`
}

function visit(hunt: Hunt, path: string, depth: number): void {
  if (hunt.over !== '') return
  within({ root: hunt.root, path, make: false }, (place) => {
    if (place.seen === undefined) throw new Refused(`${plain(path)} is not there.`)
    if (place.seen.isFile()) {
      inFile(hunt, path)
      return
    }
    if (!place.seen.isDirectory()) return
    for (const one of readdirSync(place.at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (hunt.over !== '') return
      const inner = place.shown === '' ? one.name : `${place.shown}/${one.name}`
      if (one.isDirectory() && !skipped.has(one.name) && depth < deepest)
        ifOpen(hunt, () => visit(hunt, inner, depth + 1))
      else if (one.isFile() && hunt.fits(inner)) ifOpen(hunt, () => inFile(hunt, inner))
    }
  })
}

function ifOpen(hunt: Hunt, look: () => void): void {
  try {
    look()
  } catch (error) {
    if (!(error instanceof Refused) && (error as NodeJS.ErrnoException).code === undefined) throw error
    hunt.closed += 1
  }
}

/** A file that goes away or changes its kind while we look is passed over. */
function inFile(hunt: Hunt, path: string): void {
  hunt.files += 1
  if (hunt.files > filesAtMost) hunt.over = `Only the first ${filesAtMost} files were looked at. Name a folder.`
  if (performance.now() > hunt.until) hunt.over = 'It took too long, so the rest was not looked at. Name a folder.'
  if (hunt.over !== '') return
  within({ root: hunt.root, path, make: false }, (place) => {
    if (place.seen?.isFile() !== true) return
    if (place.seen.size > fileBytes) {
      hunt.large += 1
      return
    }
    const bytes = opened(place, (handle, seen) => whole(handle, seen, fileBytes, place.shown))
    if (!isBinary(bytes)) inText(hunt, place.shown, bytes.toString('utf8'))
  })
}

function inText(hunt: Hunt, shown: string, text: string): void {
  let number = 0
  for (const line of text.split('\n')) {
    number += 1
    if (!hunt.finds(cut(line, lineLetters))) continue
    const found = `${plain(shown, 1_000)}:${number}: ${plain(line.trim(), shownLetters)}`
    hunt.room -= found.length + 1
    if (hunt.lines.length >= findingsAtMost || hunt.room < 0) {
      hunt.over = 'There is more. Name a folder or files, or look for something rarer.'
      return
    }
    hunt.lines.push(found)
  }
}

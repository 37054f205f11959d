// Lists folders and reads files, a bounded part at a time, and says what was left out.
import { readdirSync } from 'node:fs'
import { opened, pieces } from './files.ts'
import { type Place, within } from './places.ts'
import { cut, type HandCall, plain, Refused } from './words.ts'

type Of<K extends HandCall['do']> = Extract<HandCall, { do: K }>

const entriesAtMost = 500
const deepest = 5
const lineLetters = 2_000
const scannedAtMost = 64 * 1024 * 1024
/** Said to be there, and not gone into unless asked for by name. */
export const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules'])

interface Listing {
  readonly root: string
  readonly lines: string[]
  left: number
  room: number
}

export function list(root: string, call: Of<'list'>): string {
  const listing: Listing = { root, lines: [], left: 0, room: Math.max(200, call.most - 200) }
  const head = within({ root, path: call.path, make: false }, (place) => {
    if (place.seen === undefined) throw new Refused(`${plain(call.path)} is not there.`)
    if (!place.seen.isDirectory()) throw new Refused(`${plain(call.path)} is a file. Read it instead.`)
    enter(listing, place, Math.min(deepest, Math.max(1, call.depth)))
    return place.shown === '' ? '.' : place.shown
  })
  const left = listing.left > 0 ? `\n… and ${listing.left} more. List a folder of it, or search.` : ''
  const found = listing.lines.length === 0 ? '(empty)' : listing.lines.join('\n')
  return `${plain(head)}:\n${found}${left}`
}

function enter(listing: Listing, place: Place, depth: number): void {
  const found = readdirSync(place.at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const one of found) {
    const shown = place.shown === '' ? one.name : `${place.shown}/${one.name}`
    const mark = one.isDirectory() ? '/' : one.isSymbolicLink() ? ' (a link)' : one.isFile() ? '' : ' (no file)'
    const line = plain(shown, 1_000) + mark
    if (listing.lines.length >= entriesAtMost || listing.room < line.length) {
      listing.left += 1
      continue
    }
    listing.lines.push(line)
    listing.room -= line.length + 1
    if (depth <= 1 || !one.isDirectory() || skipped.has(one.name)) continue
    within({ root: listing.root, path: shown, make: false }, (inner) => {
      if (inner.seen?.isDirectory() === true) enter(listing, inner, depth - 1)
    })
  }
}

/** Cuts bytes into lines without ever holding more than one, and of that one only its beginning. */
class Lines {
  readonly #take: (line: string) => void
  #kept: Buffer[] = []
  #size = 0
  count = 0

  constructor(take: (line: string) => void) {
    this.#take = take
  }

  push(piece: Buffer): void {
    let from = 0
    for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, from)) {
      this.#keep(piece.subarray(from, at))
      this.#end()
      from = at + 1
    }
    this.#keep(piece.subarray(from))
  }

  flush(): void {
    if (this.#size > 0) this.#end()
  }

  #keep(piece: Buffer): void {
    if (this.#size < lineLetters * 4) this.#kept.push(piece.subarray(0, lineLetters * 4 - this.#size))
    this.#size += piece.length
  }

  #end(): void {
    this.count += 1
    const text = Buffer.concat(this.#kept).toString('utf8').replace(/\r$/, '')
    this.#take(this.#size > lineLetters * 4 || text.length > lineLetters ? `${cut(text, lineLetters)}…` : text)
    this.#kept = []
    this.#size = 0
  }
}

export function isBinary(piece: Uint8Array): boolean {
  return piece.subarray(0, 8_192).includes(0)
}

export function read(root: string, call: Of<'read'>): string {
  const from = Math.max(1, Math.floor(call.from))
  const until = from + Math.max(1, Math.floor(call.lines))
  return within({ root, path: call.path, make: false }, (place) =>
    opened(place, (handle, seen) => {
      const kept: string[] = []
      let room = Math.max(200, call.most - 300)
      let scanned = 0
      const lines = new Lines((line) => {
        const text = `${lines.count}| ${line}`
        if (lines.count < from || lines.count >= until || room <= 0) return
        room -= text.length + 1
        if (room > 0 || kept.length === 0) kept.push(text)
      })
      pieces(handle, (piece) => {
        if (scanned === 0 && isBinary(piece))
          throw new Refused(`${plain(place.shown)} is no text (${seen.size} bytes). Look at it with a command.`)
        scanned += piece.length
        lines.push(piece)
        return scanned < scannedAtMost
      })
      lines.flush()
      return shownOf(place.shown, kept, { from, of: lines.count, cut: scanned >= scannedAtMost })
    }),
  )
}

function shownOf(
  shown: string,
  kept: readonly string[],
  at: { readonly from: number; readonly of: number; readonly cut: boolean },
): string {
  const of = at.cut ? `more than ${at.of}` : String(at.of)
  if (at.of === 0) return `${plain(shown)} is empty.`
  if (kept.length === 0) return `${plain(shown)} has ${of} lines: there is no line ${at.from}.`
  const last = at.from + kept.length - 1
  const rest = last < at.of ? `\n… ${at.of - last} more lines. Read on from line ${last + 1}.` : ''
  return `${plain(shown)}, lines ${at.from} to ${last} of ${of} (the number and "| " before each line are not part of it):\n${kept.join('\n')}${rest}`
}

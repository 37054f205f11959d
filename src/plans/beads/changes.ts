// Writes progress into issues.jsonl: the status of one issue, when it was closed and why, in the bytes of its line alone.
import type { FileWritten, PlanChange, Stamp } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { readJson } from '../../core/text/json.ts'
import { JsonEdit } from '../json/file.ts'
import type { Finder, Found } from './finder.ts'
import { closing } from './issue.ts'
import { meaningOf, wordFor } from './words.ts'

/** Epics lie in epics a few levels deep; a file that says otherwise is none that beads wrote. */
const levelsAtMost = 50

/** What the changes come to for one issue. */
interface Wanted {
  readonly found: Found
  readonly edit: JsonEdit
  /** Members by name: their JSON, or undefined to take one out. */
  readonly members: Map<string, string | undefined>
  readonly notes: string[]
}

export function changed(
  finder: Finder,
  bytes: Uint8Array,
  file: string,
  changes: readonly PlanChange[],
): readonly FileWritten[] {
  const book = new Book(finder, bytes)
  for (const change of changes) book.take(change)
  const parts: Uint8Array[] = []
  let from = 0
  for (const { start, end, put } of book.pieces()) {
    parts.push(bytes.subarray(from, start), put)
    from = end
  }
  return from === 0 ? [] : [{ path: file, bytes: Buffer.concat([...parts, bytes.subarray(from)]) }]
}

class Book {
  readonly #finder: Finder
  readonly #bytes: Uint8Array
  readonly #wanted = new Map<string, Wanted>()

  constructor(finder: Finder, bytes: Uint8Array) {
    this.#finder = finder
    this.#bytes = bytes
  }

  take(change: PlanChange): void {
    const wanted = change.key === undefined ? undefined : this.#of(change.key)
    if (wanted === undefined) return
    if (change.kind === 'tick') this.#tick(wanted, change)
    else if (change.kind === 'untick') this.#untick(wanted, change)
    else if (change.kind === 'status') this.#become(wanted, change.status, change.stamp)
    else if (change.kind === 'note') this.#note(wanted, change.text, change.stamp)
    else if (change.kind === 'block') {
      this.#become(wanted, 'blocked', change.stamp)
      this.#note(wanted, `Blocked: ${change.text}`, change.stamp)
    }
  }

  #of(key: string): Wanted | undefined {
    const known = this.#wanted.get(key)
    if (known !== undefined) return known
    const found = this.#finder.find(key)
    if (found === undefined) return undefined
    const edit = new JsonEdit(this.#bytes.subarray(found.start, found.end))
    if (edit.read.notes.length > 0) return undefined
    const wanted = { found, edit, members: new Map(), notes: [] }
    this.#wanted.set(key, wanted)
    return wanted
  }

  #tick(wanted: Wanted, { upward, stamp, commit }: PlanChange & { kind: 'tick' }): void {
    if (this.#isClosed(wanted)) return
    this.#close(wanted, closeReason(stamp, commit), stamp)
    if (upward !== true) return
    let key = this.#finder.parentOf(wanted.found)
    for (let level = 0; key !== undefined && level < levelsAtMost; level += 1) {
      const above = this.#of(key)
      if (above === undefined || this.#isClosed(above)) return
      const open = this.#finder.partsOf(above.found).some((part) => {
        const changed = this.#wanted.get(part.key)
        return changed === undefined ? !part.closed : !this.#isClosed(changed)
      })
      if (open) return
      this.#close(above, 'Everything in it has landed', stamp)
      key = this.#finder.parentOf(above.found)
    }
  }

  #untick(wanted: Wanted, { upward, stamp, to }: PlanChange & { kind: 'untick' }): void {
    if (!this.#isClosed(wanted)) return
    this.#open(wanted, to ?? wordFor.open, stamp)
    if (upward !== true) return
    let key = this.#finder.parentOf(wanted.found)
    for (let level = 0; key !== undefined && level < levelsAtMost; level += 1) {
      const above = this.#of(key)
      if (above === undefined || !this.#isClosed(above)) return
      this.#open(above, wordFor.open, stamp)
      key = this.#finder.parentOf(above.found)
    }
  }

  #become(wanted: Wanted, status: PlanStatus, stamp: Stamp): void {
    const closes = wordFor[status] === 'closed'
    if (closes && !this.#isClosed(wanted))
      this.#close(wanted, status === 'cancelled' ? `Cancelled by ${stamp.by}` : closeReason(stamp), stamp)
    else if (!closes && this.#isClosed(wanted)) this.#open(wanted, wordFor[status], stamp)
    else if (!closes && this.#written(wanted, 'status') !== JSON.stringify(wordFor[status])) {
      wanted.members.set('status', JSON.stringify(wordFor[status]))
      this.#touch(wanted, stamp)
    }
  }

  /** A closed issue has a time at which it was closed: beads itself takes no other. */
  #close(wanted: Wanted, reason: string | undefined, stamp: Stamp | undefined): void {
    const when = stamp === undefined ? undefined : JSON.stringify(stamp.at)
    const closed = when ?? this.#written(wanted, 'updated_at') ?? this.#written(wanted, 'created_at')
    wanted.members.set('status', '"closed"')
    if (when !== undefined && this.#written(wanted, 'updated_at') !== undefined) wanted.members.set('updated_at', when)
    if (closed !== undefined) wanted.members.set('closed_at', closed)
    if (reason !== undefined) wanted.members.set('close_reason', JSON.stringify(reason))
  }

  /** `to` is the mark that was read, or just a word. What was written since then by somebody else stays. */
  #open(wanted: Wanted, to: string, stamp: Stamp | undefined): void {
    const { word, members } = unmarked(to)
    const ours = this.#written(wanted, 'updated_at') === this.#written(wanted, 'closed_at')
    wanted.members.set('status', word === '' ? undefined : jsonOf(word))
    for (const name of closing) {
      if (name === 'updated_at') {
        if (members === undefined) this.#touch(wanted, stamp)
        else if (ours && members.has(name)) wanted.members.set(name, members.get(name))
      } else if (members !== undefined) wanted.members.set(name, members.get(name))
      else if (name === 'closed_at') wanted.members.set(name, undefined)
      else if (this.#written(wanted, name) !== undefined) wanted.members.set(name, '""')
    }
  }

  #note(wanted: Wanted, text: string, stamp: Stamp): void {
    wanted.notes.push(`[${stamp.at} ${stamp.by}] ${text.trim()}`)
    this.#touch(wanted, stamp)
  }

  #touch(wanted: Wanted, stamp: Stamp | undefined): void {
    if (stamp !== undefined && this.#written(wanted, 'updated_at') !== undefined) {
      wanted.members.set('updated_at', JSON.stringify(stamp.at))
    }
  }

  #isClosed(wanted: Wanted): boolean {
    const written = this.#written(wanted, 'status')
    return written?.startsWith('"') === true && meaningOf(String(JSON.parse(written))) === 'done'
  }

  #written({ members, edit }: Wanted, name: string): string | undefined {
    return members.has(name) ? members.get(name) : edit.written([name])
  }

  /** In the order of the file. */
  pieces(): readonly { readonly start: number; readonly end: number; readonly put: Uint8Array }[] {
    const pieces = [...this.#wanted.values()].flatMap(({ found, edit, members, notes }) => {
      for (const [name, written] of members) {
        if (written === edit.written([name])) continue
        if (written === undefined) edit.drop([name])
        else edit.set([name], written)
      }
      if (notes.length > 0) edit.append(['notes'], notes.join('\n'))
      const put = edit.bytes()
      return put === undefined ? [] : [{ start: found.start, end: found.end, put }]
    })
    return pieces.toSorted((a, b) => a.start - b.start)
  }
}

function closeReason(stamp: Stamp | undefined, commit?: string): string | undefined {
  if (stamp === undefined) return undefined
  return `Landed by ${stamp.by}${commit === undefined ? '' : ` in ${commit.slice(0, 12)}`}`
}

/** A mark as `draftOf` makes it: the word, and the members behind it as they stood. */
function unmarked(mark: string): { word: string; members?: Map<string, string> } {
  const starts = closing.map((name) => mark.indexOf(`, ${name} `))
  const first = starts.filter((start) => start >= 0)
  if (first.length === 0) return mark.endsWith(',') ? { word: mark.slice(0, -1), members: new Map() } : { word: mark }
  const members = new Map<string, string>()
  for (const [at, name] of closing.entries()) {
    const start = starts[at] ?? -1
    if (start < 0) continue
    const next = starts.slice(at + 1).find((one) => one >= 0) ?? mark.length
    const written = mark.slice(start + name.length + 3, next)
    if (readJson(written, '').notes.length === 0) members.set(name, written)
  }
  return { word: mark.slice(0, Math.min(...first)), members }
}

function jsonOf(word: string): string {
  const quoted = `"${word}"`
  return readJson(quoted, '').notes.length === 0 ? quoted : JSON.stringify(word)
}

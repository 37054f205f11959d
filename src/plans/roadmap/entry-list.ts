// Reads and writes roadmaps that are a JSON list of entries: id, title, phase, prompt, and what else is said of them.
import type { Place, PlanChange } from '../../core/nouns/plan.ts'
import type { JsonRead } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { isRecord, JsonEdit, type JsonPath, listOf, openJson, wordsOf } from '../json/file.ts'
import { Keys, keyFrom } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { entryAround } from './locate.ts'
import { type RoadmapRead, scaled } from './markdown.ts'
import { rankOf, statusOf, urgencyOf } from './words.ts'

const entriesAtMost = 100_000
const members = ['entries', 'roadmap', 'items', 'features'] as const

/** Where the list of entries is: the whole file, or one member of it. */
export function listIn(value: unknown): { readonly path: JsonPath; readonly list: readonly unknown[] } | undefined {
  if (Array.isArray(value)) return { path: [], list: value }
  if (!isRecord(value)) return undefined
  for (const name of members) {
    const list = Object.hasOwn(value, name) ? value[name] : undefined
    if (Array.isArray(list)) return { path: [name], list }
  }
  return undefined
}

export function isEntry(value: unknown): boolean {
  return isRecord(value) && 'id' in value && 'title' in value && 'phase' in value && 'prompt' in value
}

export function readEntries(bytes: Uint8Array, file: string, notes: Notes): RoadmapRead | undefined {
  const read = openJson(bytes, file, notes)
  if (read === undefined) return undefined
  const found = listIn(read.value)
  if (found === undefined) {
    notes.error(
      'shape',
      { file, line: 1 },
      'A roadmap must be a list of entries.',
      'Write [ { "id": …, "title": …, "phase": 1, "prompt": … } ].',
    )
    return undefined
  }
  const { path, list } = found
  if (list.length > entriesAtMost) {
    notes.error('too-many', read.at(path), `This roadmap has more than ${entriesAtMost} entries.`, 'Split it.')
    return undefined
  }
  const reader = new Reader(read, path, list, notes)
  return { ...reader.read(), title: isRecord(read.value) ? wordsOf(read.value.title ?? read.value.name) : '' }
}

class Reader {
  readonly #read: JsonRead
  readonly #path: JsonPath
  readonly #list: readonly unknown[]
  readonly #notes: Notes
  readonly #most: number
  readonly #zero: boolean

  constructor(read: JsonRead, path: JsonPath, list: readonly unknown[], notes: Notes) {
    this.#read = read
    this.#path = path
    this.#list = list
    this.#notes = notes
    const levels = list.map((entry) => (isRecord(entry) ? (urgencyOf(wordsOf(entry.priority))?.level ?? 1) : 1))
    this.#most = levels.reduce((most, level) => Math.max(most, level), 0)
    this.#zero = levels.includes(0)
  }

  read(): Omit<RoadmapRead, 'title'> {
    const keys = new Keys(this.#notes)
    const found: { draft: Draft; phase: string; rank: number }[] = []
    for (const [at, entry] of this.#list.entries()) {
      if (!isRecord(entry)) {
        const text = 'This entry is no object.'
        this.#notes.error(
          'shape',
          this.#read.at([...this.#path, at]),
          text,
          'Write { "id": …, "title": …, "phase": 1, "prompt": … }.',
        )
        continue
      }
      const missing = ['id', 'title', 'phase', 'prompt'].filter((name) => wordsOf(entry[name]).trim() === '')
      const place = this.#place(at, 'id')
      if (missing.length > 0) {
        const name = quoted(wordsOf(entry.id)) || `Entry ${at + 1}`
        const text = `${name} is missing ${missing.map((each) => `"${each}"`).join(', ')}.`
        this.#notes.error('missing-field', place, text, 'An entry has an id, a title, a phase and a prompt.')
      }
      const key = missing.includes('id') ? undefined : keys.take(wordsOf(entry.id), place)
      if (key === undefined) continue
      const phase = phaseOf(wordsOf(entry.phase))
      found.push({ draft: this.#draft(entry, key, phase, at), phase, rank: rankOf(phase) ?? Number.MAX_SAFE_INTEGER })
    }
    const sorted = found.toSorted((a, b) => a.rank - b.rank)
    return {
      drafts: sorted.map(({ draft }) => draft),
      phases: new Map(sorted.map(({ draft, phase }) => [draft.key, phase])),
    }
  }

  #place(at: number, name: string): Place {
    return this.#read.at([...this.#path, at, name])
  }

  #draft(entry: Readonly<Record<string, unknown>>, key: string, phase: string, at: number): Draft {
    const prompt = wordsOf(entry.prompt)
    const complexity = wordsOf(entry.complexity)
    const urgency = urgencyOf(wordsOf(entry.priority))
    const owner = wordsOf(entry.owner ?? entry.assignee)
    const labels = listOf(entry.labels ?? entry.tags)
    const title = wordsOf(entry.title)
    return {
      key,
      title,
      brief: [title, '', prompt, ...(complexity === '' ? [] : ['', `Complexity: ${complexity}`])].join('\n'),
      place: this.#place(at, 'id'),
      group: phase,
      ...this.#progress(entry, at),
      ...this.#waits(entry, at),
      ...(owner === '' ? {} : { owner }),
      ...(labels.length === 0 ? {} : { labels }),
      ...(urgency === undefined ? {} : { priority: scaled(urgency, { zero: this.#zero, most: this.#most }) }),
    }
  }

  #progress(
    entry: Readonly<Record<string, unknown>>,
    at: number,
  ): { ticked: boolean } & Pick<Draft, 'mark' | 'status'> {
    const path = [...this.#path, at, 'status']
    const written = this.#read.written(path)
    if (written === undefined) return { ticked: false }
    if (typeof entry.status !== 'string') return { ticked: entry.status === true, mark: written.slice(0, 200) }
    const status = statusOf(entry.status)
    if (status === undefined) {
      const text = `The status "${quoted(entry.status)}" is not known here; it is read as open.`
      this.#notes.warning(
        'odd-status',
        this.#read.at(path),
        text,
        'Write a word such as "planned", "in progress" or "done".',
      )
    }
    const mark = written.slice(1, -1)
    return {
      ticked: status === 'done',
      mark,
      ...(status === undefined || status === 'open' || status === 'done' ? {} : { status }),
    }
  }

  #waits(entry: Readonly<Record<string, unknown>>, at: number): Pick<Draft, 'after'> {
    for (const name of ['dependencies', 'dependsOn', 'depends_on']) {
      const said = Object.hasOwn(entry, name) ? entry[name] : undefined
      if (said === undefined) continue
      const place = this.#place(at, name)
      const after = listOf(said).map((id) => ({ key: keyFrom(id) ?? id, at: place }))
      return after.length === 0 ? {} : { after }
    }
    return {}
  }
}

/** `1` is Phase 1; what has a name keeps it. */
function phaseOf(phase: string): string {
  return /^\d{1,6}(?:\.\d{1,6})?$/.test(phase) ? `Phase ${phase}` : quoted(phase, 200)
}

/** Sets a member `status`, or adds one behind the others; taking a tick back takes out what was added. */
export function writeEntries(bytes: Uint8Array, changes: readonly PlanChange[]): Uint8Array {
  const [only] = changes
  const part = changes.length === 1 && only?.key !== undefined ? partOf(bytes, only.key) : undefined
  if (part === undefined) return writeAll(bytes, changes)
  const { start, end } = part
  const edit = new JsonEdit(bytes.subarray(start, end))
  change(edit, [], changes)
  const written = edit.bytes()
  return written === undefined ? bytes : Buffer.concat([bytes.subarray(0, start), written, bytes.subarray(end)])
}

/** Of a list at the top, the entry whose id stands there letter by letter; undefined when all have to be looked through. */
function partOf(bytes: Uint8Array, key: string): { readonly start: number; readonly end: number } | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const written = JSON.stringify(key)
  let tries = 0
  for (let at = text.indexOf(written); at >= 0 && tries < 8; at = text.indexOf(written, at + 1)) {
    if (!/"id"\s{0,16}:\s{0,16}$/.test(text.slice(Math.max(0, at - 40), at))) continue
    const part = entryAround(text, at)
    if (part !== undefined && new JsonEdit(bytes.subarray(part.start, part.end)).words(['id']) === key) return part
    tries += 1
  }
  return undefined
}

function writeAll(bytes: Uint8Array, changes: readonly PlanChange[]): Uint8Array {
  const edit = new JsonEdit(bytes)
  const root = edit.read.notes.length > 0 ? undefined : rootOf(edit)
  if (root === undefined) return bytes
  const places = new Map<string, number>()
  const size = edit.read.size(root)
  for (let at = 0; at < size; at += 1) {
    const key = keyFrom(edit.words([...root, at, 'id']) ?? '')
    if (key !== undefined && !places.has(key)) places.set(key, at)
  }
  const wanted = new Map<number, PlanChange[]>()
  for (const each of changes) {
    const at = places.get(each.key ?? '')
    if (at !== undefined) wanted.set(at, [...(wanted.get(at) ?? []), each])
  }
  for (const [at, own] of wanted) change(edit, [...root, at], own)
  return edit.bytes() ?? bytes
}

/** What the changes come to for one entry; it is written once. */
function change(edit: JsonEdit, entry: JsonPath, changes: readonly PlanChange[]): void {
  const path = [...entry, 'status']
  const before = edit.mark(path)
  let now: string | undefined = before
  for (const each of changes) {
    const done = now === 'true' || statusOf(now ?? '') === 'done'
    if (each.kind === 'tick' && !done) now = 'done'
    if (each.kind === 'untick' && done) now = each.to
    if (each.kind === 'status' && statusOf(now ?? '') !== each.status) now = said[each.status]
  }
  if (now === before) return
  if (now === undefined) edit.drop(path)
  else edit.set(path, jsonOf(now))
}

/** A mark as it stood there: the inside of a string with its escapes, or a plain value. */
function jsonOf(mark: string): string {
  if (/^(?:null|true|false|-?\d{1,40})$/.test(mark)) return mark
  const inside = /^(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-f]{4})){0,400}$/iu
  return inside.test(mark) ? `"${mark}"` : JSON.stringify(mark)
}

const said = {
  open: 'planned',
  doing: 'in-progress',
  review: 'in-review',
  blocked: 'blocked',
  deferred: 'deferred',
  done: 'done',
  cancelled: 'cancelled',
} as const

function rootOf(edit: JsonEdit): JsonPath | undefined {
  if (edit.written([])?.startsWith('[')) return []
  return members.map((name) => [name]).find((path) => edit.written(path)?.startsWith('['))
}

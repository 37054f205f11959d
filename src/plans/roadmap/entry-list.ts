// Reads and writes roadmaps that are a JSON list of entries: id, title, phase, prompt, and what else is said of them.
import type { Place, PlanChange } from '../../core/nouns/plan.ts'
import type { JsonRead } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { isRecord, JsonEdit, type JsonPath, listOf, openJson, wordsOf } from '../json/file.ts'
import { Keys, keyFrom } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
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
  const edit = new JsonEdit(bytes)
  const root = edit.read.notes.length > 0 ? undefined : rootOf(edit)
  if (root === undefined) return bytes
  /** Null takes the member out. */
  const wanted = new Map<number, string | null>()
  for (const change of changes) {
    const at = indexOf(edit, root, change.key ?? '')
    if (at < 0) continue
    const now = wanted.has(at) ? (wanted.get(at) ?? '') : (edit.mark([...root, at, 'status']) ?? '')
    const done = now === 'true' || statusOf(now) === 'done'
    if (change.kind === 'tick' && !done) wanted.set(at, 'done')
    if (change.kind === 'untick' && done) wanted.set(at, change.to ?? null)
    if (change.kind === 'status' && statusOf(now) !== change.status) wanted.set(at, said[change.status])
  }
  for (const [at, mark] of wanted) {
    const path = [...root, at, 'status']
    if (mark !== null) edit.set(path, jsonOf(mark))
    else if (edit.mark(path) !== undefined) edit.drop(path)
  }
  return edit.bytes() ?? bytes
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

/** The first entry with this key, as reading takes it. */
function indexOf(edit: JsonEdit, root: JsonPath, key: string): number {
  const size = edit.read.size(root)
  for (let at = 0; at < size; at += 1) if (keyFrom(edit.words([...root, at, 'id']) ?? '') === key) return at
  return -1
}

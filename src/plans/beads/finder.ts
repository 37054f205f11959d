// Finds one issue in a large file by its id, without reading the others, and what it is part of.
import { isRecord, listOf, wordsOf } from '../json/file.ts'
import { buffered, type JsonLine, jsonLines, marked, recordAt } from '../json/lines.ts'
import { keyFrom } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { edgeKind, leftOut, meaningOf } from './words.ts'

export interface Found {
  readonly key: string
  readonly id: string
  readonly start: number
  readonly end: number
  /** The id of what it is part of, as its own line says. */
  readonly parent: string | undefined
  /** Nothing is left to be done in it, or nothing ever was. */
  readonly closed: boolean
}

const [feed, back] = [10, 13]

export class Finder {
  readonly #buffer: Buffer
  readonly #edges: Buffer | undefined
  readonly #seen = new Map<string, Found | undefined>()

  /** `edges` is dependencies.jsonl, if there is one. */
  constructor(bytes: Uint8Array, edges: Uint8Array | null) {
    this.#buffer = buffered(bytes)
    this.#edges = edges === null ? undefined : buffered(edges)
  }

  find(key: string): Found | undefined {
    if (!this.#seen.has(key)) this.#seen.set(key, this.#byBytes(key) ?? this.#byWalking(key))
    return this.#seen.get(key)
  }

  parentOf({ id, parent }: Found): string | undefined {
    if (parent !== undefined) return keyFrom(parent)
    for (const line of linesWith(this.#edges, id)) {
      const { issue_id: part, depends_on_id: whole, type } = line.value
      if (wordsOf(part) === id && edgeKind(wordsOf(type)) === 'parent') return keyFrom(wordsOf(whole))
    }
    return undefined
  }

  /** Everything that is directly part of it. */
  partsOf({ id }: Found): readonly Found[] {
    const parts = new Map<string, Found>()
    const take = (found: Found | undefined): void => {
      if (found !== undefined) parts.set(found.key, found)
    }
    for (const line of linesWith(this.#buffer, id)) {
      if (parentIn(line.value) === id) take(foundIn(line, keyFrom(wordsOf(line.value.id)) ?? ''))
    }
    for (const { value } of linesWith(this.#edges, id)) {
      if (wordsOf(value.depends_on_id) !== id || edgeKind(wordsOf(value.type)) !== 'parent') continue
      const found = this.find(keyFrom(wordsOf(value.issue_id)) ?? '')
      if (found?.parent === undefined || found.parent === id) take(found)
    }
    return [...parts.values()]
  }

  /** Most ids are keys as they stand, so the line is where they stand behind "id". */
  #byBytes(key: string): Found | undefined {
    for (const line of linesWith(this.#buffer, key)) {
      if (wordsOf(line.value.id) === key) return foundIn(line, key)
    }
    return undefined
  }

  #byWalking(key: string): Found | undefined {
    if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key) && !this.#buffer.includes('\\') && !this.#odd()) return undefined
    for (const line of jsonLines(this.#buffer, '', new Notes())) {
      if (keyFrom(wordsOf(line.value.id)) === key) return foundIn(line, key)
    }
    return undefined
  }

  /** Is there any letter that a key would write in another way? */
  #odd(): boolean {
    return this.#buffer.some((byte) => byte >= 0x80)
  }
}

function foundIn({ value, start, end }: JsonLine, key: string): Found {
  const closed = meaningOf(wordsOf(value.status)) === 'done' || leftOut(value, listOf(value.labels)) !== undefined
  return { key, id: wordsOf(value.id), start, end, parent: parentIn(value), closed }
}

function parentIn(value: Readonly<Record<string, unknown>>): string | undefined {
  const links = Array.isArray(value.dependencies) ? value.dependencies.filter(isRecord) : []
  const link = links.find(({ type }) => edgeKind(wordsOf(type)) === 'parent')
  return wordsOf(link?.depends_on_id ?? value.parent) || undefined
}

/** Each line that holds this id in quotes, in the order of the file. */
function* linesWith(buffer: Buffer | undefined, id: string): Generator<JsonLine> {
  if (buffer === undefined) return
  const needle = JSON.stringify(id)
  for (let at = buffer.indexOf(needle); at >= 0; ) {
    const start = Math.max(buffer.lastIndexOf(feed, at) + 1, marked(buffer))
    const stop = buffer.indexOf(feed, at)
    const end = stop < 0 ? buffer.length : buffer[stop - 1] === back ? stop - 1 : stop
    const line = recordAt(buffer, { number: 1, start, end })
    if (line !== undefined) yield line
    at = stop < 0 ? -1 : buffer.indexOf(needle, stop)
  }
}

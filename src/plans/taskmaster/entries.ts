// Finds the tags of a tasks.json and every task and subtask in them, with their ids, the same for reading and for writing.
import { JsonCursor } from '../../core/text/json-cursor.ts'
import { isRecord } from '../json/file.ts'
import { itemId } from '../reading/names.ts'

/** A value as it is written, and the offset where it begins. */
export interface Written {
  readonly text: string
  readonly at: number
}

export interface Entry {
  readonly key: string
  /** Index of the task that it is a subtask of, or -1. */
  readonly parent: number
  readonly start: number
  readonly end: number
  readonly id: Written | undefined
  readonly status: Written | undefined
  readonly priority: Written | undefined
  /** Where its dependencies are, and each of them; none when they are no list. */
  readonly dependencies: Written | undefined
  readonly after: readonly Written[]
  /** Its fields, when values were given. */
  readonly task: Readonly<Record<string, unknown>>
}

export interface Tag {
  readonly id: string
  /** '' in a file without tags. */
  readonly name: string
  readonly at: number
  /** What is said about it, as it is written. */
  readonly about: string
  readonly entries: readonly Entry[]
}

export interface Looking {
  readonly text: string
  /** What the text stands for; only where things are is looked for when it is absent. */
  readonly value?: unknown
  /** What a value says that is written so. */
  readonly decode: (written: string) => string
  /** The key of an entry; undefined when it cannot have one, which has then been said. */
  readonly key: (tag: number, said: string, at: number) => string | undefined
  /** Items that are asked for; all when absent. */
  readonly wanted?: ReadonlySet<string>
  /** Ids of tasks: only these, and their subtasks, are looked at. The first one is enough when there is only one to find. */
  readonly roots?: ReadonlySet<string>
  readonly one?: boolean
  readonly tooMany?: (at: number) => void
}

const entriesAtMost = 100_000
/** Subtasks of subtasks: Task Master has none, people do. */
const deepest = 20

interface Found {
  readonly name: string
  readonly at: number
  readonly list: number
  readonly about: string
  readonly values: unknown
}

export function tagsIn(looking: Looking): readonly Tag[] {
  const near = looking.roots === undefined || looking.wanted?.size !== 1 ? undefined : nearTag(looking)
  if (near !== undefined && near.entries.length > 0) return [near]
  const { lists, project } = listsIn(looking)
  const seen = new Set<string>()
  return lists.flatMap(({ name, at, list, about, values }, number) => {
    const own = name === '' ? itemId(project) : `taskmaster-${itemId(name)}`
    const id = seen.has(own.toLowerCase()) ? `${own}-${seen.size + 1}` : own
    seen.add(id.toLowerCase())
    if (looking.wanted !== undefined && lists.length > 1 && !looking.wanted.has(id)) return []
    return [{ id, name: name === '' ? project : name, at, about, entries: entriesIn(looking, number, list, values) }]
  })
}

/** The one tag that is asked for, and of its tasks those that are: nothing behind them is looked at. */
function nearTag(looking: Looking): Tag | undefined {
  const cursor = new JsonCursor(looking.text)
  const seen = new Set<string>()
  let tag: Tag | undefined
  cursor.members((key, at) => {
    const name = looking.decode(JSON.stringify(key))
    const id = `taskmaster-${itemId(name)}`
    if (!cursor.isObject) return
    if (seen.has(id.toLowerCase())) cursor.stop()
    seen.add(id.toLowerCase())
    if (looking.wanted?.has(id) !== true) return
    cursor.members((inner, start) => {
      if (inner !== 'tasks' || !cursor.isList) return
      tag = { id, name, at, about: '', entries: entriesIn(looking, 0, start, undefined) }
      cursor.stop()
    })
  })
  return tag
}

/** A list of tasks at the top, under `tasks`, or under `tasks` of each tag. */
function listsIn({ text, decode, value }: Looking): { lists: readonly Found[]; project: string } {
  const cursor = new JsonCursor(text)
  const top = cursor.at
  if (cursor.isList)
    return { lists: [{ name: '', at: top, list: top, about: '', values: value }], project: 'taskmaster' }
  const lists: Found[] = []
  const names: string[] = []
  cursor.members((key, at) => {
    if (key === 'tasks' && cursor.isList)
      lists.unshift({ name: '', at: top, list: at, about: '', values: of(value, key) })
    else if (key === 'project' || key === 'projectName') names.push(decode(cursor.written()))
    else if (cursor.isObject) {
      let list = -1
      let about = ''
      cursor.members((inner, start) => {
        if (inner === 'tasks' && cursor.isList) list = start
        else if (inner === 'projectName' && (key === 'meta' || key === 'metadata'))
          names.unshift(decode(cursor.written()))
        else if (inner === 'metadata') about = cursor.written()
      })
      if (list >= 0)
        lists.push({ name: decode(JSON.stringify(key)), at, list, about, values: of(of(value, key), 'tasks') })
    }
  })
  return { lists, project: names.find((name) => name.trim() !== '') ?? 'taskmaster' }
}

function of(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined
}

/** In the order of the file: each task, then its subtasks, however deep. */
function entriesIn(looking: Looking, tag: number, list: number, values: unknown): readonly Entry[] {
  const cursor = new JsonCursor(looking.text, list)
  const found: Entry[] = []
  readList(cursor, found, { parent: -1, depth: 0, values, looking })
  if (found.length > entriesAtMost) looking.tooMany?.(found[entriesAtMost]?.start ?? list)
  const kept: Entry[] = []
  const moved = new Int32Array(found.length).fill(-1)
  for (const [at, entry] of found.slice(0, entriesAtMost).entries()) {
    const above = kept[moved[entry.parent] ?? -1]
    if (entry.parent >= 0 && above === undefined) continue
    const said = looking.decode(entry.id?.text ?? '').trim()
    const whole = above === undefined || said === '' || said.startsWith(`${above.key}.`) ? said : `${above.key}.${said}`
    const key = looking.key(tag, whole, said === '' ? entry.start : (entry.id?.at ?? entry.start))
    if (key === undefined) continue
    const own = entry as { -readonly [Name in keyof Entry]: Entry[Name] }
    own.key = key
    own.parent = moved[entry.parent] ?? -1
    moved[at] = kept.push(own) - 1
  }
  return kept
}

interface Level {
  readonly parent: number
  readonly depth: number
  readonly values: unknown
  readonly looking: Looking
}

function idAt({ text, decode }: Looking, start: number): string {
  const cursor = new JsonCursor(text, start)
  let id = ''
  cursor.members((key) => {
    if (key !== 'id') return
    id = decode(cursor.written())
    cursor.stop()
  })
  return id
}

function readList(cursor: JsonCursor, found: Entry[], { parent, depth, values, looking }: Level): void {
  cursor.elements((index, start) => {
    if (!cursor.isObject || found.length > entriesAtMost) return
    if (depth === 0 && looking.roots !== undefined && !looking.roots.has(idAt(looking, start).trim())) return
    const at = found.length
    const own: unknown = Array.isArray(values) ? values[index] : undefined
    const task = isRecord(own) ? own : nothing.task
    const said: { -readonly [Name in 'id' | 'status' | 'priority' | 'dependencies']: Written | undefined } = {
      id: undefined,
      status: undefined,
      priority: undefined,
      dependencies: undefined,
    }
    const after: Written[] = []
    found.push(nothing)
    cursor.members((key, value) => {
      if (key === 'id' || key === 'status' || key === 'priority') said[key] = { at: value, text: cursor.written() }
      else if (key === 'subtasks' && depth < deepest)
        readList(cursor, found, { parent: at, depth: depth + 1, values: task.subtasks, looking })
      else if (key === 'dependencies') {
        said.dependencies = { at: value, text: cursor.isList ? '[' : cursor.written() }
        cursor.elements((_, one) => after.push({ at: one, text: cursor.written() }))
      }
    })
    found[at] = { key: '', parent, start, end: cursor.at, ...said, after, task }
    if (depth === 0 && looking.one === true) cursor.stop()
  })
}

const nothing: Entry = {
  key: '',
  parent: -1,
  start: 0,
  end: 0,
  id: undefined,
  status: undefined,
  priority: undefined,
  dependencies: undefined,
  after: [],
  task: {},
}

// Finds the tags of a tasks.json and every task and subtask in them, with their ids, the same for reading and for writing.
import type { JsonRead } from '../../core/text/json.ts'
import type { JsonPath } from '../json/file.ts'
import { itemId, Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'

export interface Entry {
  readonly key: string
  /** Index of the task that it is a subtask of, or -1. */
  readonly parent: number
  readonly path: JsonPath
}

export interface Tag {
  readonly id: string
  /** '' in a file without tags. */
  readonly name: string
  /** Where the object that holds its tasks is. */
  readonly path: JsonPath
  readonly entries: readonly Entry[]
}

const entriesAtMost = 100_000

/** How words are read at a path: numbers as they are written, so that 3.10 is not 3.1. */
export type Words = (path: JsonPath) => string | undefined

export function tagsIn(read: JsonRead, words: Words, notes: Notes): readonly Tag[] {
  const tags: Tag[] = []
  const seen = new Set<string>()
  for (const { name, path, tasks } of listsIn(read)) {
    let id = name === '' ? itemId(projectName(words)) : `taskmaster-${itemId(name)}`
    if (seen.has(id.toLowerCase())) id = `${id}-${seen.size + 1}`
    seen.add(id.toLowerCase())
    tags.push({ id, name, path, entries: entriesIn({ read, words, notes }, tasks) })
  }
  return tags
}

/** What a file without tags calls its project. */
export function projectName(words: Words): string {
  const said = [['metadata', 'projectName'], ['meta', 'projectName'], ['projectName'], ['project']].map(words)
  return said.find((name) => name !== undefined && name.trim() !== '') ?? 'taskmaster'
}

function listsIn(read: JsonRead): readonly { name: string; path: JsonPath; tasks: JsonPath }[] {
  if (isList(read, [])) return [{ name: '', path: [], tasks: [] }]
  const named = read.keys([]).filter((name) => isList(read, [name, 'tasks']))
  const tagged = named.map((name) => ({ name, path: [name], tasks: [name, 'tasks'] }))
  return isList(read, ['tasks']) ? [{ name: '', path: [], tasks: ['tasks'] }, ...tagged] : tagged
}

function isList(read: JsonRead, path: JsonPath): boolean {
  return read.written(path)?.startsWith('[') === true
}

interface File {
  readonly read: JsonRead
  readonly words: Words
  readonly notes: Notes
}

/** In the order of the file: each task, then its subtasks, however deep. */
function entriesIn(file: File, tasks: JsonPath): readonly Entry[] {
  const { read, notes } = file
  const entries: Entry[] = []
  const keys = new Keys(notes)
  const left: { readonly path: JsonPath; readonly parent: number; readonly from: number }[] = []
  left.push({ path: tasks, parent: -1, from: 0 })
  for (let list = left.pop(); list !== undefined; list = left.pop()) {
    const { path, parent, from } = list
    if (from >= read.size(path)) continue
    left.push({ ...list, from: from + 1 })
    const own = [...path, from]
    const key = keyAt(file, own, entries[parent], keys)
    if (key === undefined) continue
    if (entries.length >= entriesAtMost) {
      const text = `This holds more than ${entriesAtMost} tasks; the rest is not read.`
      notes.error('too-many', read.at(own), text, 'Split the file into several.')
      break
    }
    const at = entries.push({ key, parent, path: own }) - 1
    const under = [...own, 'subtasks']
    if (isList(read, under)) left.push({ path: under, parent: at, from: 0 })
  }
  return entries
}

/** `3` and `"3"` are one id; a subtask is `3.2`, whether it says 2 or "3.2". */
function keyAt(
  { read, words, notes }: File,
  path: JsonPath,
  parent: Entry | undefined,
  keys: Keys,
): string | undefined {
  const said = words([...path, 'id'])?.trim() ?? ''
  const place = read.at([...path, 'id'])
  if (said === '') {
    const what = parent === undefined ? 'This task' : `This subtask of ${parent.key}`
    notes.error('no-id', read.at(path), `${what} has no id.`, 'Give it one: "id": 12.')
    return undefined
  }
  const whole = parent === undefined || said.startsWith(`${parent.key}.`)
  return keys.take(whole ? said : `${parent.key}.${said}`, place)
}

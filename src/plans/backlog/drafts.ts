// Makes the entries of a plan from the tasks of a backlog, and says what is odd about them.
import type { Place } from '../../core/nouns/plan.ts'
import { clip, quoted } from '../../core/text/neutral.ts'
import { Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import { pathsIn } from '../reading/paths.ts'
import type { Draft } from '../reading/tree.ts'
import { isWritable, markOf } from './change.ts'
import { type Config, type Folder, idIn, sameId } from './folder.ts'
import { bodyOf, listIn, type Task, textIn } from './task.ts'
import { Columns, priorityOf } from './words.ts'

export interface Reading {
  readonly folder: Folder
  readonly config: Config
  readonly tasks: readonly Task[]
  readonly completed: readonly Task[]
  /** What milestones are called, by their ids in small letters. */
  readonly milestones: ReadonlyMap<string, string>
  readonly notes: Notes
}

interface Known {
  readonly key: string
  readonly task: Task
  readonly isCompleted: boolean
}

const placeOf = ({ file, line, column }: Task): Place => ({ file, line, column })

/** What is completed first, then as the board has them: by ordinal, then by number. */
export function draftsOf(reading: Reading): Draft[] {
  const known = new Map<string, Known>()
  const keys = new Keys(reading.notes)
  for (const task of reading.tasks) enter(known, keys, task, false, reading.notes)
  for (const task of reading.completed) enter(known, keys, task, true, reading.notes)
  const finder = new Finder(reading, known)
  const columns = new Columns(reading.config.statuses)
  const drafts = [...known.values()]
    .map((one) => ({ one, rank: rankOf(one) }))
    .sort((a, b) => compare(a.rank, b.rank))
    .map(({ one }) => draftOf(reading, one, finder, columns))
  finder.warn()
  const held = new Set(drafts.map(({ parent }) => parent))
  return drafts.map((draft) => (held.has(draft.key) ? untitled(draft) : draft))
}

/** Of what holds others the title is said beside the words. */
function untitled(draft: Draft): Draft {
  return { ...draft, brief: draft.brief.slice(draft.title.length).trimStart() }
}

function enter(known: Map<string, Known>, keys: Keys, task: Task, isCompleted: boolean, notes: Notes): void {
  const same = sameId(task.id)
  const twin = known.get(same)
  if (twin !== undefined) {
    const text = `${quoted(task.id)} stands here and in ${quoted(twin.task.file, 200)}`
    if (isCompleted !== twin.isCompleted) {
      const remedy = 'Delete the one that is out of date.'
      notes.warning('duplicate', placeOf(task), `${text}, which is taken.`, remedy)
    } else notes.error('duplicate', placeOf(task), `${text}.`, 'Give one of them an id of its own (backlog doctor).')
    return
  }
  const key = keys.take(task.id, placeOf(task))
  if (key !== undefined) known.set(same, { key, task, isCompleted })
}

/** Completed or not, the ordinal, then every number of the id. */
function rankOf({ task, isCompleted }: Known): readonly number[] {
  const ordinal = Number.parseFloat(textIn(task, 'ordinal'))
  const numbers = sameId(task.id).match(/\d{1,12}/g) ?? []
  const place = isCompleted || Number.isNaN(ordinal) ? Number.POSITIVE_INFINITY : ordinal
  return [isCompleted ? 0 : 1, place, ...numbers.map(Number)]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [left = -1, right = -1] = [a[at], b[at]]
    if (left !== right) return left < right ? -1 : 1
  }
  return 0
}

/** Finds the task that an id means, as people and the tool write them. */
class Finder {
  readonly #known: ReadonlyMap<string, Known>
  readonly #away: ReadonlyMap<string, string>
  readonly #prefix: string
  readonly #notes: Notes
  #old: { readonly place: Place; readonly text: string; readonly means: string; count: number } | undefined

  constructor({ folder, config, notes }: Reading, known: ReadonlyMap<string, Known>) {
    this.#known = known
    this.#notes = notes
    const away = (files: readonly string[], what: string): [string, string][] =>
      files.flatMap((file) => (idIn(file) === undefined ? [] : [[sameId(idIn(file) ?? ''), what]]))
    this.#away = new Map([
      ...away(folder.inside('archive/tasks'), 'in the archive'),
      ...away(folder.inside('drafts'), 'a draft'),
    ])
    const [first] = known.values()
    const used = /^([A-Za-z]{1,20})-/.exec(first?.task.id ?? '')?.[1]
    this.#prefix = config.prefix === 'task' && used !== undefined ? used : config.prefix
  }

  /** A key, the id itself when there is no such task, or undefined for one that is set aside. */
  find(raw: string, place: Place, from: string): string | undefined {
    const found = this.#seek(raw, place)
    if (found !== undefined) return found.key
    const away = this.#away.get(sameId(raw))
    if (away === undefined) return raw
    const text = `${from} waits for ${quoted(raw)}, which is ${away}, so it holds nothing back.`
    this.#notes.warning('dangling', place, text, 'Bring that task back, or delete the dependency.')
    return undefined
  }

  parent(raw: string, place: Place, of: string): string | undefined {
    const found = this.#seek(raw, place)
    if (found !== undefined) return found.key
    const away = this.#away.get(sameId(raw))
    const text = `${of} is said to be part of ${quoted(raw)}, which is ${away ?? 'not in this backlog'}.`
    this.#notes.warning('dangling-parent', place, text, 'Correct the id, or delete it.')
    return undefined
  }

  has(id: string): Known | undefined {
    return this.#known.get(sameId(id)) ?? this.#known.get(sameId(id.replace(/^task-/i, `${this.#prefix}-`)))
  }

  /** A number alone has the prefix of the backlog. */
  #seek(raw: string, place: Place): Known | undefined {
    const id = /^\d/.test(raw.trim()) ? `${this.#prefix}-${raw.trim()}` : raw
    return this.#known.get(sameId(id)) ?? this.#byOldPrefix(id, place)
  }

  #byOldPrefix(id: string, place: Place): Known | undefined {
    const rest = /^task-(.{1,100})$/i.exec(id.trim())?.[1]
    const found = rest === undefined ? undefined : this.#known.get(sameId(`${this.#prefix}-${rest}`))
    if (found === undefined) return undefined
    this.#old ??= { place, text: id, means: found.key, count: 0 }
    this.#old.count += 1
    return found
  }

  warn(): void {
    if (this.#old === undefined) return
    const { place, text, means, count } = this.#old
    const words = `Ids with the prefix that tasks no longer have are read with the one they have: ${quoted(text)} as ${means} (${count} in all).`
    this.#notes.warning('old-prefix', place, words, 'Write the ids as the tasks have them now.')
  }
}

function draftOf(reading: Reading, known: Known, finder: Finder, columns: Columns): Draft {
  const { key, task, isCompleted } = known
  const word = textIn(task, 'status')
  if (word !== '' && !columns.knows(word) && !isCompleted) {
    const at = { file: task.file, line: task.front.keys.get('status')?.line ?? 1 }
    const text = `${key} has the status "${quoted(word)}", which is none of ${quoted(columns.words.join(', '), 200)}.`
    reading.notes.warning('odd-status', at, text, 'Use one of them, or add it to the configuration.')
  }
  if (!isCompleted && !isWritable(task.text, task.front)) {
    const at = { file: task.file, line: task.front.keys.get('status')?.line ?? 1 }
    const text = `The status of ${key} is not written on one line, so it will not be changed.`
    reading.notes.warning('odd-status', at, text, 'Write it as "status: To Do".')
  }
  const status = isCompleted ? 'done' : columns.meaningOf(word)
  const { lines, criteria } = bodyOf(task)
  const title = task.title === '' ? key : task.title
  const words = [title, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n')
  const more = besides(task)
  const touched = listIn(task, 'modified_files').flatMap(({ text }) => pathsIn(`\`${text}\``))
  // Written out field by field: spreading thousands of small objects takes longer than reading the files.
  const draft: { -readonly [Name in keyof Draft]: Draft[Name] } = {
    key,
    title,
    brief: more.length === 0 ? words : [words, '', ...more].join('\n'),
    place: placeOf(task),
    ticked: status === 'done',
    writes: status === 'done' ? [] : [...new Set([...pathsIn(words), ...touched])],
    mark: markOf(task.text, task.front),
  }
  if (status !== 'done' && status !== 'open') draft.status = status
  if (criteria.length > 0) draft.exitCriteria = criteria
  addPeople(reading, draft, task)
  addPlace(reading, draft, known, finder)
  return draft
}

/** What stands at the top of a task and is told to whoever does it. */
function besides(task: Task): string[] {
  const list = (name: string, what: string): string[] => {
    const texts = listIn(task, name).map(({ text }) => `- ${quoted(text, 400)}`)
    return texts.length === 0 ? [] : [`${what}:`, ...texts.slice(0, 50)]
  }
  const due = textIn(task, 'due_date')
  const lists = [...list('references', 'References'), ...list('documentation', 'Documentation')]
  return [...(due === '' ? [] : [`Due: ${quoted(due)}`]), ...lists]
}

type Making = { -readonly [Name in keyof Draft]: Draft[Name] }

function addPeople({ config, notes }: Reading, draft: Making, task: Task): void {
  const owner = quoted(listIn(task, 'assignee')[0]?.text ?? '').replace(/^@/, '')
  if (owner !== '') draft.owner = owner
  const type = quoted(textIn(task, 'type'))
  const labels = new Set([...listIn(task, 'labels').map(({ text }) => quoted(text)), type].filter((one) => one !== ''))
  if (labels.size > 0) draft.labels = [...labels].slice(0, 50)
  const word = textIn(task, 'priority')
  const priority = priorityOf(word, config.priorities)
  if (priority !== undefined) draft.priority = priority
  else if (word !== '') {
    const at = { file: task.file, line: task.front.keys.get('priority')?.line ?? 1 }
    notes.warning('odd-priority', at, `"${quoted(word)}" is no priority of this backlog.`, 'Write high, medium or low.')
  }
}

/** What is completed is history: what it once waited for holds nothing, and is not looked into. */
function addPlace({ milestones }: Reading, draft: Making, { task, isCompleted }: Known, finder: Finder): void {
  const { file } = task
  const after = (isCompleted ? [] : listIn(task, 'dependencies')).flatMap(({ text, line, column }) => {
    const at = { file, line, column }
    const key = finder.find(text, at, draft.key)
    return key === undefined ? [] : [{ key, at }]
  })
  if (after.length > 0) draft.after = after
  const parent = parentOf(task, isCompleted, draft.key, finder)
  if (parent !== undefined && parent !== draft.key) draft.parent = parent
  const milestone = textIn(task, 'milestone')
  if (milestone !== '') draft.group = clip(milestones.get(milestone.toLowerCase()) ?? quoted(milestone, 200), 200)
}

/** As it is said, else the one whose id with a dot and a number is its own. */
function parentOf(task: Task, isCompleted: boolean, key: string, finder: Finder): string | undefined {
  const said = textIn(task, 'parent_task_id')
  const dot = task.id.lastIndexOf('.')
  if (said === '' || isCompleted) return finder.has(said || task.id.slice(0, Math.max(0, dot)))?.key
  const at = { file: task.file, line: task.front.keys.get('parent_task_id')?.line ?? task.line, column: 1 }
  return finder.parent(said, at, key)
}

// Makes one draft of a task or subtask of Task Master: its words for the agent, what it waits for, and how far it is.
import type { JsonRead } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { criteriaIn } from '../json/criteria.ts'
import { isRecord, type JsonPath, listOf, wordsAt, wordsOf } from '../json/file.ts'
import { keyFrom } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import type { Entry, Tag } from './entries.ts'
import { meaningOf, priorityOf } from './statuses.ts'

type Task = Readonly<Record<string, unknown>>

const markAtMost = 200

export class Tasks {
  readonly #read: JsonRead
  readonly #tag: Tag
  readonly #notes: Notes
  readonly #known: ReadonlySet<string>

  constructor(read: JsonRead, tag: Tag, notes: Notes) {
    this.#read = read
    this.#tag = tag
    this.#notes = notes
    this.#known = new Set(tag.entries.map(({ key }) => key))
  }

  draft(entry: Entry, task: Task): Draft {
    const { path, key } = entry
    const above = this.#tag.entries[entry.parent]
    const title = wordsOf(task.title).trim() || wordsOf(task.description).trim() || key
    const criteria = [...listOf(task.acceptanceCriteria).flatMap(criteriaIn), ...criteriaIn(wordsOf(task.testStrategy))]
    const labels = listOf(task.tags).map((label) => quoted(label))
    const owner = quoted(wordsOf(task.assignee))
    const priority = this.#priority(path, task)
    return {
      key,
      title,
      brief: briefOf(task, title),
      place: this.#read.at([...path, 'id']),
      after: this.#after(entry, above, task),
      ...this.#status(key, path, task),
      ...(above === undefined ? {} : { parent: above.key }),
      ...(criteria.length === 0 ? {} : { exitCriteria: criteria }),
      ...(labels.length === 0 ? {} : { labels }),
      ...(owner === '' ? {} : { owner }),
      ...(priority === undefined ? {} : { priority }),
    }
  }

  /** `mark` is what stands there; '' when nothing does. */
  #status(key: string, path: JsonPath, task: Task): Pick<Draft, 'ticked' | 'status' | 'mark'> {
    const at = [...path, 'status']
    const written = this.#read.written(at) ?? ''
    const mark = written.startsWith('"') ? written.slice(1, -1) : written
    const word = typeof task.status === 'string' ? task.status : ''
    const meaning = task.status === undefined || typeof task.status === 'string' ? meaningOf(word) : undefined
    if (meaning === undefined) {
      const text = `${key} has the status "${quoted(mark)}", which Task Master does not know; it is read as open.`
      this.#notes.warning(
        'odd-status',
        this.#read.at(at),
        text,
        'Write pending, in-progress, review, blocked, deferred, done or cancelled.',
      )
    }
    const marked = mark.length > markAtMost ? {} : { mark }
    if (meaning === 'done') return { ticked: true, ...marked }
    return { ticked: false, ...marked, ...(meaning === undefined || meaning === 'open' ? {} : { status: meaning }) }
  }

  #priority(path: JsonPath, { priority }: Task): number | undefined {
    if (priority === undefined || priority === null || priority === '') return undefined
    const found = priorityOf(wordsOf(priority))
    if (found === undefined) {
      const at = this.#read.at([...path, 'priority'])
      const text = `"${quoted(wordsOf(priority))}" is no priority of Task Master.`
      this.#notes.warning('odd-priority', at, text, 'Write critical, high, medium or low.')
    }
    return found
  }

  #after(entry: Entry, above: Entry | undefined, task: Task): Draft['after'] & object {
    const { dependencies } = task
    if (!Array.isArray(dependencies)) {
      if (dependencies !== undefined && dependencies !== null) {
        const text = `The dependencies of ${entry.key} are no list, so they hold nothing back.`
        const at = this.#read.at([...entry.path, 'dependencies'])
        this.#notes.warning('odd-dependencies', at, text, 'Write them as [1, "3.2"].')
      }
      return []
    }
    return dependencies.flatMap((_, at) => {
      const path = [...entry.path, 'dependencies', at]
      const said = wordsAt(this.#read, path)?.trim() ?? ''
      return said === '' ? [] : [{ key: this.#target(said, above), at: this.#read.at(path) }]
    })
  }

  /** In a subtask, 2 is the second one beside it; only when there is none, the task of that number. */
  #target(said: string, above: Entry | undefined): string {
    const beside = above === undefined ? undefined : keyFrom(`${above.key}.${said}`)
    if (beside !== undefined && this.#known.has(beside)) return beside
    const whole = keyFrom(said)
    return whole !== undefined && this.#known.has(whole) ? whole : said
  }
}

/** Everything that an agent needs, as Markdown. How far it is does not stand here, so that it stays the same from start to end. */
function briefOf(task: Task, title: string): string {
  const parts = [title]
  const description = wordsOf(task.description).trim()
  if (description !== '' && description !== title) parts.push('', description)
  for (const [name, heading] of sections) {
    const lines = listOf(task[name]).map((one) => one.trim())
    if (lines.length > 0) parts.push('', `## ${heading}`, '', lines.length === 1 ? (lines[0] ?? '') : bullets(lines))
  }
  if (Array.isArray(task.relevantFiles)) {
    const files = task.relevantFiles.filter(isRecord).map((one) => {
      const said = [wordsOf(one.action), wordsOf(one.description)].filter((word) => word !== '').join(': ')
      return `\`${wordsOf(one.path)}\`${said === '' ? '' : ` (${said})`}`
    })
    if (files.length > 0) parts.push('', '## Files', '', bullets(files))
  }
  const complexity = wordsOf(task.complexity)
  if (complexity !== '')
    parts.push('', `Complexity: ${complexity}${typeof task.complexity === 'number' ? ' of 10' : ''}`)
  return parts.join('\n')
}

const sections = [
  ['details', 'Details'],
  ['implementationApproach', 'How to go about it'],
  ['codebasePatterns', 'Patterns to follow'],
  ['technicalConstraints', 'Constraints'],
  ['acceptanceCriteria', 'Acceptance criteria'],
  ['testStrategy', 'Test strategy'],
] as const

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n')
}

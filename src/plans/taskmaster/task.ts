// Makes one draft of a task or subtask of Task Master: its words for the agent, what it waits for, and how far it is.
import type { JsonRead } from '../../core/text/json.ts'
import { wordsOf as wordsIn } from '../../core/text/json-cursor.ts'
import { quoted } from '../../core/text/neutral.ts'
import { criteriaIn } from '../json/criteria.ts'
import { isRecord, listOf, wordsOf } from '../json/file.ts'
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

  draft(entry: Entry): Draft {
    const { key, task } = entry
    const above = this.#tag.entries[entry.parent]
    const title = wordsOf(task.title).trim() || wordsOf(task.description).trim() || key
    const criteria = [...listOf(task.acceptanceCriteria).flatMap(criteriaIn), ...criteriaIn(wordsOf(task.testStrategy))]
    const labels = listOf(task.tags).map((label) => quoted(label))
    const owner = task.assignee === undefined ? '' : quoted(wordsOf(task.assignee))
    const priority = this.#priority(entry)
    return {
      key,
      title,
      brief: briefOf(task, title),
      place: this.#read.place(entry.id?.at ?? entry.start),
      after: this.#after(entry, above),
      ...this.#status(entry),
      ...(above === undefined ? {} : { parent: above.key }),
      ...(criteria.length === 0 ? {} : { exitCriteria: criteria }),
      ...(labels.length === 0 ? {} : { labels }),
      ...(owner === '' ? {} : { owner }),
      ...(priority === undefined ? {} : { priority }),
    }
  }

  /** `mark` is what stands there; '' when nothing does. */
  #status({ key, start, status, task }: Entry): Pick<Draft, 'ticked' | 'status' | 'mark'> {
    const written = status?.text ?? ''
    const mark = written.startsWith('"') ? written.slice(1, -1) : written
    const plain = task.status === undefined || typeof task.status === 'string'
    const meaning = plain ? meaningOf(wordsOf(task.status)) : undefined
    if (meaning === undefined) {
      const text = `${key} has the status "${quoted(mark)}", which Task Master does not know; it is read as open.`
      const remedy = 'Write pending, in-progress, review, blocked, deferred, done or cancelled.'
      this.#notes.warning('odd-status', this.#read.place(status?.at ?? start), text, remedy)
    }
    const marked = mark.length > markAtMost ? {} : { mark }
    if (meaning === 'done') return { ticked: true, ...marked }
    return { ticked: false, ...marked, ...(meaning === undefined || meaning === 'open' ? {} : { status: meaning }) }
  }

  #priority({ task, start, priority: written }: Entry): number | undefined {
    const { priority } = task
    if (priority === undefined || priority === null || priority === '') return undefined
    const found = priorityOf(wordsOf(priority))
    if (found === undefined) {
      const text = `"${quoted(wordsOf(priority))}" is no priority of Task Master.`
      const at = this.#read.place(written?.at ?? start)
      this.#notes.warning('odd-priority', at, text, 'Write critical, high, medium or low.')
    }
    return found
  }

  #after({ key, dependencies, after }: Entry, above: Entry | undefined): Draft['after'] & object {
    if (dependencies !== undefined && dependencies.text !== '[' && dependencies.text !== 'null') {
      const text = `The dependencies of ${key} are no list, so they hold nothing back.`
      this.#notes.warning('odd-dependencies', this.#read.place(dependencies.at), text, 'Write them as [1, "3.2"].')
    }
    return after.flatMap(({ text, at }) => {
      const said = wordsIn(text).trim()
      return said === '' ? [] : [{ key: this.#target(said, above), at: this.#read.place(at) }]
    })
  }

  /** In a subtask, 2 is the second one beside it; only when there is none, the task of that number. */
  #target(said: string, above: Entry | undefined): string {
    const beside = above === undefined ? '' : `${above.key}.${said}`
    if (this.#known.has(beside)) return beside
    if (this.#known.has(said)) return said
    const apart = beside === '' ? undefined : keyFrom(beside)
    if (apart !== undefined && this.#known.has(apart)) return apart
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
    const said = task[name]
    if (said === undefined) continue
    const lines = listOf(said).map((one) => one.trim())
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

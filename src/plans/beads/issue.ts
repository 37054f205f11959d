// Makes one draft of an issue of beads: everything that whoever works on it needs to read.
import { quoted } from '../../core/text/neutral.ts'
import { criteriaIn } from '../json/criteria.ts'
import { isRecord, listOf, wordsOf } from '../json/file.ts'
import type { JsonLine } from '../json/lines.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import type { Beside, Comment, Link } from './beside.ts'
import { type Issue, meaningOf } from './words.ts'

interface Known {
  readonly id: string
  readonly key: string
  readonly closed: boolean
  readonly links: readonly Link[]
}

const commentsAtMost = 10
const markAtMost = 400

/** Members that closing an issue changes, besides its status. `close_reason` is last: it may say anything. */
export const closing = ['updated_at', 'closed_at', 'close_reason'] as const

/** Its edges and its parent are added when all issues are known. */
export function draftOf(line: JsonLine, file: string, known: Known, beside: Beside, notes: Notes): Draft {
  const { value } = line
  const place = { file, line: line.number, column: 1 }
  const title = wordsOf(value.title).trim() || known.key
  const type = wordsOf(value.issue_type).toLowerCase()
  const labels = [
    ...(type === '' || type === 'task' ? [] : [type]),
    ...listOf(value.labels),
    ...(beside.labels.get(known.id) ?? []),
  ]
  const criteria = criteriaIn(wordsOf(value.acceptance_criteria))
  const owner = quoted(wordsOf(value.assignee) || wordsOf(value.owner))
  const minutes = Number(value.estimated_minutes ?? Number.NaN)
  const comments = [...commentsIn(value.comments), ...(beside.comments.get(known.id) ?? [])]
  return {
    key: known.key,
    title,
    brief: briefOf(value, title, known.links, comments),
    place,
    ...stateOf(line, known, place, notes),
    ...(known.closed ? { writes: [] } : {}),
    ...priorityOf(value.priority, known.key, place, notes),
    ...(criteria.length === 0 ? {} : { exitCriteria: criteria }),
    ...(labels.length === 0 ? {} : { labels: [...new Set(labels.map((label) => quoted(label)))] }),
    ...(owner === '' ? {} : { owner }),
    ...(minutes > 0 && minutes < 1_000_000 ? { estimateMs: minutes * 60_000 } : {}),
  }
}

function stateOf(
  line: JsonLine,
  { key, links }: Known,
  place: Draft['place'],
  notes: Notes,
): Pick<Draft, 'ticked' | 'status' | 'mark'> {
  const { value } = line
  const word = wordsOf(value.status)
  let status = meaningOf(word)
  const marked = markOf(line)
  const mark = marked.length > markAtMost ? {} : { mark: marked }
  if (status === 'done') return { ticked: true, ...mark }
  if (status === undefined) {
    const text = `${key} has the status "${quoted(word)}", which is not one of beads' own; it is read as open.`
    notes.warning('odd-status', place, text, 'Write open, in_progress, blocked, deferred or closed.')
  }
  if (wordsOf(value.issue_type) === 'gate') status = 'blocked'
  if (status === 'open' && wordsOf(value.defer_until) !== '') {
    const text = `${key} is put off until ${quoted(wordsOf(value.defer_until))}; Baton knows no dates, so it may begin at once.`
    notes.warning('defer-until', place, text, 'Give it the status deferred, or delete defer_until.')
  }
  if (status === 'open' && links.some(({ kind }) => kind === 'conditional')) {
    const text = `${key} is only for when something else fails; it is held until somebody lets it go.`
    notes.warning('conditional', place, text, 'Close it when it is not needed.')
    status = 'deferred'
  }
  return { ticked: false, ...mark, ...(status === undefined || status === 'open' ? {} : { status }) }
}

/** The status as it stands there, and behind it the other members that closing changes, so that reopening gives the first bytes back. */
function markOf({ value, read }: JsonLine): string {
  const status = read.written(['status']) ?? ''
  const word = status.startsWith('"') ? status.slice(1, -1) : status
  if (meaningOf(wordsOf(value.status)) === 'done') return word
  const more = closing.filter((name) => value[name] !== undefined)
  return more.length === 0 ? `${word},` : [word, ...more.map((name) => `${name} ${read.written([name])}`)].join(', ')
}

/** 0 is the most urgent for beads, 1 here. */
function priorityOf(said: unknown, key: string, place: Draft['place'], notes: Notes): Pick<Draft, 'priority'> {
  if (said === undefined || said === null) return {}
  const number = typeof said === 'string' ? Number(/^P?(\d)$/i.exec(said)?.[1] ?? Number.NaN) : said
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 4)
    return { priority: number + 1 }
  const text = `${key} has the priority "${quoted(wordsOf(said))}", which is not 0 to 4.`
  notes.warning('odd-priority', place, text, 'Write 0 (most urgent) to 4.')
  return {}
}

const sections = [
  ['design', 'Design'],
  ['acceptance_criteria', 'Acceptance criteria'],
  ['notes', 'Notes'],
] as const

function briefOf(record: Issue, title: string, links: readonly Link[], comments: readonly Comment[]): string {
  const parts = [title]
  const description = wordsOf(record.description).trim()
  if (description !== '' && description !== title) parts.push('', description)
  for (const [name, heading] of sections) {
    const text = wordsOf(record[name]).trim()
    if (text !== '') parts.push('', `## ${heading}`, '', text)
  }
  if (wordsOf(record.issue_type) === 'gate') {
    parts.push(
      '',
      `This is a gate. It waits for ${wordsOf(record.await_type) || 'somebody'} ${wordsOf(record.await_id)}`.trimEnd(),
    )
  }
  const related = links.filter(({ kind, to }) => kind === 'other' && to !== '')
  if (related.length > 0) parts.push('', '## See also', '', ...related.map(({ to, type }) => `- ${to} (${type})`))
  const reference = wordsOf(record.external_ref)
  if (reference !== '') parts.push('', `Also known as ${reference}`)
  const last = comments.filter(({ text }) => text.trim() !== '').slice(-commentsAtMost)
  if (last.length > 0) {
    parts.push(
      '',
      '## Comments',
      ...last.flatMap(({ author, text }) => ['', `${author || 'Somebody'}:`, '', text.trim()]),
    )
  }
  return parts.join('\n')
}

function commentsIn(comments: unknown): readonly Comment[] {
  if (!Array.isArray(comments)) return []
  return comments.filter(isRecord).map((one) => ({ author: wordsOf(one.author), text: wordsOf(one.text) }))
}

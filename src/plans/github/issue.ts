// Makes one draft of an issue on GitHub: its words, who has it, how urgent its labels say it is, and what it waits for.
import type { PlanStatus } from '../../core/nouns/step.ts'
import type { JsonRead } from '../../core/text/json.ts'
import { quoted } from '../../core/text/neutral.ts'
import { isRecord, wordsOf } from '../json/file.ts'
import type { Draft } from '../reading/tree.ts'
import { urgencyOf } from '../reading/urgency.ts'
import type { Issue } from './issues.ts'

const urgency =
  /^(?:prio|priority)?[\s:/_-]{0,3}(critical|urgent|highest|blocker|high|medium|normal|low|lowest|trivial)[\s:/_-]{0,3}(?:prio|priority)?$/
const level = /^(?:prio|priority)?[\s:/_-]{0,3}p?([0-4])$/
const states: readonly (readonly [RegExp, PlanStatus])[] = [
  [/^(?:status|state)?[\s:/_-]{0,3}blocked$/, 'blocked'],
  [/^(?:status|state)?[\s:/_-]{0,3}(?:on[\s_-]?hold|deferred|postponed)$/, 'deferred'],
  [/^(?:status|state)?[\s:/_-]{0,3}(?:in[\s_-]?review|needs[\s_-]?review)$/, 'review'],
  [/^(?:status|state)?[\s:/_-]{0,3}(?:in[\s_-]?progress|wip)$/, 'doing'],
]

export function draftOf(issue: Issue, read: JsonRead): Draft {
  const { key, fields, path, closed, said } = issue
  const labels = namesIn(fields.labels)
  const owner = quoted(loginsIn(fields)[0] ?? '')
  const priority = priorityOf(labels)
  const status = closed ? undefined : statusOf(labels)
  const title = wordsOf(fields.title).trim() || `#${key}`
  const milestone = isRecord(fields.milestone) ? quoted(wordsOf(fields.milestone.title), 200) : ''
  const state = read.written([...path, 'state']) ?? ''
  const mark = state.startsWith('"') ? state.slice(1, -1) : state
  return {
    key,
    title,
    brief: briefOf(issue, title),
    place: read.at([...path, 'number']),
    ticked: closed,
    ...(mark.length > 40 ? {} : { mark }),
    ...(status === undefined ? {} : { status }),
    ...(said.criteria.length === 0 ? {} : { exitCriteria: said.criteria }),
    ...(labels.length === 0 ? {} : { labels: labels.map((label) => quoted(label)) }),
    ...(owner === '' ? {} : { owner }),
    ...(priority === undefined ? {} : { priority }),
    ...(milestone === '' ? {} : { group: milestone }),
  }
}

function briefOf({ key, fields }: Issue, title: string): string {
  const parts = [title]
  const body = wordsOf(fields.body).replaceAll('\r\n', '\n').trim()
  if (body !== '') parts.push('', body)
  const address = wordsOf(fields.html_url) || wordsOf(fields.url)
  parts.push('', address.startsWith('https://') ? `Issue #${key}: ${quoted(address, 300)}` : `Issue #${key}`)
  const comments = Array.isArray(fields.comments) ? fields.comments.filter(isRecord).slice(-10) : []
  if (comments.length > 0) parts.push('', '## Comments')
  for (const { author, user, body: said } of comments) {
    const who = wordsOf(isRecord(author) ? author.login : isRecord(user) ? user.login : '')
    parts.push('', `${who || 'Somebody'}:`, '', wordsOf(said).trim())
  }
  return parts.join('\n')
}

function namesIn(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return []
  return value.map((one) => wordsOf(isRecord(one) ? one.name : one).trim()).filter((name) => name !== '')
}

function loginsIn(fields: Issue['fields']): readonly string[] {
  const list = Array.isArray(fields.assignees) ? fields.assignees : [fields.assignee]
  return list.map((one) => wordsOf(isRecord(one) ? one.login : one)).filter((login) => login !== '')
}

/** The most urgent that any label says: P0 is 1, `priority: high` is 2. */
export function priorityOf(labels: readonly string[]): number | undefined {
  const found = labels.flatMap((label) => {
    const plain = label.toLowerCase()
    const number = /p/.test(plain) ? level.exec(plain)?.[1] : undefined
    const word = urgency.exec(plain)?.[1]
    if (number !== undefined) return [Number(number) + 1]
    return word === undefined || (plain === word && !['critical', 'urgent', 'blocker'].includes(word))
      ? []
      : [urgencyOf(word) ?? 3]
  })
  return found.length === 0 ? undefined : found.reduce((a, b) => Math.min(a, b))
}

function statusOf(labels: readonly string[]): PlanStatus | undefined {
  return states.find(([words]) => labels.some((label) => words.test(label.toLowerCase())))?.[1]
}

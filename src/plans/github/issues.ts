// Lists the issues of an export, from `gh issue list --json` or the REST API, and what each is part of.
import type { JsonRead } from '../../core/text/json.ts'
import { isRecord, type JsonPath, wordsOf } from '../json/file.ts'
import { type Said, saidIn } from './body.ts'

export type Fields = Readonly<Record<string, unknown>>

export interface Issue {
  /** Its number. */
  readonly key: string
  readonly path: JsonPath
  readonly fields: Fields
  readonly closed: boolean
  readonly said: Said
}

export interface Issues {
  readonly all: readonly Issue[]
  /** Index of what each is part of, or -1. */
  readonly parents: readonly number[]
  /** `owner/name`, or '' when no address says it. */
  readonly repository: string
  readonly pulls: number
  /** Entries of the list that are no issues. */
  readonly odd: readonly JsonPath[]
}

const issuesAtMost = 50_000

export function issuesIn(value: unknown): Issues {
  const { list, path } = listIn(value)
  const repository = list.map((one) => repositoryOf(isRecord(one) ? one : {})).find((one) => one !== '') ?? ''
  const all: Issue[] = []
  const odd: JsonPath[] = []
  let pulls = 0
  for (const [at, fields] of list.entries()) {
    if (all.length >= issuesAtMost) break
    if (!isRecord(fields) || !Number.isSafeInteger(fields.number)) odd.push([...path, at])
    else if (isPull(fields)) pulls += 1
    else {
      const closed = wordsOf(fields.state).toLowerCase() === 'closed'
      all.push({
        key: String(fields.number),
        path: [...path, at],
        fields,
        closed,
        said: saidIn(wordsOf(fields.body), repository),
      })
    }
  }
  return { all, parents: parentsOf(all), repository, pulls, odd }
}

export function listIn(value: unknown): { list: readonly unknown[]; path: JsonPath } {
  if (Array.isArray(value)) return { list: value, path: [] }
  for (const name of ['issues', 'items', 'nodes']) {
    const list = isRecord(value) ? value[name] : undefined
    if (Array.isArray(list)) return { list, path: [name] }
  }
  return { list: [], path: [] }
}

export function isCut(value: unknown): boolean {
  return listIn(value).list.length > issuesAtMost
}

function repositoryOf(fields: Fields): string {
  const address = wordsOf(fields.html_url) || wordsOf(fields.url)
  const [, owner, name] =
    /^https:\/\/[^/]{1,200}\/(?:repos\/)?([\w.-]{1,100})\/([\w.-]{1,100})\/issues\/\d/.exec(address) ?? []
  return owner === undefined ? '' : `${owner}/${name}`
}

function isPull(fields: Fields): boolean {
  const address = wordsOf(fields.html_url) || wordsOf(fields.url)
  return fields.isPullRequest === true || isRecord(fields.pull_request) || /\/pull\/\d+$/.test(address)
}

/** What GitHub says itself comes first, then the task lists in bodies. Nothing becomes part of its own parts. */
function parentsOf(all: readonly Issue[]): readonly number[] {
  const index = new Map(all.map(({ key }, at) => [key, at]))
  const parents = all.map(() => -1)
  const join = (part: number | undefined, whole: number | undefined): void => {
    if (part === undefined || whole === undefined || parents[part] !== -1) return
    for (let above = whole, level = 0; above >= 0; above = parents[above] ?? -1, level += 1) {
      if (above === part || level > 64) return
    }
    parents[part] = whole
  }
  for (const [at, { fields }] of all.entries()) {
    join(
      at,
      index.get(numbersIn(fields.parent)[0] ?? /\/issues\/(\d+)$/.exec(wordsOf(fields.parent_issue_url))?.[1] ?? ''),
    )
    for (const part of numbersIn(fields.subIssues)) join(index.get(part), at)
  }
  for (const [at, { said }] of all.entries()) for (const { target } of said.parts) join(index.get(target), at)
  return parents
}

/** The numbers in what `gh` prints for parent, subIssues, blockedBy and blocking. */
export function numbersIn(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : isRecord(value) && Array.isArray(value.nodes) ? value.nodes : [value]
  return list.flatMap((one) => {
    const number = isRecord(one) ? one.number : one
    return Number.isSafeInteger(number) ? [String(number)] : []
  })
}

/** Where a mention stands: a string is one line in JSON, so only its column has to be found. */
export function columnOf(read: JsonRead, issue: Issue, target: string, at: number): number {
  const written = read.written([...issue.path, 'body']) ?? ''
  const number = `${/\d+$/.exec(target)?.[0] ?? ''}`
  const body = wordsOf(issue.fields.body)
  let nth = 0
  for (let found = body.indexOf(number); found >= 0 && found <= at; found = body.indexOf(number, found + 1)) nth += 1
  let column = written.indexOf(number)
  for (; nth > 0 && column >= 0; nth -= 1) column = written.indexOf(number, column + 1)
  return (read.at([...issue.path, 'body']).column ?? 1) + Math.max(column, 0)
}

// Reads the cards of vibe-kanban from either export: the issues.csv of the cloud, or tasks as JSON from the local board.
import type { Place } from '../../core/nouns/plan.ts'
import { isRecord, type JsonPath, openJson, wordsOf } from '../json/file.ts'
import { readable } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'
import { type Csv, type Field, readCsv } from './csv.ts'

export interface KanbanCard {
  readonly id: string
  readonly title: string
  readonly description: string
  readonly status: string
  /** As it is written; '' when there is none. */
  readonly mark: string
  readonly priority: string
  readonly project: string
  readonly owner: string
  readonly parent: string
  readonly place: Place
  readonly statusPlace: Place
}

export function isCsv(file: string): boolean {
  return /\.csv$/i.test(file)
}

export function cardsIn(bytes: Uint8Array, file: string, notes: Notes): readonly KanbanCard[] {
  return isCsv(file) ? csvCards(bytes, file, notes) : jsonCards(bytes, file, notes)
}

/** The list of tasks, however deep the tool that fetched it left it wrapped. */
function listIn(value: unknown): { readonly list: readonly unknown[]; readonly path: JsonPath } {
  if (Array.isArray(value)) return { list: value, path: [] }
  for (const path of [['tasks'], ['issues'], ['data'], ['data', 'tasks'], ['data', 'issues']]) {
    let now: unknown = value
    for (const key of path) now = isRecord(now) ? now[key] : undefined
    if (Array.isArray(now)) return { list: now, path }
  }
  return { list: [], path: [] }
}

function jsonCards(bytes: Uint8Array, file: string, notes: Notes): readonly KanbanCard[] {
  const read = openJson(bytes, file, notes)
  const { list, path } = listIn(read?.value)
  // In the cloud a card is called VK-12, and its parent by its long number.
  const called = new Map(
    list.filter(isRecord).map((card) => [wordsOf(card.id), wordsOf(card.simple_id) || wordsOf(card.id)]),
  )
  return list.flatMap((card, index): readonly KanbanCard[] => {
    const own = [...path, index]
    if (read === undefined) return []
    if (!isRecord(card)) {
      notes.warning('shape', read.at(own), 'This is no task.', 'Delete it.')
      return []
    }
    const written = read.written([...own, 'status']) ?? ''
    const parent = wordsOf(card.parent_task_id) || wordsOf(card.parent_issue_id) || wordsOf(card.parent_id)
    return [
      {
        id: wordsOf(card.simple_id) || wordsOf(card.id),
        title: wordsOf(card.title),
        description: wordsOf(card.description),
        status: wordsOf(card.status),
        mark: written.startsWith('"') ? written.slice(1, -1) : written,
        priority: wordsOf(card.priority),
        project: wordsOf(card.project) || wordsOf(card.project_name) || wordsOf(card.project_id),
        owner: wordsOf(card.assignee),
        parent: called.get(parent) ?? parent,
        place: read.at([...own, 'id']),
        statusPlace: read.at([...own, 'status']),
      },
    ]
  })
}

/** Index of each column by its heading, whatever its place. */
export function columnsOf(csv: Csv): ReadonlyMap<string, number> {
  return new Map(csv.rows[0]?.map(({ text }, at) => [text.trim().toLowerCase(), at]))
}

function csvCards(bytes: Uint8Array, file: string, notes: Notes): readonly KanbanCard[] {
  if (!readable(bytes, file, notes)) return []
  const csv = readCsv(
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').replaceAll('\0', '\ufffd'),
  )
  if (csv.open !== undefined) {
    const { line, column } = csv.open
    notes.error(
      'syntax',
      { file, line, column },
      'The quote that begins here is never closed.',
      'Close it, or double it.',
    )
    return []
  }
  if (csv.cut)
    notes.error('too-many', { file, line: 1 }, 'This file has too many rows or columns.', 'Export fewer issues.')
  const columns = columnsOf(csv)
  return csv.rows.slice(1).map((row): KanbanCard => {
    const field = (name: string): Field | undefined => row[columns.get(name) ?? -1]
    const said = (name: string): string => field(name)?.text.trim() ?? ''
    const at = (name: string): Place => {
      const { line, column } = field(name) ?? row[0] ?? { line: 1, column: 1 }
      return { file, line, column }
    }
    return {
      id: said('issue id'),
      title: said('title'),
      description: said('description'),
      status: said('status'),
      mark: field('status')?.text ?? '',
      priority: said('priority'),
      project: said('project'),
      owner: said('assignee(s)').split(',')[0]?.trim() ?? '',
      parent: said('parent issue'),
      place: at('issue id'),
      statusPlace: at('status'),
    }
  })
}

// Reads what lies beside issues.jsonl: dependencies, labels and comments, each in a file of its own.
import type { Place } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { wordsOf } from '../json/file.ts'
import { jsonLines } from '../json/lines.ts'
import type { Notes } from '../reading/notes.ts'
import { type EdgeKind, edgeKind, type Issue } from './words.ts'

export interface Comment {
  readonly author: string
  readonly text: string
}

export interface Link {
  readonly to: string
  readonly type: string
  readonly kind: EdgeKind
  readonly at: Place
}

/** What lies in the files beside issues.jsonl, by issue. */
export class Beside {
  readonly links = new Map<string, Link[]>()
  readonly labels = new Map<string, string[]>()
  readonly comments = new Map<string, Comment[]>()
  readonly files: string[] = []
}

export async function besideOf(files: Files, file: string, notes: Notes): Promise<Beside> {
  const beside = new Beside()
  if (!/(?:^|\/)(?:issues|beads)\.jsonl$/i.test(file)) return beside
  const folder = file.slice(0, file.lastIndexOf('/') + 1)
  const each = async (name: string, take: (record: Issue, at: Place, id: string) => void): Promise<void> => {
    const bytes = await files.read(`${folder}${name}`)
    if (bytes === null) return
    beside.files.push(`${folder}${name}`)
    for (const { value, number } of jsonLines(bytes, `${folder}${name}`, notes)) {
      const id = wordsOf(value.issue_id)
      if (id !== '') take(value, { file: `${folder}${name}`, line: number, column: 1 }, id)
    }
  }
  await each('dependencies.jsonl', (record, at, id) => push(beside.links, id, linkOf(record, at)))
  await each('labels.jsonl', (record, _, id) => push(beside.labels, id, wordsOf(record.label)))
  await each('comments.jsonl', (record, _, id) => push(beside.comments, id, commentOf(record)))
  return beside
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const list = map.get(key)
  if (list === undefined) map.set(key, [value])
  else list.push(value)
}

export function linkOf(record: Issue, at: Place): Link {
  const type = wordsOf(record.type).toLowerCase()
  return { to: wordsOf(record.depends_on_id), type, kind: edgeKind(type), at }
}

function commentOf(record: Issue): Comment {
  return { author: wordsOf(record.author), text: wordsOf(record.text) }
}

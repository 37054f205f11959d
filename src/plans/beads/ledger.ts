// Reads issues.jsonl and the files beside it into rows: one for each issue, with what it is part of and what it waits for.
import { isRecord, listOf, wordsOf } from '../json/file.ts'
import { type JsonLine, jsonLines } from '../json/lines.ts'
import { Keys } from '../reading/names.ts'
import type { Notes } from '../reading/notes.ts'
import type { Draft } from '../reading/tree.ts'
import { type Beside, type Link, linkOf } from './beside.ts'
import { draftOf } from './issue.ts'
import { holdsOthers, landedBy, leftOut, meaningOf } from './words.ts'

export interface Row {
  readonly id: string
  readonly key: string
  readonly closed: boolean
  /** It was closed by Baton. */
  readonly landed: boolean
  /** An epic or its like. */
  readonly holder: boolean
  readonly start: number
  readonly end: number
  readonly number: number
  readonly links: readonly Link[]
  /** Of an open issue; of a closed one it is made when it is needed. */
  readonly draft?: Draft
}

export interface Ledger {
  readonly rows: readonly Row[]
  /** Ids that are in the file and no work, with the reason. */
  readonly out: ReadonlyMap<string, string>
  /** Lines that are no issues: memories, headers. */
  readonly others: number
  readonly files: readonly string[]
}

export function readLedger(bytes: Uint8Array, file: string, beside: Beside, notes: Notes): Ledger {
  const rows: Row[] = []
  const out = new Map<string, string>()
  const keys = new Keys(notes)
  let others = 0
  for (const line of jsonLines(bytes, file, notes)) {
    const { value, number, start, end } = line
    const id = wordsOf(value.id)
    const type = wordsOf(value._type)
    if ((type !== '' && type !== 'issue') || (id === '' && value.title === undefined)) {
      others += 1
      continue
    }
    const why = leftOut(value, [...listOf(value.labels), ...(beside.labels.get(id) ?? [])])
    if (why !== undefined) {
      out.set(id, why)
      continue
    }
    const place = { file, line: number, column: 1 }
    if (id === '') {
      notes.error('no-id', place, 'This issue has no id.', 'Give it one, or delete the line.')
      continue
    }
    const key = keys.take(id, place)
    if (key === undefined) continue
    const closed = meaningOf(wordsOf(value.status)) === 'done'
    const links = [...linksIn(line, file, closed), ...(beside.links.get(id) ?? [])]
    const landed = closed && landedBy.test(wordsOf(value.close_reason))
    const row = { id, key, closed, landed, holder: holdsOthers(value), start, end, number, links }
    rows.push(closed ? row : { ...row, draft: draftOf(line, file, row, beside, notes) })
  }
  return { rows, out, others, files: [file, ...beside.files] }
}

/** Where each stands is asked for open issues alone: nobody is told of a closed one's. */
function linksIn({ value, read, number }: JsonLine, file: string, closed: boolean): readonly Link[] {
  const parent = wordsOf(value.parent)
  const above =
    parent === '' ? [] : [{ to: parent, type: 'parent-child', kind: 'parent' as const, at: { file, line: number } }]
  if (!Array.isArray(value.dependencies)) return above
  const links = value.dependencies.flatMap((one: unknown, index) => {
    const place = closed ? { file, line: number, column: 1 } : read.at(['dependencies', index])
    return isRecord(one) ? [linkOf(one, place)] : listOf(one).map((to) => linkOf({ depends_on_id: to }, place))
  })
  return [...links, ...above]
}

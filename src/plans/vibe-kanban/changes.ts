// Writes the column of a card back into an export of vibe-kanban, and no other byte.
import type { PlanChange } from '../../core/nouns/plan.ts'
import { JsonCursor, wordsOf } from '../../core/text/json-cursor.ts'
import { Board } from '../json/board.ts'
import { fromLatin, JsonEdit, latinOf, spliced } from '../json/file.ts'
import { keyFrom } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cardsIn, columnsOf, isCsv, type KanbanCard } from './cards.ts'
import { csvField, readCsv } from './csv.ts'
import { projectIds } from './project.ts'
import { dialectOf } from './words.ts'

type Spot = Pick<KanbanCard, 'id' | 'project' | 'parent' | 'status'>

export function changed(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): Uint8Array | undefined {
  const notes = new Notes()
  const spots = isCsv(file) ? [] : spotsIn(latinOf(bytes))
  const cards: readonly Spot[] = isCsv(file) ? cardsIn(bytes, file, notes) : spots
  if (notes.broken) return undefined
  const projects = Map.groupBy(
    cards.map((card, at) => ({ card, at })),
    ({ card }) => card.project,
  )
  const ids = projectIds([...projects.keys()])
  const wanted = new Map<number, string>()
  for (const [project, own] of projects) {
    const board = boardOf(
      own.map(({ card }) => card),
      file,
    )
    for (const change of changes) {
      if (change.item === ids.get(project) || (change.item === undefined && projects.size === 1)) board.take(change)
    }
    for (const [at, word] of board.wanted) wanted.set(own[at]?.at ?? -1, word)
  }
  return isCsv(file) ? csvWith(bytes, wanted) : jsonWith(bytes, spots, wanted)
}

function boardOf(cards: readonly Spot[], file: string): Board {
  const keys = cards.map(({ id }) => keyFrom(id) ?? '')
  const index = new Map(keys.map((key, at) => [key, at]))
  const own = cards.map(({ parent, status }, at) => {
    return { key: keys[at] ?? '', parent: index.get(keyFrom(parent) ?? '-') ?? -1, word: status }
  })
  return new Board(own, dialectOf(isCsv(file)))
}

interface JsonSpot extends Spot {
  readonly start: number
  readonly end: number
}

const wrapped = ['tasks', 'issues', 'data']
const asked = 'id simple_id status project project_name project_id parent_task_id parent_issue_id parent_id'.split(' ')

/** Every card in the text, as `cardsIn` gives them. */
function spotsIn(text: string): readonly JsonSpot[] {
  const cursor = new JsonCursor(text)
  const found: { fields: Map<string, string>; start: number; end: number }[] = []
  const list = (): void => {
    cursor.elements((_, start) => {
      if (!cursor.isObject) return
      const fields = new Map<string, string>()
      cursor.members((key) => {
        if (asked.includes(key)) fields.set(key, fromLatin(wordsOf(cursor.written())))
      })
      found.push({ fields, start, end: cursor.at })
    })
  }
  const under = (depth: number): void => {
    if (cursor.isList) list()
    else if (depth < 2 && cursor.isObject) cursor.members((key) => void (wrapped.includes(key) && under(depth + 1)))
  }
  under(0)
  const said = ({ fields }: (typeof found)[number], ...names: readonly string[]): string => {
    return names.map((name) => fields.get(name) ?? '').find((word) => word !== '') ?? ''
  }
  const called = new Map(found.map((card) => [said(card, 'id'), said(card, 'simple_id', 'id')]))
  return found.map((card) => {
    const parent = said(card, 'parent_task_id', 'parent_issue_id', 'parent_id')
    return {
      id: said(card, 'simple_id', 'id'),
      project: said(card, 'project', 'project_name', 'project_id'),
      parent: called.get(parent) ?? parent,
      status: said(card, 'status'),
      start: card.start,
      end: card.end,
    }
  })
}

function jsonWith(
  bytes: Uint8Array,
  spots: readonly JsonSpot[],
  wanted: ReadonlyMap<number, string>,
): Uint8Array | undefined {
  const text = latinOf(bytes)
  const splices = [...wanted].flatMap(([card, word]) => {
    const { start = 0, end = 0 } = spots[card] ?? {}
    const edit = new JsonEdit(text, start, end)
    if (word === (edit.mark(['status']) ?? '')) return []
    if (word === '') edit.drop(['status'])
    else edit.mend(['status'], word)
    return edit.splices
  })
  return spliced(bytes, splices)
}

/** The bytes as Latin-1, so that offsets in the text are offsets in the file. */
function csvWith(bytes: Uint8Array, wanted: ReadonlyMap<number, string>): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const csv = readCsv(text)
  const column = columnsOf(csv).get('status') ?? -1
  const parts: string[] = []
  let from = 0
  for (const [card, word] of [...wanted].sort(([a], [b]) => a - b)) {
    const field = csv.rows[card + 1]?.[column]
    if (field === undefined) continue
    const put = csvField(word)
    const whole = text[field.start] === '"' ? `"${word.replaceAll('"', '""')}"` : put
    parts.push(text.slice(from, field.start), Buffer.from(whole).toString('latin1'))
    from = field.end
  }
  const written = parts.join('') + text.slice(from)
  return written === text ? undefined : Buffer.from(written, 'latin1')
}

// Writes the column of a card back into an export of vibe-kanban, and no other byte.
import type { PlanChange } from '../../core/nouns/plan.ts'
import { JsonCursor, wordsOf } from '../../core/text/json-cursor.ts'
import { Board, type Card } from '../json/board.ts'
import { fromLatin, JsonEdit, latinOf, spliced } from '../json/file.ts'
import { Notes } from '../reading/notes.ts'
import { cardsIn, columnsOf, isCsv } from './cards.ts'
import { csvField, readCsv } from './csv.ts'
import { projectIds } from './project.ts'
import { dialectOf } from './words.ts'

interface Spot extends Card {
  readonly project: string
}

export function changed(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): Uint8Array | undefined {
  const notes = new Notes()
  const text = isCsv(file) ? '' : latinOf(bytes)
  const spots = isCsv(file) ? [] : spotsIn(text)
  const cards: readonly Spot[] = isCsv(file) ? csvSpots(bytes, file, notes) : spots
  if (notes.broken) return undefined
  const projects = [...new Set(cards.map(({ project }) => project))]
  const ids = projectIds(projects)
  const wanted = new Map<number, string>()
  for (const project of projects) {
    const own = changes.filter(({ item }) => item === ids.get(project) || (item === undefined && projects.length === 1))
    if (own.length === 0) continue
    const places =
      projects.length === 1 ? undefined : cards.flatMap((card, at) => (card.project === project ? [at] : []))
    const board = new Board(places?.map((at) => cards[at] as Spot) ?? cards, dialectOf(isCsv(file)))
    for (const change of own) board.take(change)
    for (const [at, word] of board.wanted) wanted.set(places?.[at] ?? at, word)
  }
  return isCsv(file) ? csvWith(bytes, wanted) : jsonWith(bytes, text, spots, wanted)
}

function csvSpots(bytes: Uint8Array, file: string, notes: Notes): readonly Spot[] {
  return cardsIn(bytes, file, notes).map(({ id, parent, status, project }) => ({ id, parent, word: status, project }))
}

interface JsonSpot extends Spot {
  readonly start: number
  readonly end: number
}

const wrapped = ['tasks', 'issues', 'data']

/** Every card in the text, as `cardsIn` gives them. */
function spotsIn(text: string): readonly JsonSpot[] {
  const cursor = new JsonCursor(text)
  const found: JsonSpot[] = []
  /** In the cloud a card is called VK-12, and its parent by its long number. */
  const called = new Map<string, string>()
  let nested = false
  const list = (): void => {
    cursor.elements((_, start) => {
      if (!cursor.isObject) return
      const card = fieldsIn(cursor)
      const id = card.simple || card.id
      if (card.simple !== '') called.set(card.id, id)
      nested ||= card.parent !== ''
      found.push({ id, parent: card.parent, word: card.status, project: card.project, start, end: cursor.at })
    })
  }
  const under = (depth: number): void => {
    if (cursor.isList) list()
    else if (depth < 2 && cursor.isObject) cursor.members((key) => void (wrapped.includes(key) && under(depth + 1)))
  }
  under(0)
  if (!nested || called.size === 0) return found
  return found.map((card) => ({ ...card, parent: called.get(card.parent) ?? card.parent }))
}

const projects = ['project', 'project_name', 'project_id']
const parents = ['parent_task_id', 'parent_issue_id', 'parent_id']

function fieldsIn(cursor: JsonCursor): { id: string; simple: string; status: string; project: string; parent: string } {
  let [id, simple, status] = ['', '', '']
  const project = ['', '', '']
  const parent = ['', '', '']
  cursor.members((key) => {
    if (key === 'id') id = cursor.written()
    else if (key === 'simple_id') simple = cursor.written()
    else if (key === 'status') status = cursor.written()
    else if (key.startsWith('p')) {
      const [one, other] = [projects.indexOf(key), parents.indexOf(key)]
      if (one >= 0) project[one] = wordsOf(cursor.written())
      else if (other >= 0) parent[other] = wordsOf(cursor.written())
    }
  })
  const words = (written: string): string => (written === '' ? '' : fromLatin(wordsOf(written)))
  return {
    id: words(id),
    simple: words(simple),
    status: words(status),
    project: fromLatin(project.find((one) => one !== '') ?? ''),
    parent: fromLatin(parent.find((one) => one !== '') ?? ''),
  }
}

function jsonWith(
  bytes: Uint8Array,
  text: string,
  spots: readonly JsonSpot[],
  wanted: ReadonlyMap<number, string>,
): Uint8Array | undefined {
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

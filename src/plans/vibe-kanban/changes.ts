// Writes the column of a card back into an export of vibe-kanban, and no other byte.
import type { PlanChange } from '../../core/nouns/plan.ts'
import { Board } from '../json/board.ts'
import { JsonEdit } from '../json/file.ts'
import { keyFrom } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cardsIn, columnsOf, isCsv, type KanbanCard, listIn } from './cards.ts'
import { csvField, readCsv } from './csv.ts'
import { projectIds } from './project.ts'
import { dialectOf } from './words.ts'

export function changed(bytes: Uint8Array, file: string, changes: readonly PlanChange[]): Uint8Array | undefined {
  const notes = new Notes()
  const cards = cardsIn(bytes, file, notes)
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
  return isCsv(file) ? csvWith(bytes, wanted) : jsonWith(bytes, wanted)
}

function boardOf(cards: readonly KanbanCard[], file: string): Board {
  const keys = cards.map(({ id }) => keyFrom(id) ?? '')
  const index = new Map(keys.map((key, at) => [key, at]))
  const own = cards.map(({ parent, status }, at) => {
    return { key: keys[at] ?? '', parent: index.get(keyFrom(parent) ?? '-') ?? -1, word: status }
  })
  return new Board(own, dialectOf(isCsv(file)))
}

function jsonWith(bytes: Uint8Array, wanted: ReadonlyMap<number, string>): Uint8Array | undefined {
  const edit = new JsonEdit(bytes)
  const { list, path } = listIn(edit.read.value)
  // A card is what is an object, so that the numbers are those that were read.
  const cards = list.flatMap((card, at) =>
    typeof card === 'object' && card !== null && !Array.isArray(card) ? [at] : [],
  )
  for (const [card, word] of wanted) {
    const own = [...path, cards[card] ?? -1, 'status']
    if (word === (edit.mark(own) ?? '')) continue
    if (word === '') edit.drop(own)
    else edit.mend(own, word)
  }
  return edit.bytes()
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

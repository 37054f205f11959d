// Closes and opens issues in an export: one word in the bytes of one issue.
import type { PlanChange } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { JsonCursor, wordsOf as wordsIn } from '../../core/text/json-cursor.ts'
import { Board, type Card, type Dialect } from '../json/board.ts'
import { JsonEdit, latinOf, spliced } from '../json/file.ts'
import { issuesIn } from './issues.ts'

/** Open and closed is all there is, in the letters of the file: `gh` writes OPEN, the REST API open. */
const dialect: Dialect = {
  wordFor: (status: PlanStatus, now: string): string | undefined => {
    const word = status === 'done' || status === 'cancelled' ? 'closed' : 'open'
    return now !== '' && now === now.toLowerCase() ? word : word.toUpperCase()
  },
  meaningOf: (word: string): PlanStatus => (word.toLowerCase() === 'closed' ? 'done' : 'open'),
}

/** An issue in the text: its number, its state, and where it is. */
interface Spot extends Card {
  readonly start: number
  readonly end: number
}

/** Anything by which one issue may be part of another. */
const joins = /\[[ xX]\][ \t]{1,8}(?:#|https:|[\w.-]{1,100}\/)|"parent|"subIssues"/

export function changed(bytes: Uint8Array, changes: readonly PlanChange[]): Uint8Array | undefined {
  const text = latinOf(bytes)
  const spots = spotsIn(text)
  const upward = changes.some(
    (change) => (change.kind === 'tick' || change.kind === 'untick') && change.upward === true,
  )
  const board = new Board(upward && joins.test(text) ? joined(text, spots) : spots, dialect)
  for (const change of changes) board.take(change)
  const splices = [...board.wanted].flatMap(([at, word]) => {
    const { start = 0, end = 0 } = spots[at] ?? {}
    const edit = new JsonEdit(text, start, end)
    if (word === (edit.mark(['state']) ?? '')) return []
    if (word === '') edit.drop(['state'])
    else edit.mend(['state'], word)
    const closed = String(dialect.meaningOf(word) === 'done')
    const written = edit.read.written(['closed'])
    if ((written === 'true' || written === 'false') && written !== closed) edit.set(['closed'], closed)
    return edit.splices
  })
  return spliced(bytes, splices)
}

/** Every issue with a number, in the order in which `issuesIn` gives them. */
function spotsIn(text: string): readonly Spot[] {
  const spots: Spot[] = []
  const cursor = new JsonCursor(text)
  const list = (): void => {
    cursor.elements((_, start) => {
      let number = ''
      let word = ''
      cursor.members((key) => {
        if (key === 'number') number = cursor.written()
        else if (key === 'state') word = wordsIn(cursor.written())
      })
      spots.push({ id: number, parent: '', word, start, end: cursor.at })
    })
  }
  if (cursor.isList) list()
  else {
    cursor.members((key) => {
      if (cursor.isList && ['issues', 'items', 'nodes'].includes(key)) list()
    })
  }
  return spots
}

/** The same, each with what it is part of. */
function joined(text: string, spots: readonly Spot[]): readonly Spot[] {
  const { all, parents } = issuesIn(new JsonEdit(text).read.value)
  const above = new Map(all.map(({ key }, at) => [key, all[parents[at] ?? -1]?.key ?? '']))
  return spots.map((spot) => ({ ...spot, parent: above.get(spot.id) ?? '' }))
}

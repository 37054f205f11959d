// How many items were open and in progress as each day ended: what a line of a day stands on.
import type { Life, Span } from './life.ts'
import { dayMs, held, type Measures } from './measures.ts'

/** At this time so many more, or fewer, were there. */
export interface Move {
  readonly at: number
  readonly open: number
  readonly inProgress: number
  readonly owner: string
}

/** `byOwner`: an item that changes hands leaves one and comes to another. */
export function movesOf(life: Life, byOwner: boolean): Move[] {
  return life.spans.flatMap((span) => {
    const { openedAt, endedAt } = span
    const until = endedAt ?? Number.MAX_SAFE_INTEGER
    const parts = byOwner ? held(life.tenures, openedAt, until) : []
    // One that was over at once was there all the same.
    return (parts.length === 0 ? [[openedAt, until, span.openedBy] as const] : parts).flatMap((part) =>
      movesIn(span, part),
    )
  })
}

function movesIn({ begunAt, endedAt }: Span, [since, until, owner]: readonly [number, number, string]): Move[] {
  const moves: Move[] = [{ at: since, open: 1, inProgress: 0, owner }]
  const last = until === (endedAt ?? Number.MAX_SAFE_INTEGER)
  const begun = begunAt !== undefined && (begunAt < until || (last && begunAt === until))
  if (begunAt !== undefined && begun) moves.push({ at: Math.max(begunAt, since), open: 0, inProgress: 1, owner })
  if (!last || endedAt !== undefined) moves.push({ at: until, open: -1, inProgress: begun ? -1 : 0, owner })
  return moves
}

/** Writes into each day what stood at its end. */
export function standingBy(days: readonly (readonly [number, Measures])[], moves: Move[]): void {
  moves.sort((a, b) => a.at - b.at)
  let [next, open, inProgress] = [0, 0, 0]
  for (const [day, found] of days) {
    for (let move = moves[next]; move !== undefined && move.at < (day + 1) * dayMs; move = moves[++next]) {
      open += move.open
      inProgress += move.inProgress
    }
    Object.assign(found, { items: open, open, inProgress })
  }
}

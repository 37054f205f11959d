// Decides what becomes of items that may be the same work, and of the look at an item before its work begins.
import { openReviews, suspicionsOf } from '../duplicates/reviews.ts'
import type { Suspicion } from '../duplicates/suspicion.ts'
import { type Fact, fact } from '../facts.ts'
import type { Item } from '../nouns/item.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { runOf, type State } from '../state.ts'
import { quoted } from '../text/neutral.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { type Decided, nextId } from './answer.ts'
import { reviewed } from './intake.ts'

const lists = 'baton duplicates list shows what is suspected'

export function suspectDuplicate(state: State, data: Wishes['duplicate.suspect'], wish: Wish): Decided {
  const { item: id, of, why } = data
  const item = state.items.get(id)
  if (item === undefined)
    return refuse('not-found', `item ${id}`, 'it is not open here', 'baton status lists the items')
  const other = state.items.get(of) ?? state.closed.get(of)
  if (other === undefined)
    return refuse(
      'not-found',
      `item ${of}`,
      'no plan with this name has been read here',
      'baton status lists the items',
    )
  if (id === of) return refuse('invalid', `item ${id}`, 'it cannot be a duplicate of itself', 'name two items')
  if (other.workspace !== item.workspace)
    return refuse('invalid', `items ${id} and ${of}`, 'they lie in two repositories', 'name two items of one')
  const before = suspicionsOf(state, id).find((one) => one.settled === undefined && pairs(one, of))
  if (before !== undefined) return refuse('conflict', `items ${id} and ${of}`, `${before.id} says so already`, lists)
  return [suspected(state, 0, { item: id, of, why, likeness: 1, by: wish.by })]
}

function pairs(one: Suspicion, other: string): boolean {
  return one.item === other || one.of === other
}

export function suspected(state: State, ahead: number, said: Omit<Suspicion, 'id' | 'at' | 'settled'>): Fact {
  return fact('duplicate.suspected', said.item, { duplicate: nextId(state, 'duplicate-', ahead), ...said })
}

export function settleDuplicate(state: State, data: Wishes['duplicate.settle'], wish: Wish): Decided {
  const one = state.suspicions.get(data.duplicate)
  if (one === undefined)
    return refuse('not-found', `duplicate ${data.duplicate}`, 'nothing of this name is suspected', lists)
  const { verdict, rationale } = data
  const late = one.settled === undefined || (one.settled.verdict === 'linked' && verdict === 'overturned')
  if (!late)
    return refuse('conflict', one.id, `it is settled: ${one.settled?.verdict} by ${one.settled?.by ?? ''}`, lists)
  if (rationale.trim() === '') return refuse('invalid', one.id, 'it needs a rationale', 'add --why "…"')
  const into = data.into ?? one.of
  const ends = verdict === 'merged' || verdict === 'closed'
  if (ends && into !== one.item && into !== one.of)
    return refuse('invalid', `into ${into}`, `${one.id} is about ${one.item} and ${one.of}`, 'name one of these two')
  const over = into === one.item ? one.of : one.item
  const item = state.items.get(over)
  if (ends && goesOnAs(state, into) === over)
    return refuse('conflict', `end of ${over}`, `${into} is over, and its work goes on as ${over}`, `let ${over} go on`)
  const unfit = ends ? unfitToEnd(state, over, item) : undefined
  if (unfit !== undefined) return unfit
  const goesOn = ends ? { into } : {}
  const settled = fact('duplicate.settled', one.item, { duplicate: one.id, verdict, ...goesOn, rationale, by: wish.by })
  if (!ends || item === undefined) return [settled, ...mooted(state, one, [one.item, one.of])]
  const why = `${verdict === 'merged' ? 'merged into' : 'a duplicate of'} ${into}: ${quoted(rationale, 200)}`
  const closed = fact('item.closed', item.id, { id: item.id, why, duplicateOf: into })
  return [settled, ...ended(state, item, why), ...mooted(state, one, [into]), closed]
}

/** Under which item the work of one goes on, through all that were merged one after another. */
function goesOnAs(state: State, id: string): string {
  const next = new Map<string, string>()
  for (const { item, of, settled } of state.suspicions.values())
    if (settled?.into !== undefined) next.set(settled.into === item ? of : item, settled.into)
  let at = id
  for (let left = next.size; left > 0 && !state.items.has(at); left--) at = next.get(at) ?? at
  return at
}

function unfitToEnd(state: State, id: string, item: Item | undefined): Refusal | undefined {
  const what = `end of ${id}`
  if (item === undefined)
    return refuse('conflict', what, 'it is over already', 'name with --into which of the two goes on')
  const run = runOf(state, item)
  if (run !== undefined && run.phase !== 'ended')
    return refuse('conflict', what, `${run.id} is still ${run.phase}`, `let it end, or baton cancel ${id}`)
  if (item.active.size > 0) return refuse('conflict', what, 'work is still in flight', `baton status ${id}`)
  if (item.integrate !== undefined || item.integration !== undefined)
    return refuse('conflict', what, 'its branch is being integrated', `baton status ${id}`)
  return undefined
}

/** Nothing that is open is left behind without an end. */
function ended(state: State, item: Item, why: string): Fact[] {
  const facts: Fact[] = []
  for (const gate of state.gates.values())
    if (gate.item === item.id && gate.phase === 'open') facts.push(fact('gate.mooted', item.id, { gate: gate.id, why }))
  for (const one of state.blockers.values())
    if (one.item === item.id && one.endAt === undefined)
      facts.push(fact('blocker.cleared', item.id, { blocker: one.id, by: 'baton', notes: why }))
  return facts
}

/** Who settles the last suspicion has looked: nobody need be asked again whether work may begin. */
function mooted(state: State, one: Suspicion, open: readonly string[]): Fact[] {
  return open.flatMap((id) => {
    const item = state.items.get(id)
    if (item === undefined || state.workspaces.get(item.workspace)?.policy.intake === 'ask') return []
    const left = suspicionsOf(state, id).some((other) => other.settled === undefined && other.id !== one.id)
    if (left) return []
    const why = `${one.id}, which it was about, is settled`
    return openReviews(state, id).map((gate) => fact('gate.mooted', id, { gate: gate.id, why }))
  })
}

/** Whoever was to be asked has the answer now. */
export function reviewIntake(
  state: State,
  { item: id, rationale }: Wishes['intake.review'],
  wish: Wish,
  at: number,
): Decided {
  const item = state.items.get(id)
  if (item === undefined)
    return refuse('not-found', `item ${id}`, 'it is not open here', 'baton status lists the items')
  const review = { by: wish.by, at, answer: 'approve', reasons: [rationale] }
  const answered = openReviews(state, id).map((gate) => fact('gate.answered', id, { gate: gate.id, review }))
  return [...answered, ...reviewed(state, item, wish.by, rationale)]
}

// Folds facts of what may be the same work, and of who looked at it before it began.
import type { Facts } from '../facts.ts'
import type { State } from '../state.ts'

export function duplicateSuspected(state: State, data: Facts['duplicate.suspected'], at: number): void {
  const { duplicate: id, ...said } = data
  state.suspicions.set(id, { id, at, ...said })
}

export function duplicateSettled(state: State, data: Facts['duplicate.settled'], at: number): void {
  const { duplicate, ...settled } = data
  const suspicion = state.suspicions.get(duplicate)
  if (suspicion === undefined) return
  if (suspicion.settled?.verdict === 'linked') {
    unlink(state, suspicion.item, suspicion.of)
    unlink(state, suspicion.of, suspicion.item)
  }
  suspicion.settled = { ...settled, at }
  if (data.verdict === 'overturned' || data.verdict === 'closed') return
  link(state, suspicion.item, suspicion.of)
  link(state, suspicion.of, suspicion.item)
}

function link(state: State, from: string, to: string): void {
  const item = state.items.get(from)
  if (item !== undefined) item.links = [...new Set([...(item.links ?? []), to])]
}

function unlink(state: State, from: string, to: string): void {
  const item = state.items.get(from)
  if (item !== undefined) item.links = (item.links ?? []).filter((one) => one !== to)
}

/** Of two items that are over nobody asks any more; what was settled of them holds when one is opened again. */
export function forgetSuspicions(state: State): void {
  for (const [id, { item, of, settled }] of state.suspicions)
    if (settled === undefined && !state.items.has(item) && !state.items.has(of)) state.suspicions.delete(id)
}

export function intakeReviewed(state: State, data: Facts['intake.reviewed'], at: number): void {
  const { item: id, ...review } = data
  const item = state.items.get(id)
  if (item !== undefined) item.review = { ...review, at }
}

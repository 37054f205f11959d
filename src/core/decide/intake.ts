// Decides what is asked before any work on an item can start: of open checklists, and of what nobody has looked at.

import { openReviews, suspicionsOf } from '../duplicates/reviews.ts'
import type { Suspicion } from '../duplicates/suspicion.ts'
import { type Fact, fact } from '../facts.ts'
import type { Gate } from '../nouns/gate.ts'
import type { Item } from '../nouns/item.ts'
import type { PlanItem } from '../nouns/plan.ts'
import type { State } from '../state.ts'
import { nextId } from './answer.ts'

/** Asked once for each state of the checklists: an answer holds until a box changes, and ticking the last one makes the question moot. */
export function intake(state: State, item: PlanItem, ahead: number): Fact[] {
  const asks = question(item)
  const gates = [...state.gates.values()].filter(
    (gate) => gate.item === item.id && gate.kind === 'intake' && gate.suspects === undefined,
  )
  if (asks !== undefined && gates.some((gate) => gate.asks === asks && holds(gate))) return []
  const facts: Fact[] = gates
    .filter((gate) => gate.phase === 'open')
    .map((gate) => fact('gate.mooted', item.id, { gate: gate.id, why: 'the checklists have changed' }))
  if (asks === undefined) return facts
  const gate = nextId(state, 'gate-', ahead + facts.length)
  const opened = { gate, kind: 'intake' as const, item: item.id, asks, options: ['approve', 'reject'], usual: 'reject' }
  return [...facts, fact('gate.opened', item.id, opened)]
}

function question(item: PlanItem): string | undefined {
  const open = item.openChecklists.filter((list) => list.open > 0)
  if (open.length === 0) return undefined
  const named = open.slice(0, 5).map((list) => `${list.file} (${list.open} of ${list.of})`)
  const more = open.length > 5 ? ` and ${open.length - 5} more` : ''
  return `Checklists of ${item.id} have open boxes: ${named.join(', ')}${more}. Start all the same?`
}

function holds(gate: Gate): boolean {
  return gate.phase === 'open' || (gate.phase === 'answered' && gate.reviews.at(-1)?.answer === 'approve')
}

/** Nothing when the same was there to see as when it was looked at last. */
export function reviewed(state: State, item: Item, by: string, rationale: string): Fact[] {
  const saw = suspicionsOf(state, item.id).map((one) => one.id)
  const before = item.review?.saw
  if (before !== undefined && saw.every((id) => before.includes(id))) return []
  return [fact('intake.reviewed', item.id, { item: item.id, by, rationale, saw })]
}

/** What stands before the first work on an item that nobody has looked at; a person who starts it at a terminal has. */
export function reviewGate(state: State, item: Item, ahead: number): Fact[] {
  const rule = state.workspaces.get(item.workspace)?.policy.intake
  const open = suspicionsOf(state, item.id).filter((one) => one.settled === undefined)
  const unseen = open.filter((one) => item.review?.saw.includes(one.id) !== true)
  if (rule === 'auto' || (unseen.length === 0 && (rule !== 'ask' || item.review !== undefined))) return []
  if (openReviews(state, item.id).length > 0) return []
  const asks = lookQuestion(item, unseen)
  const gate = {
    gate: nextId(state, 'gate-', ahead),
    kind: 'intake' as const,
    item: item.id,
    asks,
    options: ['approve', 'reject'],
    usual: 'approve',
    suspects: unseen.map((one) => one.id),
  }
  return [fact('gate.opened', item.id, gate)]
}

function lookQuestion({ id, title }: Item, unseen: readonly Suspicion[]): string {
  if (unseen.length === 0) return `Nobody has looked at ${id} ("${title}") yet. May work on it begin?`
  const named = unseen.slice(0, 3).map((one) => `${one.item === id ? one.of : one.item} (${one.id}: ${one.why})`)
  const more = unseen.length > 3 ? ` and ${unseen.length - 3} more` : ''
  return `${id} looks like ${named.join(', ')}${more}. May work on it begin all the same?`
}

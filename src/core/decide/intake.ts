// Decides which question open checklists put before any work can start.
import { type Fact, fact } from '../facts.ts'
import type { Gate } from '../nouns/gate.ts'
import type { PlanItem } from '../nouns/plan.ts'
import type { State } from '../state.ts'
import { nextId } from './answer.ts'

/** Asked once for each state of the checklists: an answer holds until a box changes, and ticking the last one makes the question moot. */
export function intake(state: State, item: PlanItem, ahead: number): Fact[] {
  const asks = question(item)
  const gates = [...state.gates.values()].filter((gate) => gate.item === item.id && gate.kind === 'intake')
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

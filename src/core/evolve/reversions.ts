// Folds facts of integrations that are taken back.
import type { Facts } from '../facts.ts'
import { revertedOf } from '../handoffs/compose.ts'
import type { State } from '../state.ts'

export function reversionDecided(state: State, data: Facts['reversion.decided'], at: number, seq: number): void {
  const closed = state.closed.get(data.item)
  if (closed !== undefined) closed.reversion = { why: data.why, by: data.by, at, since: seq }
}

export function reversionOrdered(state: State, data: Facts['reversion.ordered'], _at: number, seq: number): void {
  const reversion = state.closed.get(data.item)?.reversion
  const { ref, expected, commit } = data
  if (reversion !== undefined) reversion.ordered = { ref, expected, commit, since: seq }
}

export function integrationReverted(state: State, data: Facts['integration.reverted'], at: number, seq: number): void {
  const closed = state.closed.get(data.item)
  if (closed?.reversion !== undefined) closed.reversion.done = data.commit
  if (closed === undefined || state.workspaces.get(closed.workspace)?.recorded !== true) return
  closed.owes = [...closed.owes, revertedOf(closed, { of: seq, at, by: data.by, commit: data.commit })]
}

/** The integration stands as it did; whoever wants it back decides so again. */
export function reversionRefused(state: State, data: Facts['reversion.refused']): void {
  const closed = state.closed.get(data.item)
  if (closed !== undefined) delete closed.reversion
}

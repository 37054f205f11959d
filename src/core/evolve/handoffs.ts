// Folds facts of the files that the record keeps beside it.
import type { Facts } from '../facts.ts'
import type { Owed } from '../handoffs/artifact.ts'
import { safeWords } from '../handoffs/compose.ts'
import type { Item } from '../nouns/item.ts'
import { attemptOf, type State } from '../state.ts'

/** Only where the record has begun: from then on what ends leaves a file. `of` is the fact that is folded now. */
export function owe(state: State, item: Item, owed: Omit<Owed, 'of'>): void {
  if (state.workspaces.get(item.workspace)?.recorded !== true) return
  item.owes.push({ ...owed, of: state.seq, outcome: safeWords(owed.outcome) })
}

export function recordBegun(state: State, data: Facts['record.begun']): void {
  const workspace = state.workspaces.get(data.path)
  if (workspace !== undefined) workspace.recorded = true
}

export function handoffWritten(state: State, { item: id, commit, files }: Facts['handoff.written']): void {
  const written = new Set(files.map((one) => one.of))
  const closed = state.closed.get(id)
  if (closed !== undefined) closed.owes = closed.owes.filter((one) => !written.has(one.of))
  const item = state.items.get(id)
  if (item === undefined) return
  item.owes = item.owes.filter((one) => !written.has(one.of))
  if (item.due !== undefined) item.due = item.due.filter((one) => !written.has(one.of))
  if (item.due?.length === 0) delete item.due
  delete item.unwritten
  for (const { attempt, path, digest } of files) {
    const found = attempt === undefined ? undefined : attemptOf(state, attempt)
    if (found !== undefined) found.attempt.handoff = { path, digest, commit }
  }
}

export function handoffMissed(state: State, { item: id, why }: Facts['handoff.missed']): void {
  const item = state.items.get(id)
  if (item !== undefined) item.unwritten = why
}

// Decides what is recorded of the files that are kept beside the record.
import { fact } from '../facts.ts'
import { refuse } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

export function beginRecord(state: State, { path }: Wishes['record.begin']): Decided {
  const workspace = state.workspaces.get(path)
  if (workspace === undefined) return refuse('not-found', path, 'it is no workspace', 'baton init')
  return workspace.recorded === true ? [] : [fact('record.begun', path, { path })]
}

export function writeHandoff(state: State, data: Wishes['handoff.write']): Decided {
  const item = state.items.get(data.item)
  const owes = item === undefined ? (state.closed.get(data.item)?.owes ?? []) : [...(item.due ?? []), ...item.owes]
  const owed = new Set(owes.map((one) => one.of))
  const files = data.files.filter((one) => owed.has(one.of))
  return files.length === 0 ? [] : [fact('handoff.written', data.item, { ...data, files })]
}

export function missHandoff(state: State, data: Wishes['handoff.miss']): Decided {
  const item = state.items.get(data.item)
  if (item === undefined || item.unwritten === data.why) return []
  return [fact('handoff.missed', data.item, data)]
}

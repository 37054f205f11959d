// What of a record goes together when an item or a repository is given away, and what it must not name.
import { Refused, refuse } from '../../core/refusals.ts'
import type { State } from '../../core/state.ts'
import type { Known, Share } from './naming.ts'

/** Throws when the record has nothing of this name. */
export function shareOf(state: State, stream: string): { readonly share: Share; readonly known: Known } {
  const items = new Map<string, string>()
  for (const { id, workspace } of state.items.values()) items.set(id, workspace)
  for (const { id, workspace } of state.closed.values()) items.set(id, workspace)
  const known: Known = { items, folders: new Set([...state.workspaces.keys(), ...state.counts.keys()]) }
  const folder = items.get(stream)
  if (folder !== undefined) return { share: { streams: new Set([stream]), folder }, known }
  if (known.folders.has(stream)) {
    const own = [...items].flatMap(([id, workspace]) => (workspace === stream ? [id] : []))
    return { share: { streams: new Set([stream, ...own]), folder: stream }, known }
  }
  const remedy =
    'name an item that baton status lists, or the folder of a repository; without a name, all of it is given'
  throw new Refused(refuse('not-found', stream, 'the record has no item or repository of this name', remedy))
}

// A rebuildable copy of the state and its tree, so that a start need not fold the whole journal.
import { freeze } from '../core/snapshot.ts'
import type { State } from '../core/state.ts'
import type { Journal } from './journal/journal.ts'
import type { SavedTree } from './journal/verify.ts'
import type { HouseParts } from './parts.ts'

export interface Snapshot {
  readonly tree: SavedTree
  readonly state: unknown
}

/** One that cannot be read is only slow, never wrong: the journal is folded from the beginning instead. */
export async function loadSnapshot(parts: HouseParts): Promise<Snapshot | undefined> {
  const text = await parts.snapshots?.load()
  if (text === undefined) return undefined
  try {
    const read = JSON.parse(text) as Snapshot
    return typeof read === 'object' && read !== null && typeof read.tree === 'object' ? read : undefined
  } catch {
    return undefined
  }
}

export function snapshotText(journal: Journal, state: State): string {
  return JSON.stringify({ tree: journal.tree(), state: freeze(state) } satisfies Snapshot)
}

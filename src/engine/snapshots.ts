// A rebuildable copy of the state and its tree, so that a start need not fold the whole journal; and the state of any earlier moment.
import { evolve } from '../core/evolve/index.ts'
import { freeze } from '../core/snapshot.ts'
import { emptyState, type State } from '../core/state.ts'
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

/** Folded from the beginning, up to entry `seq`; of one stream only when given. */
export async function pastState(journal: Journal, seq: number, stream: string | undefined): Promise<State> {
  const state = emptyState()
  for (let at = 0; at < seq; ) {
    const entries = await journal.read(at, 2000)
    if (entries.length === 0) break
    for (const entry of entries) {
      if (entry.seq > seq) return state
      if (stream === undefined || entry.stream === stream || entry.stream.startsWith('/') || entry.stream === 'house')
        evolve(state, entry)
    }
    at = entries.at(-1)?.seq ?? seq
  }
  return state
}

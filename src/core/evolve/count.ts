// Folds facts of how many agents are wanted and said to run in a folder.
import type { Facts } from '../facts.ts'
import type { Count } from '../nouns/count.ts'
import type { State } from '../state.ts'

/** Invariant: of a workspace there is a count only while somebody outside says that more than nothing runs there. */
export function workspaceDesired(state: State, data: Facts['workspace.desired'], at: number): void {
  const workspace = state.workspaces.get(data.path)
  if (workspace === undefined) seen(state, data.path, at).desired = data.desired
  else workspace.desired = data.desired
}

export function countReported(state: State, data: Facts['count.reported'], at: number): void {
  const count = seen(state, data.path, at)
  count.reported = data.running
  count.reportedAt = at
  keepOnlyIfNeeded(state, data.path)
}

export function countSeen(state: State, data: Facts['count.seen'], at: number): void {
  if (state.counts.has(data.path)) seen(state, data.path, at)
}

export function countLapsed(state: State, data: Facts['count.lapsed']): void {
  const count = state.counts.get(data.path)
  if (count !== undefined) count.reported = 0
  keepOnlyIfNeeded(state, data.path)
}

export function countWentStale(state: State, data: Facts['count.went-stale']): void {
  const count = state.counts.get(data.path)
  if (count === undefined) return
  count.stale = true
  count.reported = 0
}

export function countRemoved(state: State, data: Facts['count.removed']): void {
  state.counts.delete(data.path)
}

/** A folder that was only counted becomes a workspace: from now on its own number is the one that holds. */
export function countOpened(state: State, path: string): void {
  const count = state.counts.get(path)
  if (count === undefined) return
  count.desired = 0
  count.stale = false
  keepOnlyIfNeeded(state, path)
}

function keepOnlyIfNeeded(state: State, path: string): void {
  if (state.workspaces.has(path) && state.counts.get(path)?.reported === 0) state.counts.delete(path)
}

function seen(state: State, path: string, at: number): Count {
  const count = state.counts.get(path) ?? { path, desired: 0, reported: 0, reportedAt: 0, seenAt: at, stale: false }
  count.seenAt = at
  count.stale = false
  state.counts.set(path, count)
  return count
}

// How many agents run and are wanted, folder by folder and in all: worked out from the state whenever it is asked, and never kept.
import { type Count, countedPath, removedAfterMs, reportLastsMs, staleAfterMs } from './nouns/count.ts'
import type { Workspace } from './nouns/workspace.ts'
import type { State } from './state.ts'

export interface Sums {
  readonly running: number
  readonly desired: number
}

export interface Counted extends Sums {
  readonly path: string
  /** Of `running`: attempts of this house. */
  readonly own: number
  /** Of `running`: what somebody outside said last. */
  readonly reported: number
  /** Nobody has been seen there for a day. */
  readonly stale: boolean
  /** Baton works for it: `desired` is what its scheduler goes by. */
  readonly workspace: boolean
}

/** What a folder is counted as: a workspace as it was opened, any other by the one spelling of its path. */
export function countedAs(state: State, given: string): string | undefined {
  return state.workspaces.has(given) ? given : countedPath(given)
}

/** Zeros for a folder that nobody has spoken of. */
export function countOf(state: State, path: string): Counted {
  return counted(path, state.workspaces.get(path), state.counts.get(path))
}

function counted(path: string, workspace: Workspace | undefined, count: Count | undefined): Counted {
  const own = workspace?.running ?? 0
  const reported = count?.reported ?? 0
  const desired = workspace?.desired ?? count?.desired ?? 0
  const stale = workspace === undefined && count?.stale === true
  return { path, running: own + reported, desired, own, reported, stale, workspace: workspace !== undefined }
}

/** All that were ever spoken of and not removed since, by path. */
export function countsOf(state: State): readonly Counted[] {
  const paths = [...new Set([...state.workspaces.keys(), ...state.counts.keys()])].sort()
  return paths.map((path) => countOf(state, path))
}

/** Invariant: the sum of `countsOf`. */
export function sumsOf(state: State): Sums {
  let [running, desired] = [0, 0]
  for (const workspace of state.workspaces.values()) {
    running += workspace.running
    desired += workspace.desired
  }
  for (const { path, reported, desired: wanted } of state.counts.values()) {
    running += reported
    if (!state.workspaces.has(path)) desired += wanted
  }
  return { running, desired }
}

/** When the clock alone changes something about it: a report lapses, it grows stale, or it is removed. */
export function dueAt(state: State, { path, reported, reportedAt, seenAt, stale }: Count): number | undefined {
  if (reported > 0) return reportedAt + reportLastsMs
  if (state.workspaces.has(path)) return undefined
  return seenAt + (stale ? removedAfterMs : staleAfterMs)
}

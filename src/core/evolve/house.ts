// Folds facts of the house and of workspaces.

import type { Facts } from '../facts.ts'
import { noPolicy, type Workspace } from '../nouns/workspace.ts'
import type { State } from '../state.ts'
import { countOpened } from './count.ts'

export function houseOpened(state: State, data: Facts['house.opened']): void {
  state.epoch = data.epoch
}

export function houseClosed(): void {
  // Kept for the record: the next epoch says everything that matters.
}

export function diskRanLow(state: State): void {
  state.diskLow = true
}

export function diskRecovered(state: State): void {
  state.diskLow = false
}

export function houseRestored(): void {
  // Kept for the record: a rollback is announced, and changes nothing by itself.
}

export function keyPublished(state: State, data: Facts['key.published']): void {
  state.keys.set(data.name, data.key)
}

export function keyRotated(state: State, data: Facts['key.rotated']): void {
  state.keys.set(data.name, data.key)
}

export function checkpointSigned(state: State, data: Facts['checkpoint.signed']): void {
  state.checkpoint = data.size
}

export function checkpointKept(): void {
  // Kept for the record: what lies at the place itself is asked there.
}

export function checkpointMissed(): void {
  // Kept for the record: nothing waits for it.
}

export function workspaceOpened(state: State, data: Facts['workspace.opened']): void {
  const known = state.workspaces.get(data.path)
  if (known !== undefined) {
    known.baseBranch = data.baseBranch
    return
  }
  state.workspaces.set(data.path, {
    path: data.path,
    clones: '',
    baseBranch: data.baseBranch,
    policy: noPolicy,
    desired: noPolicy.desired,
    running: 0,
  })
  countOpened(state, data.path)
}

export function isolationChosen(state: State, data: Facts['isolation.chosen']): void {
  const workspace = known(state, data.path)
  workspace.isolation = data.isolation
  workspace.clones = data.clones
}

export function workspaceTrusted(state: State, data: Facts['workspace.trusted']): void {
  const workspace = known(state, data.path)
  workspace.trusted = data.digest
  // Records from before a setting was known do not name it.
  workspace.policy = { ...noPolicy, ...data.policy }
  workspace.desired = data.policy.desired
  delete workspace.unweighed
}

function known(state: State, path: string): Workspace {
  const workspace = state.workspaces.get(path)
  if (workspace === undefined) throw new Error(`A fact names the workspace ${path}, which no earlier fact opened.`)
  return workspace
}

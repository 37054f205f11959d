// Which files and locks running work holds, and whether a step would touch them.
import type { Item } from '../nouns/item.ts'
import { busyPhases, type Step } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import { termsOf } from '../policy.ts'
import { runOf, type State } from '../state.ts'

/** What is held now: a path or lock, and the step that holds it. Built for one scheduling, thrown away after it. */
export interface Held {
  readonly files: Map<string, string>
  readonly folders: Map<string, string>
  readonly locks: Map<string, string>
}

export function heldBy(state: State, item: Item, workspace: Workspace): Held {
  const held: Held = { files: new Map(), folders: new Map(), locks: new Map() }
  for (const index of item.active) hold(held, item, item.steps[index] as Step, workspace, state)
  for (const other of state.items.values()) {
    if (other === item || other.workspace !== item.workspace || other.active.size === 0) continue
    for (const index of other.active) holdLocks(held, other, other.steps[index] as Step, workspace, state)
  }
  return held
}

export function hold(held: Held, item: Item, step: Step, workspace: Workspace, state: State): void {
  for (const path of step.spec.writes) (path.endsWith('/') ? held.folders : held.files).set(path, step.id)
  holdLocks(held, item, step, workspace, state)
}

function holdLocks(held: Held, item: Item, step: Step, workspace: Workspace, state: State): void {
  if (!busyPhases.has(step.phase) && step.phase !== 'waiting') return
  if (step.spec.locks.length === 0 && workspace.policy.rules.length === 0) return
  for (const lock of termsOf(workspace, item, step, runOf(state, item)).locks) held.locks.set(lock, step.id)
}

/** The first file or lock that this step would share with running work, or undefined. */
export function clash(
  held: Held,
  step: Step,
  locks: readonly string[],
): { kind: 'file' | 'lock'; on: string; step: string } | undefined {
  for (const lock of locks) {
    const holder = held.locks.get(lock)
    if (holder !== undefined) return { kind: 'lock', on: lock.slice(lock.indexOf('\n') + 1), step: holder }
  }
  for (const path of step.spec.writes) {
    const holder = sameFile(held, path)
    if (holder !== undefined) return { kind: 'file', on: path, step: holder }
  }
  return undefined
}

function sameFile(held: Held, path: string): string | undefined {
  const exact = held.files.get(path) ?? held.folders.get(path)
  if (exact !== undefined) return exact
  for (let cut = path.indexOf('/'); cut >= 0 && held.folders.size > 0; cut = path.indexOf('/', cut + 1)) {
    const holder = held.folders.get(path.slice(0, cut + 1))
    if (holder !== undefined) return holder
  }
  if (!path.endsWith('/')) return undefined
  for (const [file, holder] of [...held.files, ...held.folders]) if (file.startsWith(path)) return holder
  return undefined
}

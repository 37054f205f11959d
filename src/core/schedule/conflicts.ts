// Which files and locks running work holds, and whether a step would touch them.
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import { locksOf } from '../policy.ts'
import type { State } from '../state.ts'

/** What is held now, each with the step that holds it. Built for one scheduling, thrown away after it. */
export interface Held {
  /** Of a whole workspace, whose items share a machine. */
  readonly locks: Map<string, string>
  /** Of one item, whose steps share a branch. */
  readonly paths: Map<string, string>
  /** Folders that a held path lies in. */
  readonly above: Map<string, string>
}

export function locksHeld(state: State, workspace: Workspace): Map<string, string> {
  const locks = new Map<string, string>()
  for (const item of state.items.values()) {
    if (item.workspace !== workspace.path) continue
    for (const index of item.active) {
      const step = item.steps[index] as Step
      for (const lock of locksOf(workspace, step)) locks.set(lock, step.id)
    }
  }
  return locks
}

export function heldBy(item: Item, locks: Map<string, string>): Held {
  const held: Held = { locks, paths: new Map(), above: new Map() }
  for (const index of item.active) holdFiles(held, item.steps[index] as Step)
  return held
}

export function hold(held: Held, step: Step, locks: readonly string[]): void {
  for (const lock of locks) held.locks.set(lock, step.id)
  holdFiles(held, step)
}

function holdFiles(held: Held, step: Step): void {
  for (const written of step.spec.writes) {
    const path = bare(written)
    held.paths.set(path, step.id)
    for (const folder of foldersOf(path)) held.above.set(folder, step.id)
  }
}

/** The first file or lock that this step would share with running work, or undefined. A folder is shared with all that lies in it. */
export function clash(
  held: Held,
  step: Step,
  locks: readonly string[],
): { kind: 'file' | 'lock'; on: string; step: string } | undefined {
  for (const lock of held.locks.size === 0 ? [] : locks) {
    const holder = held.locks.get(lock)
    if (holder !== undefined) return { kind: 'lock', on: lock, step: holder }
  }
  for (const written of held.paths.size === 0 ? [] : step.spec.writes) {
    const path = bare(written)
    const holder = held.paths.get(path) ?? held.above.get(path) ?? first(foldersOf(path), held.paths)
    if (holder !== undefined) return { kind: 'file', on: written, step: holder }
  }
  return undefined
}

function first(names: readonly string[], held: ReadonlyMap<string, string>): string | undefined {
  for (const name of names) if (held.has(name)) return held.get(name)
  return undefined
}

function bare(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}

/** `a/b/c` lies in `a` and `a/b`. */
function foldersOf(path: string): string[] {
  const folders: string[] = []
  for (let cut = path.indexOf('/'); cut >= 0; cut = path.indexOf('/', cut + 1)) folders.push(path.slice(0, cut))
  return folders
}

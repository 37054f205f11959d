// Which version of a workflow holds at a time, and what `<name>@<version>` stands for.
import type { State } from '../state.ts'
import type { Published } from './published.ts'

/** The version comes after the last `@`; a workflow without one has the version ''. */
export function partsOf(workflow: string): { readonly name: string; readonly version: string } {
  const at = workflow.lastIndexOf('@')
  return at < 0 ? { name: workflow, version: '' } : { name: workflow.slice(0, at), version: workflow.slice(at + 1) }
}

export function findVersion(state: State, workflow: string): Published | undefined {
  const { name, version } = partsOf(workflow)
  return state.workflows.get(name)?.find((one) => one.version === version)
}

/** Of those that have come into force and were not taken back, the one that did so last; of two at once, the one published last. */
export function currentVersion(versions: readonly Published[], at: number): Published | undefined {
  let current: Published | undefined
  for (const one of versions) {
    if (one.withdrawn !== undefined || one.effectiveFrom > at) continue
    if (current === undefined || one.effectiveFrom >= current.effectiveFrom) current = one
  }
  return current
}

export type VersionStanding = 'current' | 'coming' | 'superseded' | 'withdrawn'

export function standingOf(versions: readonly Published[], one: Published, at: number): VersionStanding {
  if (one.withdrawn !== undefined) return 'withdrawn'
  if (one.effectiveFrom > at) return 'coming'
  return currentVersion(versions, at) === one ? 'current' : 'superseded'
}

// Every workflow with its versions: built in, published, or only named by an item that is open.
import { z } from 'zod'
import type { State } from '../../core/state.ts'
import { partsOf, standingOf, type VersionStanding } from '../../core/workflows/current.ts'
import { builtInWorkflows } from '../../core/workflows/workflow.ts'
import { views } from '../method.ts'

export interface VersionLine {
  readonly version: string
  readonly standing: VersionStanding | 'built-in' | 'unpublished'
  readonly effectiveFrom?: number
  /** Absent for one that was not published: only its plan says. */
  readonly steps?: number
  /** How many open items go by it. */
  readonly inFlight: number
}

export interface WorkflowLine {
  readonly name: string
  /** Items that are opened now follow it; absent when no version is in force. */
  readonly current?: string
  /** In the order in which they were published. */
  readonly versions: readonly VersionLine[]
}

export interface Workflows {
  readonly seq: number
  readonly workflows: readonly WorkflowLine[]
}

export const workflowList = views({
  name: 'workflow/list',
  needs: 'read',
  caption:
    'Workflows with their versions: which one holds, which are coming, superseded or taken back, and how many items go by each.',
  params: z.strictObject({}),
  view: (state, now): Workflows => {
    const inFlight = inFlightOf(state)
    const known = [
      ...new Set([...builtInWorkflows.map(({ name }) => name), ...state.workflows.keys(), ...inFlight.keys()]),
    ]
    return { seq: state.seq, workflows: known.map((name) => line(state, name, now, inFlight.get(name) ?? new Map())) }
  },
})

/** By name, then by version: how many open items. */
function inFlightOf(state: State): Map<string, Map<string, number>> {
  const found = new Map<string, Map<string, number>>()
  for (const { workflow } of state.items.values()) {
    const { name, version } = partsOf(workflow)
    const counts = found.get(name) ?? new Map<string, number>()
    counts.set(version, (counts.get(version) ?? 0) + 1)
    found.set(name, counts)
  }
  return found
}

function line(state: State, name: string, now: number, inFlight: ReadonlyMap<string, number>): WorkflowLine {
  const versions: VersionLine[] = []
  const add = (one: Omit<VersionLine, 'inFlight'>): void => {
    versions.push({ ...one, inFlight: inFlight.get(one.version) ?? 0 })
  }
  const builtIn = builtInWorkflows.find((one) => one.name === name)
  if (builtIn !== undefined) add({ version: builtIn.version, standing: 'built-in', steps: builtIn.steps.length })
  const published = state.workflows.get(name) ?? []
  for (const one of published) {
    const { version, effectiveFrom, steps } = one
    add({ version, standing: standingOf(published, one, now), effectiveFrom, steps: steps.length })
  }
  for (const version of inFlight.keys())
    if (!versions.some((one) => one.version === version)) add({ version, standing: 'unpublished' })
  const current = versions.find(({ standing }) => standing === 'current' || standing === 'built-in')?.version
  return { name, ...(current === undefined ? {} : { current }), versions }
}

// One workflow: its versions with who published them and why, and the steps of each.
import { z } from 'zod'
import { type Refusal, refuse } from '../../core/refusals.ts'
import type { State } from '../../core/state.ts'
import { currentVersion, partsOf, standingOf, type VersionStanding } from '../../core/workflows/current.ts'
import type { Published } from '../../core/workflows/published.ts'
import { builtInWorkflows, type StepPattern, type Workflow } from '../../core/workflows/workflow.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface VersionView {
  readonly version: string
  readonly standing: VersionStanding | 'built-in'
  readonly effectiveFrom?: number
  readonly published?: { readonly at: number; readonly by: string; readonly why: string; readonly impact: string }
  readonly withdrawn?: { readonly at: number; readonly by: string; readonly why: string; readonly impact: string }
  /** Up to a hundred open items that go by it. */
  readonly items: readonly string[]
  readonly steps: readonly StepPattern[]
}

export interface WorkflowView {
  readonly seq: number
  readonly name: string
  readonly current?: string
  /** The one published last comes first. */
  readonly versions: readonly VersionView[]
  /** How many older ones there are. */
  readonly more: number
}

const mostItems = 100

export const workflowShow = views({
  name: 'workflow/show',
  needs: 'read',
  caption:
    'One workflow: its versions, who published each and why, what it changes, which items go by it, and its steps.',
  params: z.strictObject({ name: itemId, limit: z.int().min(1).max(100).default(10) }),
  view: (state, now, { name, limit }): WorkflowView | Refusal => {
    const builtIn = builtInWorkflows.find((one) => one.name === name)
    const published = state.workflows.get(name) ?? []
    if (builtIn === undefined && published.length === 0)
      return refuse('not-found', `workflow ${name}`, 'nobody has published it', 'baton workflow list')
    const shown = [...published].reverse().slice(0, limit)
    const current = currentVersion(published, now)?.version ?? builtIn?.version
    return {
      seq: state.seq,
      name,
      ...(current === undefined ? {} : { current }),
      versions: [
        ...shown.map((one) => versionOf(state, published, one, now)),
        ...(builtIn === undefined ? [] : [ofHouse(state, builtIn)]),
      ],
      more: published.length - shown.length,
    }
  },
})

function versionOf(state: State, all: readonly Published[], one: Published, now: number): VersionView {
  const { version, effectiveFrom, at, by, why, impact, withdrawn, steps } = one
  return {
    version,
    standing: standingOf(all, one, now),
    effectiveFrom,
    published: { at, by, why, impact },
    ...(withdrawn === undefined ? {} : { withdrawn }),
    items: itemsOf(state, one.name, version),
    steps,
  }
}

function ofHouse(state: State, { name, version, steps }: Workflow): VersionView {
  return { version, standing: 'built-in', items: itemsOf(state, name, version), steps }
}

function itemsOf(state: State, name: string, version: string): string[] {
  const found: string[] = []
  for (const { id, workflow } of state.items.values()) {
    const parts = partsOf(workflow)
    if (parts.name === name && parts.version === version) found.push(id)
    if (found.length === mostItems) break
  }
  return found
}

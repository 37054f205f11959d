// The change log: who published, took back or carried over what and when, with the reason and what it changes.
import { z } from 'zod'
import type { Facts } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { House } from '../../core/ports/house.ts'
import { partsOf } from '../../core/workflows/current.ts'
import type { KeyMove } from '../../core/workflows/published.ts'
import { reads } from '../method.ts'
import { itemId } from '../words.ts'

export interface WorkflowChange {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly kind: 'published' | 'rolled-back' | 'migrated' | 'policy'
  /** The version, as `<name>@<version>`; of a change of policy, the repository. */
  readonly of: string
  /** What holds afterwards: the version before, or the one that an item went over to; of a change of policy, its digest. */
  readonly to?: string
  readonly item?: string
  readonly why: string
  readonly impact: string
  readonly mapping?: readonly KeyMove[]
}

export interface WorkflowChanges {
  readonly seq: number
  /** In their order; of more than `limit`, the newest. */
  readonly changes: readonly WorkflowChange[]
  /** How many older ones there are. */
  readonly more: number
}

const pageEntries = 1000

export const workflowChanges = reads({
  name: 'workflow/changes',
  needs: 'read',
  caption: 'The change log of workflows, and of the configuration that was trusted: author, time, reason, impact.',
  params: z.strictObject({ name: itemId.optional(), limit: z.int().min(1).max(5000).default(200) }),
  read: async (house: House, { name, limit }): Promise<WorkflowChanges> => {
    const head = house.state.seq
    const found: WorkflowChange[] = []
    let more = 0
    for (let at = 0; at < head; ) {
      const page = await house.read(at, pageEntries)
      for (const entry of page) {
        const change = entry.seq <= head ? changeOf(entry) : undefined
        if (change === undefined || !concerns(change, name)) continue
        found.push(change)
        if (found.length <= limit) continue
        found.shift()
        more += 1
      }
      const last = page.at(-1)
      if (last === undefined) break
      at = last.seq
    }
    return { seq: head, changes: found, more }
  },
})

function concerns({ kind, of, to }: WorkflowChange, name: string | undefined): boolean {
  if (name === undefined) return true
  if (kind === 'policy') return false
  return partsOf(of).name === name || (kind === 'migrated' && partsOf(to ?? '').name === name)
}

function changeOf({ seq, at, by: author, type, data }: Entry): WorkflowChange | undefined {
  const head = { seq, at }
  if (type === 'workflow.published') {
    const { name, version, by, why, impact } = data as Facts['workflow.published']
    return { ...head, by, kind: 'published', of: `${name}@${version}`, why, impact }
  }
  if (type === 'workflow.rolled-back') {
    const { name, version, to, by, why, impact } = data as Facts['workflow.rolled-back']
    const before = to === undefined ? {} : { to: `${name}@${to}` }
    return { ...head, by, kind: 'rolled-back', of: `${name}@${version}`, ...before, why, impact }
  }
  if (type === 'workflow.migrated') {
    const { item, from, to, mapping, why, by } = data as Facts['workflow.migrated']
    return { ...head, by, kind: 'migrated', of: from, to, item, why, impact: '', mapping }
  }
  if (type !== 'workspace.trusted') return undefined
  const { path, digest, why = 'no reason was given', impact = '' } = data as Facts['workspace.trusted']
  return { ...head, by: author, kind: 'policy', of: path, to: digest, why, impact }
}

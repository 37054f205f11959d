// What Baton reads in a plan: its items and steps, and a note for everything odd; nothing is recorded.
import { z } from 'zod'
import type { PlanNote } from '../../core/nouns/plan.ts'
import type { House } from '../../core/ports/house.ts'
import { type Caller, reads } from '../method.ts'
import { path, word } from '../words.ts'
import { placeIn } from './place.ts'

export interface PlanLines {
  readonly workspace: string
  readonly format: string
  readonly source: string
  readonly baseBranch: string
  readonly notes: readonly PlanNote[]
  readonly errors: number
  /** Files of the plan that differ from what is committed; a run refuses them. */
  readonly uncommitted: readonly string[]
  readonly items: readonly {
    readonly id: string
    readonly title: string
    readonly policy: 'document' | 'graph'
    readonly steps: readonly {
      readonly key: string
      readonly title: string
      readonly group: string
      readonly parallel: boolean
      readonly ticked: boolean
      readonly after: readonly string[]
    }[]
  }[]
}

export const planRead = reads({
  name: 'plan/read',
  needs: 'read',
  caption: 'What Baton reads in a plan: items, steps, and a note for everything odd.',
  params: z.strictObject({ plan: path, workspace: path.optional(), format: word.optional() }),
  read: async (house: House, { plan, workspace, format }, caller: Caller): Promise<PlanLines> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    const found = await house.plan(placeIn(root, caller.folder, plan), root, format)
    return {
      workspace: root,
      format: found.format,
      source: found.source,
      baseBranch: found.baseBranch,
      notes: found.notes,
      errors: found.notes.filter((note) => note.level === 'error').length,
      uncommitted: found.uncommitted,
      items: found.items.map(({ id, title, policy, steps }) => ({
        id,
        title,
        policy,
        steps: steps.map(({ key, title: said, group, parallel, ticked, after }) => {
          return { key, title: said, group, parallel, ticked, after: after.map((edge) => edge.key) }
        }),
      })),
    }
  },
})

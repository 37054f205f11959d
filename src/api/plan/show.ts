// A plan as Baton reads it: tree, dependencies, what can start now, the critical path, and how long it would take.
import { z } from 'zod'
import type { PlanNote } from '../../core/nouns/plan.ts'
import type { House } from '../../core/ports/house.ts'
import { type Caller, reads } from '../method.ts'
import { path, word } from '../words.ts'
import { placeIn } from './place.ts'
import { type ShownItem, shownItem } from './shown.ts'

export interface PlanShown {
  readonly workspace: string
  readonly format: string
  readonly source: string
  /** What Baton writes as steps land; empty when the format holds no progress. */
  readonly tickFile: string
  readonly notes: readonly PlanNote[]
  readonly errors: number
  readonly uncommitted: readonly string[]
  readonly items: readonly ShownItem[]
}

export const planShow = reads({
  name: 'plan/show',
  needs: 'read',
  caption: 'A plan as it lies in the working tree: tree, dependencies, what can start now, and how long it would take.',
  params: z.strictObject({
    plan: path,
    workspace: path.optional(),
    format: word.optional(),
    slots: z.int().min(1).max(1024).default(4),
  }),
  read: async (house: House, { plan, workspace, format, slots }, caller: Caller): Promise<PlanShown> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    const found = await house.plan(placeIn(root, caller.folder, plan), root, format, 'folder')
    return {
      workspace: root,
      format: found.format,
      source: found.source,
      tickFile: found.tickFile,
      notes: found.notes,
      errors: found.notes.filter((note) => note.level === 'error').length,
      uncommitted: found.uncommitted,
      items: found.items.map((item) => shownItem(found, item, slots, house.state)),
    }
  },
})

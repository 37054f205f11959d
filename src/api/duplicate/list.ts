// Which items may be the same work, why, and what a person made of it.
import { z } from 'zod'
import type { Suspicion } from '../../core/duplicates/suspicion.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface DuplicateList {
  readonly seq: number
  readonly duplicates: readonly Suspicion[]
}

export const duplicateList = views({
  name: 'duplicate/list',
  needs: 'read',
  caption: 'Which items may be the same work, and why; with `all` also what was settled.',
  params: z.strictObject({ item: itemId.optional(), all: z.boolean().default(false) }),
  view: (state, _now, { item, all }): DuplicateList => ({
    seq: state.seq,
    duplicates: [...state.suspicions.values()].filter(
      (one) => (all || one.settled === undefined) && (item === undefined || one.item === item || one.of === item),
    ),
  }),
})

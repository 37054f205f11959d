// The obstacles that are declared now.
import { z } from 'zod'
import type { Blocker } from '../../core/nouns/blocker.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface BlockerList {
  readonly seq: number
  readonly blockers: readonly Blocker[]
}

export const blockerList = views({
  name: 'blocker/list',
  needs: 'read',
  caption: 'The obstacles that are declared now; with `all` also those that are gone.',
  params: z.strictObject({ item: itemId.optional(), all: z.boolean().default(false) }),
  view: (state, _now, { item, all }): BlockerList => ({
    seq: state.seq,
    blockers: [...state.blockers.values()].filter(
      (one) => (all || one.endAt === undefined) && (item === undefined || one.item === item),
    ),
  }),
})

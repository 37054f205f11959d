// The obstacles that are declared now, and what each of them holds up.
import { z } from 'zod'
import type { Blocker } from '../../core/nouns/blocker.ts'
import { type HeldUp, heldUp, type KindCount, openByKind } from '../../core/portfolio/waiting.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface BlockerList {
  readonly seq: number
  readonly blockers: readonly (Blocker & { readonly holds: HeldUp })[]
  readonly byKind: readonly KindCount[]
}

export const blockerList = views({
  name: 'blocker/list',
  needs: 'read',
  caption: 'The obstacles that are declared now; with `all` also those that are gone.',
  params: z.strictObject({ item: itemId.optional(), all: z.boolean().default(false) }),
  view: (state, _now, { item, all }): BlockerList => {
    const found = [...state.blockers.values()].filter(
      (one) => (all || one.endAt === undefined) && (item === undefined || one.item === item),
    )
    return {
      seq: state.seq,
      blockers: found.map((one) => ({ ...one, holds: heldUp(state, one) })),
      byKind: openByKind(found),
    }
  },
})

// The obstacles that are declared now, and what each of them holds up.
import { z } from 'zod'
import { type Blocker, blockerKindOf } from '../../core/nouns/blocker.ts'
import { type HeldUp, heldUp } from '../../core/portfolio/waiting.ts'
import { views } from '../method.ts'
import { itemId } from '../words.ts'

export interface BlockerList {
  readonly seq: number
  readonly blockers: readonly (Blocker & { readonly holds: HeldUp })[]
  readonly byKind: readonly { readonly kind: string; readonly open: number }[]
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
    const kinds = new Map<string, number>()
    for (const one of found)
      if (one.endAt === undefined) kinds.set(blockerKindOf(one.kind), (kinds.get(blockerKindOf(one.kind)) ?? 0) + 1)
    return {
      seq: state.seq,
      blockers: found.map((one) => ({ ...one, holds: heldUp(state, one) })),
      byKind: [...kinds].map(([kind, open]) => ({ kind, open })).sort((a, b) => b.open - a.open),
    }
  },
})

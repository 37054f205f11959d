// How many agents run and are wanted in one folder, and in all.
import { z } from 'zod'
import { type Counted, countedAs, countOf, type Sums, sumsOf } from '../../core/counts.ts'
import { pathTrouble } from '../../core/nouns/count.ts'
import type { Refusal } from '../../core/refusals.ts'
import { views } from '../method.ts'
import { path } from '../words.ts'

export interface CountShown {
  readonly seq: number
  readonly count: Counted
  readonly global: Sums
}

export const countShow = views({
  name: 'count/show',
  needs: 'read',
  caption: 'How many agents run and are wanted in one folder, and in all; zeros for one that nobody has spoken of.',
  params: z.strictObject({ workspace: path }),
  view: (state, _now, { workspace }): CountShown | Refusal => {
    const known = countedAs(state, workspace)
    if (known === undefined) return pathTrouble(workspace)
    return { seq: state.seq, count: countOf(state, known), global: sumsOf(state) }
  },
})

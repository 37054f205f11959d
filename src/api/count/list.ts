// How many agents run and are wanted, folder by folder and in all.
import { type Counted, countsOf, type Sums, sumsOf } from '../../core/counts.ts'
import { views } from '../method.ts'
import { nothing } from '../words.ts'

export interface CountList {
  readonly seq: number
  readonly counts: readonly Counted[]
  readonly global: Sums
}

export const countList = views({
  name: 'count/list',
  needs: 'read',
  caption: 'How many agents run and are wanted in every folder that was spoken of, and in all.',
  params: nothing,
  view: (state): CountList => ({ seq: state.seq, counts: countsOf(state), global: sumsOf(state) }),
})

// Every item at a glance.
import { z } from 'zod'
import { views } from '../method.ts'
import { seq } from '../words.ts'
import { type Summary, summarise } from './summary.ts'

export const statusList = views({
  name: 'status/list',
  needs: 'read',
  caption: 'Every item with its counts, open gates and run.',
  params: z.strictObject({ at: seq.optional() }),
  at: (params) => params.at,
  view: (state, now): Summary => summarise(state, now),
})

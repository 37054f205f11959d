// Answers about how many agents run and are wanted where.
import { z } from 'zod'
import { count, head } from '../parts/measures.ts'
import { done } from './record.ts'

const sumFields = { running: count, desired: count }
const sums = z
  .strictObject(sumFields)
  .meta({ id: 'CountSums', description: 'The sum over all folders; it is never stored.' })

const counted = z
  .strictObject({
    path: z.string(),
    ...sumFields,
    own: count.describe('Of `running`: attempts of this house.'),
    reported: count.describe('Of `running`: what somebody outside said last, not longer than a minute ago.'),
    stale: z.boolean().describe('Nobody has been seen there for a day; after seven it is removed.'),
    workspace: z.boolean().describe('Baton works for it: `desired` is what its scheduler goes by.'),
  })
  .meta({ id: 'Counted', description: 'How many agents run and are wanted in one folder.' })

export const countAnswers = {
  'count/show': z.strictObject({ seq: head, count: counted, global: sums }),
  'count/list': z.strictObject({ seq: head, counts: z.array(counted), global: sums }),
  'count/want': done,
  'count/report': done,
}

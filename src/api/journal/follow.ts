// Every entry of the record after a position, once and in order, and then each new one.
import { z } from 'zod'
import { follows } from '../method.ts'
import { path, seq } from '../words.ts'

export const journalFollow = follows({
  name: 'journal/follow',
  needs: 'read',
  caption: 'Every entry after a position, once and in order, and then each new one.',
  params: z.strictObject({ after: seq.default(0), stream: path.optional() }),
  from: (params) => params.after,
  wants:
    ({ stream }) =>
    (entry) =>
      stream === undefined || entry.stream === stream,
})

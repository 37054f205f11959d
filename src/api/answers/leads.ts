// Answers to those who lead: whose work it is, and what may be the same work.
import { z } from 'zod'
import { head, time } from '../parts/measures.ts'
import { done } from './record.ts'

const verdict = z.enum(['merged', 'linked', 'closed', 'overturned'])

export const suspicion = z
  .strictObject({
    id: z.string(),
    item: z.string(),
    of: z.string().describe('The item that it looks like, open or over.'),
    why: z.string(),
    likeness: z.number().describe('From 0 to 1; 1 when somebody said so.'),
    by: z.string(),
    at: time,
    settled: z
      .strictObject({
        verdict,
        rationale: z.string(),
        by: z.string(),
        at: time,
        into: z.string().exactOptional().describe('The item that goes on.'),
      })
      .exactOptional(),
  })
  .meta({ id: 'Suspicion', description: 'That two items may be the same work.' })

export const leadAnswers = {
  'owner/transfer': done,
  'duplicate/list': z.strictObject({ seq: head, duplicates: z.array(suspicion) }),
  'duplicate/suspect': done.extend({ duplicate: z.string().describe('The id of the suspicion.') }),
  'duplicate/settle': done,
}

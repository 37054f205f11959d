// Answers that come from the record itself: entries, the state, and how far it reaches after a wish.
import { z } from 'zod'
import { count, head, texts, time } from '../parts/measures.ts'

export const entry = z
  .strictObject({
    seq: z.int().min(1).describe('Counts from 1 without gaps.'),
    stream: z.string().describe('Whose record it belongs to: an item, a workspace, or the house.'),
    at: time,
    by: z.string().describe('Who: a person, an agent, or Baton itself.'),
    because: z.string().describe('What brought it about; may be empty.'),
    type: z.string().describe('What kind of fact it is, e.g. `step.skipped`.'),
    version: z.int().min(1).describe('Of the shape of `data` under this type.'),
    data: z.unknown().describe('What the fact says, as docs/journal-format.md describes it for its type.'),
    prev: z.string().describe('The hash of the entry before, in hexadecimal.'),
    unknown: z.literal(true).exactOptional().describe('This version of Baton does not know the type.'),
  })
  .meta({ id: 'Entry', description: 'One line of the record: a fact, when and by whom.' })

/** What most wishes come back with. */
export const done = z
  .strictObject({
    seq: head,
    facts: texts.describe('The types of the facts that followed; empty when all was so already.'),
  })
  .meta({ id: 'Done', description: 'A wish was granted, and what follows from it is on the disk.' })

export const recordAnswers = {
  'journal/read': z.strictObject({ head: count.describe('The number of the last entry.'), entries: z.array(entry) }),
  'journal/follow': entry,
  'state/read': z.strictObject({
    record: z.string().describe('The record it is of: positions in another record mean nothing here.'),
    seq: head,
    frozen: z
      .unknown()
      .describe("The whole state, as `thaw` of Baton's core takes it; not for reading field by field."),
  }),
}

// Answers that prove the record: what was checked, signed, copied and kept elsewhere.
import { z } from 'zod'
import { attemptId, count, head, texts } from '../parts/measures.ts'

const sealed = z.strictObject({
  held: count,
  missing: texts,
  changed: texts.describe('It is there, but it is not what was sealed.'),
  forgotten: texts.describe('A person had it removed by name.'),
  left: texts.describe('A person had it removed by name, and it is there all the same.'),
})

export const auditAnswers = {
  'audit/verify': z.strictObject({
    whole: z.boolean(),
    entries: count,
    root: z.string().describe('The hash of the whole record as one tree, in hexadecimal.'),
    checkpoints: count,
    ms: z.number(),
    firstBad: z.strictObject({ seq: count, what: z.string() }).exactOptional(),
    sealed: sealed.describe('Transcripts, by attempt, and blobs, by gate, that the entries name.'),
    foreign: texts.describe('Keys that came in without the word of the key before, and what they signed.'),
    notes: texts,
  }),
  'audit/prove': z.strictObject({
    seq: count,
    proof: z.string(),
    key: z.string().describe('The key that signed, as its public line: what checks the proof.'),
  }),
  'audit/checkpoint': z.strictObject({ note: z.string().describe('A signed note, as C2SP describes it.') }),
  'audit/places': z.strictObject({
    places: z.array(
      z.strictObject({
        place: z.string(),
        size: count.describe('Entries that the newest checkpoint there covers.'),
        why: z.string().exactOptional().describe('What stands in the way now.'),
      }),
    ),
  }),
  'audit/rotate': z.strictObject({
    key: z.string().describe('The key that signs from now on, as its public line.'),
    before: z.string().exactOptional().describe('The key that signed until now.'),
    seq: head,
  }),
  'audit/export': z.string().describe('One line; all lines in their order are the export.'),
  'item/report': z.strictObject({
    item: z.string(),
    seq: head,
    entries: count,
    html: z.string().describe('The whole file: no script, nothing from elsewhere.'),
    gone: z.array(attemptId).describe('Attempts of which something was removed, or is not there.'),
  }),
  'audit/backup': z.strictObject({
    folder: z.string(),
    head: count,
    files: count,
    bytes: count,
    transcripts: count,
    signed: z.boolean().describe('A signed checkpoint is in it.'),
    missing: texts.describe('What the record names, transcripts by attempt and blobs by gate, and is not there.'),
    changed: texts,
    forgotten: z.array(attemptId),
  }),
}

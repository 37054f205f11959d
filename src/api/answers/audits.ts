// Answers that prove the record: what was checked, signed, copied and kept elsewhere.
import { z } from 'zod'
import { kinds } from '../../core/telling/kinds.ts'
import { attemptId, count, head, texts, time } from '../parts/measures.ts'

const sealed = z.strictObject({
  held: count,
  missing: texts,
  changed: texts.describe('It is there, but it is not what was sealed.'),
  forgotten: texts.describe('A person had it removed by name.'),
  left: texts.describe('A person had it removed by name, and it is there all the same.'),
})

const mark = z.strictObject({
  size: count.describe('How many entries there were.'),
  root: z.string().describe('The hash of all of them as one tree, in hexadecimal.'),
  signedBy: z.string().exactOptional().describe('The key under the checkpoint that was given.'),
  at: time.exactOptional().describe('When the last of them was written.'),
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
  'audit/diff': z.strictObject({
    from: mark.describe('The earlier end.'),
    to: mark.describe('The later end, which was proved to have grown out of the earlier one.'),
    proof: texts.describe('The consistency proof of RFC 6962, in hexadecimal.'),
    entries: count.describe('Between the two ends, or of the item among them.'),
    item: z.string().exactOptional().describe('That alone was asked for: nothing else is counted and told.'),
    streams: z
      .array(z.strictObject({ of: z.string(), entries: count }))
      .describe('Items, repositories and `house` for Baton itself; at most 50, of what most of it is first.'),
    kinds: z.array(
      z.strictObject({
        kind: z.enum(kinds),
        count,
        told: z.array(
          z.strictObject({
            seq: count,
            at: time,
            by: z.string(),
            of: z.string().describe('The item or repository; `house` is Baton itself.'),
            says: z.string(),
          }),
        ),
        more: count.describe('How many come after those that are told.'),
      }),
    ),
    people: z.array(z.strictObject({ by: z.string(), entries: count })).describe('At most 50, the busiest first.'),
    unknown: count.describe('Entries of types that this version does not know.'),
  }),
  'item/report': z.strictObject({
    item: z.string(),
    seq: head,
    entries: count,
    html: z.string().describe('The whole file: no script, nothing from elsewhere.'),
    gone: z.array(attemptId).describe('Attempts of which something was removed, or is not there.'),
    root: z.string().exactOptional().describe('Of all entries up to `seq`, which were hashed again.'),
    broken: z.string().exactOptional().describe('Why nothing vouches for the page: the record is not whole.'),
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

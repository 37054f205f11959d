// A page of the record.
import { z } from 'zod'
import type { ReadEntry } from '../../core/nouns/entry.ts'
import type { House } from '../../core/ports/house.ts'
import { reads } from '../method.ts'
import { path, seq } from '../words.ts'

export interface JournalPage {
  readonly head: number
  readonly entries: readonly ReadEntry[]
}

export const journalRead = reads({
  name: 'journal/read',
  needs: 'read',
  caption: 'A page of the record: entries after a position.',
  params: z.strictObject({
    after: seq.default(0),
    limit: z.int().min(1).max(1000).default(100),
    stream: path.optional(),
  }),
  read: async (house: House, { after, limit, stream }): Promise<JournalPage> => ({
    head: house.state.seq,
    entries: await house.read(after, limit, stream),
  }),
})

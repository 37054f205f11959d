// One item as one HTML file that needs nothing else: what, who, when, why, and by which evidence.
import { z } from 'zod'
import { wordsIn } from '../../core/nouns/attempt.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, Refused, refuse } from '../../core/refusals.ts'
import type { Summaries } from '../../core/telling/evidence.ts'
import { page, type Vouched } from '../../core/telling/page.ts'
import type { Story } from '../../core/telling/told.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { itemId } from '../words.ts'
import { storyOf } from './story.ts'

export interface Report {
  readonly item: string
  readonly seq: number
  readonly entries: number
  readonly html: string
  /** Attempts of which something was removed, by name, or is not there. */
  readonly gone: readonly string[]
  /** The root of the record up to `seq`, all of which was hashed again; or else why nothing vouches for the page. */
  readonly root?: string
  readonly broken?: string
}

const mostSummaries = 1000

export const itemReport = reads({
  name: 'item/report',
  needs: 'read',
  caption: 'One item as one HTML file that needs nothing else: what, who, when, why, and by which evidence.',
  params: z.strictObject({ item: itemId }),
  read: async (house: House, { item }): Promise<Report | Refusal> => {
    const read = await storyOf(house, item).catch((error: unknown) => unread(house, item, error))
    if (isRefusal(read)) return read
    const { story, seq } = read
    const { summaries, missing } = await wordsOf(house, story)
    const gone = [...new Set([...story.forgotten.keys(), ...missing])]
    const vouched = await vouchedFor(house, seq)
    return { item, seq, entries: story.entries, html: page(story, summaries, seq, vouched), gone, ...vouched }
  },
})

/** What cannot be read is a fault of the record, if that is not whole, and none of ours. */
async function unread(house: House, item: string, error: unknown): Promise<Refusal> {
  const found = await vouchedFor(house, house.state.seq)
  if (!('broken' in found)) throw error
  return refuse('conflict', `item ${item}`, `the record is not whole: ${found.broken}`, 'run baton audit verify')
}

/** A page of a record that is not whole is made all the same, and says so before all else. */
async function vouchedFor(house: House, seq: number): Promise<Vouched> {
  try {
    const { to } = await house.audit.grown({ size: 0 }, { size: seq })
    return { root: to.root }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { broken: `${error.refusal.what}: ${error.refusal.why}` }
  }
}

async function wordsOf(house: House, story: Story): Promise<{ summaries: Summaries; missing: readonly string[] }> {
  const summaries = new Map<string, { readonly words: string } | { readonly gone: string }>()
  const missing: string[] = []
  const named = [...story.attempts.values()].filter(({ summary }) => summary !== undefined).slice(0, mostSummaries)
  for (const { id, summary = '' } of named) {
    const kept = await house.words(summary)
    if (kept !== undefined) summaries.set(id, { words: wordsIn(kept) })
    else if (story.forgotten.has(id)) summaries.set(id, { gone: 'What the agent said of its work was removed.' })
    else {
      missing.push(id)
      summaries.set(id, { gone: 'What the agent said of its work is not here: baton audit verify says more.' })
    }
  }
  return { summaries, missing }
}

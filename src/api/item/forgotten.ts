// What a person had removed of an item's attempts: which, when, who, and why.
import type { Facts } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'
import type { House } from '../../core/ports/house.ts'

export interface Forgotten {
  readonly at: number
  readonly by: string
  readonly why: string
}

const entriesAtOnce = 1000

/** By attempt; the newest act counts. */
export async function forgottenOf(house: House, item: string): Promise<ReadonlyMap<string, Forgotten>> {
  const found = new Map<string, Forgotten>()
  const head = house.state.seq
  for (let at = 0; at < head; ) {
    const entries = await house.read(at, entriesAtOnce, item)
    for (const entry of entries) noteForgotten(found, entry)
    at = entries.at(-1)?.seq ?? head
  }
  return found
}

export function noteForgotten(
  found: Map<string, Forgotten>,
  { type, data, at }: Pick<Entry, 'type' | 'data' | 'at'>,
): void {
  if (type !== 'transcript.forgotten') return
  const { attempt, by, why } = data as Facts['transcript.forgotten']
  found.set(attempt, { at, by, why })
}

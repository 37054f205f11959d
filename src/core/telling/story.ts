// Gathers the record of one item, entry by entry, into what is told of it: what, who, when, why, and by which evidence.
import type { FactType } from '../facts.ts'
import type { Entry } from '../nouns/entry.ts'
import { ofPeople } from './gather-people.ts'
import { ofWork } from './gather-work.ts'
import { isTold, tell } from './sentences.ts'
import type { Reader, Story } from './told.ts'

export { beginStory, type Story } from './told.ts'

const mostLines = 3000
const mostPeople = 100
const readers: { readonly [K in FactType]?: Reader<K> } = { ...ofWork, ...ofPeople }

export function take(story: Story, entry: Entry): void {
  story.entries += 1
  story.first ||= entry.seq
  story.last = entry.seq
  if (entry.by !== 'baton' && story.people.size < mostPeople) story.people.add(entry.by)
  const read = Object.hasOwn(readers, entry.type) ? readers[entry.type as FactType] : undefined
  ;(read as Reader<FactType> | undefined)?.(story, entry.data as never, entry)
  if (!isTold(entry)) return
  if (story.timeline.length >= mostLines) story.more += 1
  else story.timeline.push({ seq: entry.seq, at: entry.at, by: entry.by, says: tell(entry) })
}

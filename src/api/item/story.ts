// Reads the record of one item, open or closed, into its story.
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { take } from '../../core/telling/story.ts'
import { beginStory, type Story } from '../../core/telling/told.ts'

const entriesAtOnce = 1000

/** Up to where the record reached when this began: `seq`. */
export async function storyOf(house: House, item: string): Promise<{ story: Story; seq: number } | Refusal> {
  if (!house.state.items.has(item) && !house.state.closed.has(item))
    return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
  const seq = house.state.seq
  const story = beginStory(item)
  for (let at = 0; at < seq; ) {
    const entries = await house.read(at, entriesAtOnce, item)
    for (const entry of entries) if (entry.seq <= seq) take(story, entry)
    at = entries.at(-1)?.seq ?? seq
  }
  return { story, seq }
}

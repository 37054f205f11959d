// Reads the record for what is measured: all of it, or one item's part, up to where it reached when this began.
import { z } from 'zod'
import { statuses } from '../../core/portfolio/life.ts'
import { Lives } from '../../core/portfolio/lives.ts'
import type { Window } from '../../core/portfolio/measures.ts'
import type { Wanted } from '../../core/portfolio/select.ts'
import { Trails } from '../../core/portfolio/trail.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { itemId, path } from '../words.ts'

const pageEntries = 1000
/** Of whatever somebody is called, or a workflow. */
const word = z.string().min(1).max(400)
const moment = z.int().min(0).max(8.64e15)

export const filters = {
  item: itemId.optional(),
  from: moment.optional(),
  to: moment.optional(),
  owner: word.optional(),
  workflow: word.optional(),
  workspace: path.optional(),
  status: z.enum(statuses).optional(),
}
type Filters = z.output<z.ZodObject<typeof filters>>

export interface Measured {
  readonly seq: number
  readonly window: Window
  readonly wanted: Wanted
  readonly lives: Lives
  readonly trails: Trails | undefined
}

/** `down`: also what the numbers came from. */
export async function measured(house: House, given: Filters, down: boolean): Promise<Measured | Refusal> {
  const { from = 0, to, ...wanted } = given
  const { item } = wanted
  if (item !== undefined && !house.state.items.has(item) && !house.state.closed.has(item))
    return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
  const seq = house.state.seq
  // What is written in this very millisecond has happened.
  const window = { from, to: Math.min(to ?? Number.MAX_SAFE_INTEGER, Math.max(house.now(), house.state.at) + 1) }
  if (from >= window.to)
    return refuse('invalid', 'from', 'it is not before the end of the window, or not yet', 'give an earlier time')
  const lives = new Lives(window.to)
  const trails = down ? new Trails(window.to) : undefined
  for (let at = 0; at < seq; ) {
    const page = await house.read(at, pageEntries, item)
    for (const entry of page) {
      if (entry.seq > seq) break
      lives.add(entry)
      trails?.add(entry)
    }
    const last = page.at(-1)
    if (last === undefined) break
    at = last.seq
  }
  lives.rest()
  return { seq, window, wanted, lives, trails }
}

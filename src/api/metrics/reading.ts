// Finds what is measured: of all items from what is kept at hand, of one from its part of the record.
import { z } from 'zod'
import type { Entry } from '../../core/nouns/entry.ts'
import { type Life, statuses } from '../../core/portfolio/life.ts'
import { Lives } from '../../core/portfolio/lives.ts'
import type { Window } from '../../core/portfolio/measures.ts'
import { select, type Wanted } from '../../core/portfolio/select.ts'
import { type Trail, Trails } from '../../core/portfolio/trail.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { itemId, path } from '../words.ts'
import { ever, livesUntil, readOn } from './warm.ts'

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
  /** Those that are meant, by name. */
  readonly lives: readonly Life[]
}

/** What the numbers came from, too. */
export interface Detailed extends Measured {
  readonly trails: ReadonlyMap<string, Trail>
}

/** Of more items than these the whole record is read once, instead of each by itself. */
const oneByOne = 100

/** One item's part of the record is read anew: its steps are wanted, and a few entries hold them. */
export async function measured(house: House, given: Filters): Promise<Measured | Detailed | Refusal> {
  const { from = 0, to, ...wanted } = given
  const { item } = wanted
  if (item !== undefined && !house.state.items.has(item) && !house.state.closed.has(item))
    return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
  // What is written in this very millisecond has happened.
  const window = { from, to: Math.min(to ?? ever, Math.max(house.now(), house.state.at) + 1) }
  if (from >= window.to)
    return refuse('invalid', 'from', 'it is not before the end of the window, or not yet', 'give an earlier time')
  if (item === undefined) {
    const { seq, lives } = await livesUntil(house, window.to)
    return { seq, window, wanted, lives: select(lives.values(), wanted, window) }
  }
  const { seq } = house.state
  const { lives, trails } = await readAll(house, { seq, to: window.to, of: new Set([item]) })
  return { seq, window, wanted, lives: select(lives.values(), wanted, window), trails }
}

/** With what the numbers of these items came from. */
export async function detailed(house: House, found: Measured | Detailed, limit: number): Promise<Detailed> {
  const meant = found.lives.slice(0, limit)
  if ('trails' in found) return { ...found, lives: meant }
  const of = new Set(meant.map(({ id }) => id))
  const { lives, trails } = await readAll(house, { seq: found.seq, to: found.window.to, of })
  return { ...found, lives: meant.map((life) => lives.get(life.id) ?? life), trails }
}

async function readAll(house: House, { seq, to, of }: { seq: number; to: number; of: ReadonlySet<string> }) {
  const lives = new Lives(to)
  const trails = new Trails(to)
  const each = (entry: Entry): void => {
    if (!of.has(entry.stream)) return
    lives.add(entry)
    trails.add(entry)
  }
  await house.steady()
  if (of.size > oneByOne) await readOn(house, { from: 0, seq }, each)
  else for (const stream of of) await readOn(house, { from: 0, seq, stream }, each)
  return { lives: lives.all, trails: trails.all }
}

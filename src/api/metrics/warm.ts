// Keeps what is measured of a record at hand, and reads on from where it came to: the whole is read once for as long as a house is open.
import type { Life } from '../../core/portfolio/life.ts'
import { Lives } from '../../core/portfolio/lives.ts'
import type { House } from '../../core/ports/house.ts'

/** Longer pages than others read: between two of them a house lets others go first. */
export const pageEntries = 4096

export const ever = Number.MAX_SAFE_INTEGER

interface Warm {
  readonly lives: Lives
  seq: number
  reading: Promise<void> | undefined
  /** The newest window that ended in the past, which nothing can change any more. */
  past: { readonly to: number; readonly lives: ReadonlyMap<string, Life> } | undefined
}

/** By the state of a house: whoever asks through another view of it asks the same house. Forgotten with it. */
const warm = new WeakMap<object, Warm>()

/** What lies in the record after `from`, up to `seq`, or one stream's part of it. */
export async function readOn(
  house: House,
  { from, seq, stream }: { from: number; seq: number; stream?: string },
  each: (entry: Awaited<ReturnType<House['read']>>[number]) => void,
): Promise<void> {
  for (let at = from; at < seq; ) {
    const page = await house.read(at, pageEntries, stream)
    for (const entry of page) if (entry.seq <= seq) each(entry)
    const last = page.at(-1)
    if (last === undefined) return
    at = last.seq
  }
}

export interface Known {
  /** Up to where the record was read. */
  readonly seq: number
  /** As they were before `to`. They are not to be held on to across a wait. */
  readonly lives: ReadonlyMap<string, Life>
}

/** Everything that the house knew when it was asked, and perhaps more. */
export async function livesUntil(house: House, to: number): Promise<Known> {
  const one = warm.get(house.state) ?? { lives: new Lives(ever, false), seq: 0, reading: undefined, past: undefined }
  warm.set(house.state, one)
  const { seq } = house.state
  // Whoever is reading already may have begun before what is asked for was there.
  if (one.seq < seq) await reading(house, one)
  if (one.seq < seq) await reading(house, one)
  if (to > house.state.at) return { seq: one.seq, lives: one.lives.all }
  const { past } = one
  const known = past?.to === to && !changed(one, past.lives, to)
  if (!known) one.past = { to, lives: await asBefore(house, one, to) }
  return { seq: one.seq, lives: one.past?.lives ?? one.lives.all }
}

function reading(house: House, one: Warm): Promise<void> {
  one.reading ??= catchUp(house, one).finally(() => {
    one.reading = undefined
  })
  return one.reading
}

async function catchUp(house: House, one: Warm): Promise<void> {
  const { seq } = house.state
  try {
    await house.steady()
    await readOn(house, { from: one.seq, seq }, (entry) => {
      one.lives.add(entry)
      one.seq = entry.seq
    })
  } catch (error) {
    // What was read in part is not built upon.
    warm.delete(house.state)
    throw error
  }
}

/** One that was over may have been taken back or opened again since. */
function changed(one: Warm, lives: ReadonlyMap<string, Life>, to: number): boolean {
  for (const [id, life] of lives) if (life.lastAt >= to && one.lives.all.get(id) === life) return true
  return false
}

/** Most of a record is older than the end of a window that is asked about: only items that went on after it are read again. */
async function asBefore(house: House, one: Warm, to: number): Promise<ReadonlyMap<string, Life>> {
  const later = [...one.lives.all.values()].filter(({ lastAt }) => lastAt >= to)
  const again = new Lives(to, false)
  const { seq } = one
  if (later.reduce((sum, { entries }) => sum + entries, 0) > seq / 2) {
    await readOn(house, { from: 0, seq }, (entry) => again.add(entry))
    return again.all
  }
  for (const { id: stream } of later) await readOn(house, { from: 0, seq, stream }, (entry) => again.add(entry))
  const all = new Map<string, Life>()
  for (const [id, life] of one.lives.all) {
    const found = life.lastAt < to ? life : again.all.get(id)
    if (found !== undefined) all.set(id, found)
  }
  return all
}

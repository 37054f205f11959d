// Opens a house: reads the journal from the newest snapshot that fits, starts an epoch, and takes up what is owed.
import { evolve, knows } from '../core/evolve/index.ts'
import { thaw } from '../core/snapshot.ts'
import { emptyState, type State } from '../core/state.ts'
import { wish } from '../core/wishes.ts'
import { LocalHouse } from './house.ts'
import type { Journal } from './journal/journal.ts'
import { openJournal } from './journal/open.ts'
import type { FactTypes } from './journal/upcast.ts'
import type { HouseParts } from './parts.ts'
import { loadSnapshot, type Snapshot } from './snapshots.ts'
import { CommitTimes } from './vitals.ts'

export const factTypes: FactTypes = { knows: (type, version) => version === 1 && knows(type) }

export async function createHouse(parts: HouseParts): Promise<LocalHouse> {
  const commits = new CommitTimes(parts.clock)
  const { journal, state } = await fold(parts, commits)
  const house = new LocalHouse(parts, { journal, state, commits })
  if (house.readOnly === undefined && parts.hands) {
    const swept = (await wasClosed(journal)) ? undefined : sweepStrays(parts)
    const { pid, version, host } = parts
    const opened = await house.submit(wish('house.open', 'baton', { pid, version, host }))
    if (!opened.ok) throw new Error(`The house could not be opened: ${opened.refusal.why}`)
    await house.nameKey()
    await swept
    house.takeUp()
  }
  return house
}

/** The last that an epoch says of itself when all its agents have ended. Others who only wrote may have come after it. */
async function wasClosed(journal: Journal): Promise<boolean> {
  const { seq } = journal.head()
  const [last] = await journal.read(Math.max(0, seq - 1), 1)
  return last === undefined || last.type === 'house.closed'
}

/**
 * Nothing that an earlier house has started may live on beside this one, also where no step is tried again. What cannot be swept now is
 * swept when its attempt is settled, or before its step is tried again.
 */
async function sweepStrays({ spawner }: HouseParts): Promise<void> {
  await spawner.sweep().catch(() => 0)
}

/** A snapshot is made only of entries that were on the disk: a journal that ends before it has lost some of them. */
async function whyCut(parts: HouseParts, snapshot: Snapshot | undefined): Promise<string | undefined> {
  const made = snapshot?.tree.size
  if (typeof made !== 'number') return undefined
  const { seq } = await parts.store.head()
  if (seq >= made) return undefined
  const gone = `The journal in ${parts.home} held ${made} entries when its snapshot was made, and holds ${seq} now`
  return `${gone}: it is opened read-only. Restore a backup, or remove snapshot.json to go on with what is left.`
}

async function fold(parts: HouseParts, commits: CommitTimes): Promise<{ journal: Journal; state: State }> {
  const snapshot = await loadSnapshot(parts)
  const readOnlyWhy = parts.readOnlyWhy ?? (await whyCut(parts, snapshot))
  const kept = snapshot === undefined ? undefined : thaw(snapshot.state)
  const fits = kept !== undefined && snapshot !== undefined && kept.seq === snapshot.tree.size
  let state = emptyState()
  const journal = await openJournal(parts.store, {
    types: factTypes,
    ...(fits ? { saved: snapshot.tree } : {}),
    ...(readOnlyWhy === undefined ? {} : { readOnly: readOnlyWhy }),
    ...(parts.later === undefined ? {} : { later: parts.later }),
    timed: () => commits.begin(),
    from: (seq) => {
      if (fits && seq === kept.seq) state = kept
    },
    each: (entry) => evolve(state, entry),
  })
  return { journal, state }
}

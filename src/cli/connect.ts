// How the command line reaches a house: in this process, or over the socket of the process that holds the home.
import { realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { methods } from '../api/index.ts'
import { everything } from '../api/scopes.ts'
import { callsOver } from '../client/calls.ts'
import { inside } from '../client/inside.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { wish } from '../core/wishes.ts'
import { nameRecord } from '../presets/home.ts'
import { holderOf, isLeaving } from '../presets/leaving.ts'
import { noticing, reach, type Where } from './reach.ts'
import type { Connection, Mode } from './world.ts'

/** For one that holds the home without a door, so for a moment only: on a busy machine a moment can be long. */
const patienceMs = 10_000
/** For one that is leaving: it may have agents that it lets end. */
const leavingMs = 600_000
const hintMs = 1000

/** Whoever is first has the home; the others speak to it, or wait their turn as long as turns are taken. */
export async function connect(mode: Mode, where: Where): Promise<Connection> {
  let since = performance.now()
  let before = holderOf(where.home)?.pid
  let told: number | undefined
  for (let waitMs = 10; ; waitMs = Math.min(100, waitMs * 1.5)) {
    const elsewhere = await reach(where)
    if (elsewhere !== undefined) {
      if (where.checkpointTo !== undefined) await refuseElsewhere(elsewhere, where.home)
      return elsewhere
    }
    try {
      return await open(mode, where)
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.kind !== 'busy') throw error
      const holder = holderOf(where.home)?.pid
      if (holder !== before) since = performance.now()
      before = holder
      const leaving = isLeaving(where.home)
      const waited = performance.now() - since
      if (leaving && told !== holder && waited > hintMs) {
        where.hint?.(`process ${holder} is leaving and lets its agents end first; waiting for it`)
        told = holder
      }
      if (waited > (leaving ? leavingMs : patienceMs)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs * (0.5 + Math.random())))
  }
}

/** What a person named here, another process would not know of; and a command is never taken over a wire. */
async function refuseElsewhere(elsewhere: Connection, home: string): Promise<never> {
  await elsewhere.close()
  const why = 'another process has the home and signs its checkpoints'
  const remedy = `leave it away and write checkpoint-to into ${join(home, 'config.yaml')}, or wait until that process ends`
  throw new Refused(refuse('conflict', '--checkpoint-to', why, remedy))
}

async function open(mode: Mode, { home, folder, checkpointTo, hint }: Where): Promise<Connection> {
  const { openAttended } = await import('../presets/attended.ts')
  const { house, close } = await openAttended({ home, mode, ...(checkpointTo === undefined ? {} : { checkpointTo }) })
  const stands = realpathSync(folder)
  const caller = { name: userInfo().username, folder: stands, may: everything }
  return {
    ...callsOver(inside(methods, house, caller, () => close('drain'), noticing(hint))),
    folder: stands,
    inside: true,
    quiet: async () => void (await house.quiet()),
    stop: () => close('stop'),
  }
}

/** Brings a backup back into a home that nobody holds. */
export async function restoreHome(from: string, home: string, aside: string | undefined): Promise<Restoration> {
  const [{ BackupRefused }, { restore }, { sqlite }, { transcriptFiles }, { holdHome }] = await Promise.all([
    import('../engine/journal/backup.ts'),
    import('../engine/journal/restore.ts'),
    import('../stores/sqlite.ts'),
    import('../stores/transcripts.ts'),
    import('../stores/lock.ts'),
  ])
  const hold = holdHome(home)
  if (!hold.held) throw new Refused(refuse('busy', `home ${home}`, hold.why, 'end that process first'))
  let done: Restoration
  try {
    const before = await headOf(home)
    const put = await restore(from, home, {
      open: (at) => sqlite.open(at),
      transcripts: transcriptFiles(join(home, 'transcripts')),
      ...(aside === undefined ? {} : { aside }),
    })
    if (put.origin !== undefined) nameRecord(home, put.origin)
    const { missing, changed, forgotten } = put.sealed
    done = {
      home,
      head: put.size,
      blobs: put.blobs,
      transcripts: put.transcripts,
      missing,
      changed,
      forgotten,
      lost: Math.max(0, before - put.size),
      ...(put.aside === undefined ? {} : { aside: put.aside }),
    }
  } catch (error) {
    if (!(error instanceof BackupRefused)) throw error
    throw new Refused(
      refuse('conflict', `backup ${from}`, error.message, 'baton restore <folder> --aside puts the old home aside'),
    )
  } finally {
    hold.release()
  }
  await announce(from, done)
  return done
}

/** The last entry of the record that is about to be put aside; 0 when there is none that can be read. */
async function headOf(home: string): Promise<number> {
  const { sqlite } = await import('../stores/sqlite.ts')
  try {
    const store = await sqlite.open(home, { readOnly: true })
    try {
      return (await store.head()).seq
    } finally {
      await store.close()
    }
  } catch {
    // What is restored may well replace a record that cannot be read any more.
    return 0
  }
}

/** A rollback is part of the record that it made. */
async function announce(from: string, { home, head, lost }: Restoration): Promise<void> {
  const [{ openHouse }, { keepPage }] = await Promise.all([
    import('../presets/local.ts'),
    import('../presets/attended.ts'),
  ])
  const house = await openHouse({ home, mode: 'write' })
  try {
    const newer = lost > 0 ? { newerCheckpoint: head + lost } : {}
    const said = await house.submit(wish('house.restore', userInfo().username, { from, head, ...newer }))
    if (!said.ok) throw new Refused(said.refusal)
  } finally {
    await house.close('drain')
    keepPage(house)
  }
}

export interface Restoration {
  readonly home: string
  readonly head: number
  readonly blobs: number
  readonly transcripts: number
  readonly missing: readonly string[]
  readonly changed: readonly string[]
  readonly forgotten: readonly string[]
  /** How many entries the record that was there had beyond those that are back. */
  readonly lost: number
  readonly aside?: string
}

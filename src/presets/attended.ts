// A house with the local door open beside it, so that every other program of this person reaches the one that holds the home.
import { renameSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { methods } from '../api/index.ts'
import { summarise } from '../api/status/summary.ts'
import type { House } from '../core/ports/house.ts'
import { openLocalDoor } from '../doors/local/door.ts'
import type { LocalHouse } from '../engine/house.ts'
import { socketPath } from './home.ts'
import { leave } from './leaving.ts'
import { type LocalOptions, openHouse } from './local.ts'

export interface Attended {
  readonly house: LocalHouse
  /** Closes the door first, so that nobody new comes in, then the house. */
  close(how: 'drain' | 'stop'): Promise<void>
}

const pageEveryMs = 300

/** Only one that works has a door: the others hold the home for a moment. */
export async function openAttended(options: LocalOptions): Promise<Attended> {
  const { home, mode } = options
  const house = await openHouse(options)
  const name = userInfo().username
  const door = mode === 'work' ? await openLocalDoor({ socketPath: socketPath(home), methods, house, name }) : undefined
  const fresh = door === undefined ? undefined : keepFresh(house)
  let closing: Promise<void> | undefined
  const shut = async (how: 'drain' | 'stop'): Promise<void> => {
    const left = door === undefined ? undefined : leave(home)
    await door?.close()
    await house.close(how)
    fresh?.stop()
    left?.()
    keepPage(house)
  }
  return {
    house,
    close: (how) => {
      if (closing !== undefined && how === 'stop') void house.close('stop')
      closing ??= shut(how)
      return closing
    },
  }
}

/**
 * While this process works, the page follows at a short distance, so that who only looks need not ask.
 * Only a state that is wholly on the disk is written: a page from a future that a crash took back would pass for new later.
 * After `stop` nothing more is written: the home may be another's by then.
 */
function keepFresh(house: House): { stop(): void } {
  let due: NodeJS.Timeout | undefined
  let stopped = false
  let durable = 0
  const write = (): void => {
    due = undefined
    if (house.state.seq === durable) keepPage(house)
  }
  const follow = async (): Promise<void> => {
    for await (const { seq } of house.follow(Math.max(0, house.state.seq - 1))) {
      durable = seq
      if (stopped) return
      due ??= setTimeout(write, pageEveryMs).unref()
    }
  }
  // A house that closes ends the reading; the last page is written by whoever closes it.
  follow().catch(() => undefined)
  return {
    stop: () => {
      stopped = true
      clearTimeout(due)
    },
  }
}

/** The page that `baton status` reads first. It can be deleted at any time, so failing to write it is no failure. */
export function keepPage(house: House): void {
  const draft = join(house.home, `status.json.${process.pid}`)
  try {
    writeFileSync(draft, JSON.stringify(summarise(house.state, house.now())), { mode: 0o600 })
    renameSync(draft, join(house.home, 'status.json'))
  } catch {
    // A home on a full or read-only disk is still looked at, only more slowly.
  }
}

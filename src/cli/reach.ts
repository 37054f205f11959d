// Reaches the process that holds a home, over its socket, and loads nothing that only a house of one's own needs.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { callsOver } from '../client/calls.ts'
import { HungUp, over } from '../client/over.ts'
import { reachLocalDoor } from '../doors/local/reach.ts'
import { realClock } from '../presets/clock.ts'
import { socketPath } from '../presets/home.ts'
import type { Connection } from './world.ts'

export interface Where {
  readonly home: string
  readonly folder: string
  /** Places that a person named for the checkpoints of a house of this process. */
  readonly checkpointTo?: { readonly places: readonly string[]; readonly from: string }
  /** Told why something has to wait, for the person who sits there. */
  readonly hint?: (text: string) => void
}

const deadlineMs = 2000

/** Says once why calls wait, however many of them do, and when they go on. */
export function noticing(hint: Where['hint']): (waits: string) => void {
  let last = ''
  return (waits) => {
    if (waits === last) return
    last = waits
    hint?.(waits === '' ? 'It can be written again: going on.' : `Waiting: ${waits}`)
  }
}

/** Undefined when nobody listens, or whoever did is leaving. */
export async function reach({ home, folder, hint }: Where): Promise<Connection | undefined> {
  if (!existsSync(join(home, 'lock.db'))) return undefined
  const wire = await reachLocalDoor(socketPath(home))
  if (wire === undefined) return undefined
  const holder = () => holderOf(home)
  const options = { folder, after: realClock.after, deadlineMs, holder, notice: noticing(hint) }
  const transport = await over(wire, options).catch((error: unknown) => {
    if (error instanceof HungUp) return undefined
    throw error
  })
  if (transport === undefined) return undefined
  return { ...callsOver(transport), inside: false, quiet: async () => undefined, stop: () => transport.close() }
}

export function holderOf(home: string): { pid: number } | undefined {
  try {
    const pid = Number(readFileSync(join(home, 'lock.pid'), 'utf8').trim())
    return Number.isSafeInteger(pid) && pid > 0 ? { pid } : undefined
  } catch {
    return undefined
  }
}

const beatMs = 1000
/** A process that has not said for so long that it is leaving was stopped, or hangs. */
const silentMs = 5000

const leavingFile = (home: string): string => join(home, 'lock.leaving')

/** Says, again and again, that this process has closed its door and lets its agents end before it lets go of the home. */
export function leave(home: string): () => void {
  const file = leavingFile(home)
  const beat = (): void => {
    try {
      writeFileSync(file, `${process.pid}\n`, { mode: 0o600 })
    } catch {
      // On a full disk whoever waits does so for a shorter time.
    }
  }
  beat()
  const beats = setInterval(beat, beatMs).unref()
  return () => {
    clearInterval(beats)
    rmSync(file, { force: true })
  }
}

export function isLeaving(home: string): boolean {
  const file = leavingFile(home)
  try {
    const own = Number(readFileSync(file, 'utf8').trim()) === holderOf(home)?.pid
    return own && Date.now() - statSync(file).mtimeMs < silentMs
  } catch {
    return false
  }
}

// Reaches the process that holds a home, over its socket, and loads nothing that only a house of one's own needs.
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { callsOver } from '../client/calls.ts'
import { HungUp, over } from '../client/over.ts'
import { reachLocalDoor } from '../doors/local/reach.ts'
import { realClock } from '../presets/clock.ts'
import { socketPath } from '../presets/home.ts'
import { holderOf } from '../presets/leaving.ts'
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
  const stop = () => transport.close()
  return { ...callsOver(transport), folder: realpathSync(folder), inside: false, quiet: async () => undefined, stop }
}

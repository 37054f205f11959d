// Reaches the process that holds a home, over its socket, and loads nothing that only a house of one's own needs.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { callsOver } from '../client/calls.ts'
import { over } from '../client/over.ts'
import { reachLocalDoor } from '../doors/reach.ts'
import { realClock } from '../presets/clock.ts'
import { socketPath } from '../presets/home.ts'
import type { Connection } from './world.ts'

export interface Where {
  readonly home: string
  readonly folder: string
  /** Places that a person named for the checkpoints of a house of this process. */
  readonly checkpointTo?: { readonly places: readonly string[]; readonly from: string }
}

const deadlineMs = 2000

/** Undefined when nobody listens. */
export async function reach({ home, folder }: Where): Promise<Connection | undefined> {
  if (!existsSync(join(home, 'lock.db'))) return undefined
  const wire = await reachLocalDoor(socketPath(home))
  if (wire === undefined) return undefined
  const transport = await over(wire, { folder, after: realClock.after, deadlineMs, holder: () => holderOf(home) })
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

// Folders that agents have as HOME: one for each step and agent, kept from one attempt to the next, of nobody else's to read.
import { hash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HouseParts } from '../engine/parts.ts'

const longestName = 150

export function agentHomesIn(home: string): NonNullable<HouseParts['agentHomes']> {
  const at = (name: string): string => join(home, 'agents', folderName(name))
  return {
    make: async (name) => {
      const folder = at(name)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      return folder
    },
    forget: (name) => rm(at(name), { recursive: true, force: true }),
  }
}

/** Names of steps come from plans: what could be more than a name, or too long for one, is a digest instead. */
function folderName(name: string): string {
  const plain = /^[\w~-][\w.~-]*$/u.test(name) && Buffer.byteLength(name) <= longestName
  return plain ? name : `sha256-${hash('sha256', name, 'hex')}`
}

// Kept homes: a folder of ours that is an agent's HOME from one start to the next, found fit before anything runs in it.
import { chmodSync, existsSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { inside } from './places.ts'

export interface HomeOrder {
  /** The folder to keep. */
  readonly at: string
  /** Where the child works: what it keeps may not lie in it, nor it in what is kept. */
  readonly folder: string
  /** Baton's home. */
  readonly home: string
}

function unfit(path: string, why: string, remedy: string): Error {
  return new Error(`${path} cannot be kept as an agent's HOME: ${why}. ${remedy}`)
}

/** Where a path leads that may not be there yet. */
function leads(path: string): string {
  if (path === '/' || existsSync(path)) return realpathSync(path)
  return join(leads(dirname(path)), basename(path))
}

/** Made if it is not there, 0700 whatever it was. Gives its real path; throws in words when it would show an agent more than its own things. */
export function keptHome({ at, folder, home }: HomeOrder): string {
  if (!at.startsWith('/') || at.split('/').includes('..') || at.includes('\0'))
    throw unfit(at, 'it is not an absolute path', 'Name a folder that Baton may make for this agent alone.')
  const there = lstatSync(at, { throwIfNoEntry: false })
  if (there !== undefined && !there.isDirectory())
    throw unfit(at, 'it is a link or a file', 'Remove it, and Baton makes a folder of its own there.')
  const real = leads(at)
  for (const other of [leads(folder), join(home, 'clones')])
    if (inside(real, other) || inside(other, real))
      throw unfit(at, 'a folder that agents work in overlaps with it', 'Name a folder of its own.')
  if (inside(home, real) || dirname(real) === '/')
    throw unfit(at, "it holds more than one agent's own things", 'Name a folder of its own.')
  mkdirSync(real, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(real)
  if (process.getuid !== undefined && uid !== process.getuid())
    throw unfit(at, 'it belongs to somebody else', 'Remove it, or name another folder.')
  if ((mode & 0o777) !== 0o700) chmodSync(real, 0o700)
  return real
}

// Walks a hostile folder with lstat, from one open folder to the next, and never follows a link.
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import type { Found, WalkOrder } from '../../core/ports.ts'
import type { Part } from '../wire.ts'
import { isGitName, readable } from './names.ts'

const deepest = 100
const sliceMs = 4
const batch = 1_000
const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

function nextTurn(): Promise<void> {
  return new Promise((done) => setImmediate(done))
}

/** The names in a folder; none when it is not there or not a folder. */
function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

function isWhiteout(seen: Stats): boolean {
  return seen.isCharacterDevice() && seen.rdev === 0
}

/** What layers, topmost first, make of a name together: folders that are merged, until something that is none hides what lies below it. */
function merged(layers: readonly string[], name: string): 'file' | readonly string[] {
  const folders: string[] = []
  for (const layer of layers) {
    const was = look(`${layer}/${name}`)
    if (was === undefined) continue
    if (was.isDirectory()) folders.push(`${layer}/${name}`)
    else return folders.length === 0 && !isWhiteout(was) ? 'file' : folders
  }
  return folders
}

/** Opens a folder that its owner may have locked himself out of. */
function openFolder(path: string): number {
  try {
    return openSync(path, asFolder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    unlock(path)
    return openSync(path, asFolder)
  }
}

// O_PATH, which Node does not name: a handle on what lies there, not on what it points to.
const asPath = 0o10000000 | constants.O_NOFOLLOW

/** Gives the owner his rights back, on the very file that lies there. */
export function unlock(path: string): void {
  const handle = openSync(path, asPath)
  try {
    const { mode } = fstatSync(handle)
    if ((mode & 0o170000) === 0o120000) return
    const more = (mode & 0o170000) === 0o040000 ? 0o700 : 0o400
    // fchmod refuses such a handle; its name in /proc leads to the same file.
    chmodSync(`/proc/self/fd/${handle}`, (mode & 0o7777) | more)
  } finally {
    closeSync(handle)
  }
}

export class Walk {
  readonly #order: WalkOrder
  readonly #tell: (part: Part) => Promise<void>
  #found: Found[] = []
  #hidden: string[] = []
  #since = performance.now()

  constructor(order: WalkOrder, tell: (part: Part) => Promise<void>) {
    this.#order = order
    this.#tell = tell
  }

  async run(): Promise<void> {
    const root = openFolder(this.#order.overlay?.upper ?? this.#order.folder)
    try {
      await this.#enter(root, '', 0, this.#order.overlay?.lower ?? [])
    } finally {
      closeSync(root)
    }
    await this.#send(true)
    for (let at = 0; at < this.#hidden.length; at += batch) {
      await this.#tell({ hidden: this.#hidden.slice(at, at + batch) })
    }
  }

  async #enter(handle: number, under: string, depth: number, lower: readonly string[]): Promise<void> {
    const here = `/proc/self/fd/${handle}`
    this.#compare(under, lower)
    for (const raw of readdirSync(here, { encoding: 'buffer' })) {
      const name = readable(raw)
      if (name === undefined) {
        const shown = under + JSON.stringify(raw.toString('utf8')).slice(1, -1)
        this.#found.push({ shown, kind: 'other', runs: false, size: 0, device: 0, inode: 0 })
        continue
      }
      if (isGitName(name)) continue
      await this.#visit(here, name, under + name, depth, lower)
    }
  }

  async #visit(here: string, name: string, path: string, depth: number, lower: readonly string[]): Promise<void> {
    const seen = look(`${here}/${name}`)
    if (seen === undefined) return
    if (this.#order.overlay !== undefined && isWhiteout(seen)) return
    const found = {
      path,
      shown: path,
      runs: (seen.mode & 0o100) !== 0,
      size: seen.size,
      device: seen.dev,
      inode: seen.ino,
    }
    await this.#send(false)
    if (seen.isFile()) this.#found.push({ ...found, kind: 'file' })
    else if (seen.isSymbolicLink()) this.#found.push(this.#link(`${here}/${name}`, found))
    else if (!seen.isDirectory()) this.#found.push({ ...found, kind: 'other' })
    else if (depth >= deepest) this.#found.push({ ...found, kind: 'deep' })
    else {
      const below = merged(lower, name)
      // What is a folder now was a file or a link before.
      if (below === 'file') this.#hidden.push(path)
      await this.#descend(`${here}/${name}`, seen, found, depth, below === 'file' ? [] : below)
    }
  }

  async #descend(
    at: string,
    seen: Stats,
    found: Omit<Found, 'kind'> & { path: string },
    depth: number,
    lower: readonly string[],
  ): Promise<void> {
    const handle = openFolder(at)
    try {
      const now = fstatSync(handle)
      if (now.ino !== seen.ino || now.dev !== seen.dev) return
      const nested = names(`/proc/self/fd/${handle}`).some(isGitName)
      this.#found.push({ ...found, kind: nested ? 'repository' : 'folder' })
      if (!nested) await this.#enter(handle, `${found.path}/`, depth + 1, lower)
    } finally {
      closeSync(handle)
    }
  }

  #link(at: string, found: Omit<Found, 'kind'>): Found {
    const target = readable(readlinkSync(at, { encoding: 'buffer' }))
    return target === undefined ? { ...found, kind: 'other' } : { ...found, kind: 'link', target }
  }

  /** In a folder that upper and lower both have, what the merged listing lacks is gone: deleted, or the folder was made anew. */
  #compare(under: string, lower: readonly string[]): void {
    if (lower.length === 0) return
    const merged = new Set(names(join(this.#order.folder, under)))
    for (const name of lower.flatMap(names)) {
      if (!merged.has(name) && !isGitName(name)) this.#hidden.push(under + name)
    }
  }

  /** Sends what has gathered, and lets others have their turn: a walk of many files must not hold up a start or a stop. */
  async #send(last: boolean): Promise<void> {
    if (last ? this.#found.length > 0 : this.#found.length >= batch) {
      const found = this.#found
      this.#found = []
      await this.#tell({ found })
    }
    if (performance.now() - this.#since < sliceMs) return
    await nextTurn()
    this.#since = performance.now()
  }
}

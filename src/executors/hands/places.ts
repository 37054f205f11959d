// Finds a place in the folder one name at a time, through open folders, so that no link and no race leads out of it.
import { closeSync, constants, existsSync, lstatSync, mkdirSync, openSync, readlinkSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { plain, Refused } from './words.ts'

const asFolder = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
const linksAtMost = 16
const pathLettersAtMost = 4_096
const throughHandles = process.platform === 'linux' && existsSync('/proc/self/fd')

export interface Place {
  /** What to open: of no use after the place is left. Never follow it: it may have become a link. */
  readonly at: string
  /** From the folder on, without links; '' is the folder itself. */
  readonly shown: string
  /** Undefined when nothing is there. */
  readonly seen: Stats | undefined
}

/** The names of a path, read as a model may have written it: with `./`, or from the root of its folder. */
function namesOf(root: string, path: string): string[] {
  if (path.includes('\0')) throw new Refused('The path holds a NUL. Give a plain path inside the folder.')
  if (path.length > pathLettersAtMost) throw new Refused('The path is too long. Give a plain path inside the folder.')
  const own = path === root || path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path
  if (own.startsWith('/'))
    throw new Refused(`${plain(path)} lies outside of the folder. Give a path inside it, such as src/a.ts.`)
  return own.split('/').filter((name) => name !== '' && name !== '.')
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'ENAMETOOLONG') throw new Refused('A name in the path is too long.')
    throw error
  }
}

/** The folders from the root down to where we are, each held open. */
class Descent {
  readonly #root: string
  readonly #handles: number[] = []
  readonly names: string[] = []

  constructor(root: string) {
    this.#root = root
    if (throughHandles) this.#handles.push(openSync(root, asFolder))
  }

  get here(): string {
    return throughHandles ? `/proc/self/fd/${this.#handles.at(-1)}` : join(this.#root, ...this.names)
  }

  enter(name: string): void {
    if (throughHandles) this.#handles.push(openSync(`${this.here}/${name}`, asFolder))
    this.names.push(name)
  }

  up(path: string): void {
    if (this.names.pop() === undefined)
      throw new Refused(`${plain(path)} leads out of the folder. Give a path inside it.`)
    const handle = this.#handles.pop()
    if (handle !== undefined) closeSync(handle)
  }

  leave(): void {
    for (const handle of this.#handles) closeSync(handle)
  }
}

interface Wanted {
  readonly root: string
  readonly path: string
  /** Make the folders that are missing on the way. */
  readonly make: boolean
}

function find(descent: Descent, { root, path, make }: Wanted): Place {
  const rest = namesOf(root, path)
  let links = 0
  for (;;) {
    const name = rest.shift()
    const shown = (last?: string): string => [...descent.names, ...(last === undefined ? [] : [last])].join('/')
    if (name === undefined) return { at: descent.here, shown: shown(), seen: lstatSync(`${descent.here}/.`) }
    if (name === '..') {
      descent.up(path)
      continue
    }
    const at = `${descent.here}/${name}`
    const seen = look(at)
    if (seen?.isSymbolicLink() === true) {
      links += 1
      if (links > linksAtMost) throw new Refused(`${plain(path)} leads through too many links.`)
      rest.unshift(...followed(at, shown(name)))
    } else if (seen?.isDirectory() === true) descent.enter(name)
    else if (rest.length === 0) return { at, shown: shown(name), seen }
    else if (seen === undefined && make) {
      mkdirSync(at)
      descent.enter(name)
    } else if (seen === undefined) return { at, shown: [...descent.names, name, ...rest].join('/'), seen }
    else throw new Refused(`${plain(shown(name))} is no folder.`)
  }
}

/** A link that stays inside may be gone through: its target is walked like any path. */
function followed(at: string, shown: string): string[] {
  const target = readlinkSync(at)
  if (target.startsWith('/'))
    throw new Refused(`${plain(shown)} is a link to ${plain(target)}, outside of the folder. It is not followed.`)
  return target.split('/').filter((name) => name !== '' && name !== '.')
}

/** Only while `use` runs is the place held. */
export function within<T>(wanted: Wanted, use: (place: Place) => T): T {
  const descent = new Descent(wanted.root)
  try {
    return use(find(descent, wanted))
  } finally {
    descent.leave()
  }
}

const ignored = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** What git, on any file system, would take for its own folder: nothing is ever written there. */
export function isGits(shown: string): boolean {
  return shown.split('/').some((name) => {
    const bare = (name.replace(ignored, '').toLowerCase().split(':')[0] ?? '').replace(/[. ]+$/, '')
    return bare === '.git' || bare === 'git~1'
  })
}

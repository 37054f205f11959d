// A delta while it is written: files, links and whiteouts in a folder of ours, never through a link that came from a tree.
import { linkSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'

export function above(path: string): string[] {
  const found: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at))
  return found
}

function spot(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])
}

function isFolder(at: Buffer): boolean {
  return lstatSync(at, { throwIfNoEntry: false })?.isDirectory() === true
}

/** What is there. The caller knows that the way to it leads through folders only. */
export function kindAt(folder: string, path: string): 'folder' | 'other' | 'nothing' {
  const seen = lstatSync(spot(folder, path), { throwIfNoEntry: false })
  if (seen === undefined) return 'nothing'
  return seen.isDirectory() ? 'folder' : 'other'
}

/** The names below a path, as latin1; none when there is no such folder. */
export function namesIn(folder: string, path: string): readonly string[] {
  return kindAt(folder, path) === 'folder' ? readdirSync(spot(folder, path), { encoding: 'latin1' }) : []
}

/** Paths are latin1. Every one refuses a path whose way leads through what is no folder of the draft. */
export class Draft {
  readonly folder: string
  readonly #made = new Set<string>()

  constructor(folder: string) {
    this.folder = folder
  }

  file(path: string, bytes: Uint8Array, runs: boolean): void {
    writeFileSync(this.#room(path), bytes, { flag: 'wx', mode: runs ? 0o777 : 0o666 })
  }

  symlink(path: string, target: Uint8Array): void {
    symlinkSync(Buffer.from(target), this.#room(path))
  }

  /** The same file as the one at `path` in another folder of ours, or the same device as the one that `other` is. */
  same(path: string, other: string, at?: string): void {
    linkSync(at === undefined ? other : spot(other, at), this.#room(path))
  }

  #room(path: string): Buffer {
    for (const folder of above(path).reverse()) this.#folder(folder)
    return spot(this.folder, path)
  }

  #folder(path: string): void {
    if (this.#made.has(path)) return
    const at = spot(this.folder, path)
    if (!isFolder(at)) mkdirSync(at)
    this.#made.add(path)
  }
}

// A layer while it is written, and what layers show together: paths are latin1, and no link that came from a tree is followed.
import {
  type Dirent,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { above } from './difference.ts'

function spot(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])
}

function look(folder: string, path: string): Stats | undefined {
  return lstatSync(spot(folder, path), { throwIfNoEntry: false })
}

/** What is there. The caller knows that the way to it leads through folders only. */
export function kindAt(folder: string, path: string): 'folder' | 'other' | 'nothing' {
  const seen = look(folder, path)
  if (seen === undefined) return 'nothing'
  return seen.isDirectory() ? 'folder' : 'other'
}

/** The names that layers, topmost first, show together in a folder; none when it is none there. */
export function shownIn(layers: readonly string[], folder: string): readonly string[] {
  let shown = layers
  for (const at of [...above(folder).reverse(), folder]) {
    const hides = shown.findIndex((layer) => kindAt(layer, at) === 'other')
    shown = (hides === -1 ? shown : shown.slice(0, hides)).filter((layer) => kindAt(layer, at) === 'folder')
  }
  const names = new Map<string, Dirent>()
  for (const layer of shown) {
    const entries: Dirent[] = readdirSync(spot(layer, folder), { encoding: 'latin1', withFileTypes: true })
    for (const entry of entries) if (!names.has(entry.name)) names.set(entry.name, entry)
  }
  // Nothing else is a device there: no tree holds one, and of a set-up none is kept.
  return [...names.values()].flatMap((entry) => (entry.isCharacterDevice() ? [] : [entry.name]))
}

/** Refuses every path whose way leads through what is no folder of the draft. */
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

  /** One more name for a device. */
  whiteout(path: string, device: string): void {
    linkSync(device, this.#room(path))
  }

  #room(path: string): Buffer {
    for (const folder of above(path).reverse()) this.#folder(folder)
    return spot(this.folder, path)
  }

  #folder(path: string): void {
    if (this.#made.has(path)) return
    try {
      mkdirSync(spot(this.folder, path))
    } catch (error) {
      if (kindAt(this.folder, path) !== 'folder') throw error
    }
    this.#made.add(path)
  }
}

// Looks at and writes single paths of a person's folder, never through a link and never half.
import type { Stats } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, readlink, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Format, LINK, nameOf } from '../objects.ts'
import { fromDisk, toDisk } from './conversions.ts'
import type { Side } from './diff.ts'
import { isMissing } from './locks.ts'

export type Found =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly oids: readonly string[]; readonly runs: boolean }
  | { readonly kind: 'link'; readonly oid: string }
  | { readonly kind: 'folder' }
  /** `by` is a parent of the path that is a file or a link. */
  | { readonly kind: 'blocked'; readonly by: string }
  | { readonly kind: 'other' }

async function lstatOr(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

export class Folder {
  readonly root: string
  readonly #format: Format
  readonly #stage: string
  #count = 0

  /** `stage` lies on the same disk, so that a finished file can be moved into its place at once. */
  constructor(root: string, format: Format, stage: string) {
    this.root = root
    this.#format = format
    this.#stage = stage
  }

  async find(path: string, crlf: boolean): Promise<Found> {
    const segments = path.split('/')
    for (let i = 1; i < segments.length; i++) {
      const parent = segments.slice(0, i).join('/')
      const stats = await lstatOr(join(this.root, parent))
      if (!stats) return { kind: 'absent' }
      if (!stats.isDirectory()) return { kind: 'blocked', by: parent }
    }
    const at = join(this.root, path)
    const stats = await lstatOr(at)
    if (!stats) return { kind: 'absent' }
    if (stats.isDirectory()) return { kind: 'folder' }
    if (stats.isSymbolicLink())
      return { kind: 'link', oid: nameOf(this.#format, 'blob', await readlink(at, { encoding: 'buffer' })) }
    if (!stats.isFile()) return { kind: 'other' }
    const bytes = await readFile(at)
    const oids = [nameOf(this.#format, 'blob', bytes)]
    if (crlf) oids.push(nameOf(this.#format, 'blob', fromDisk(bytes)))
    return { kind: 'file', oids, runs: (stats.mode & 0o100) !== 0 }
  }

  /** Every file below a folder, at most `most` of them. */
  async below(path: string, most: number): Promise<readonly string[]> {
    const found: string[] = []
    const open = [path]
    for (let at = open.pop(); at !== undefined && found.length < most; at = open.pop()) {
      for (const entry of await readdir(join(this.root, at), { withFileTypes: true })) {
        if (entry.isDirectory()) open.push(`${at}/${entry.name}`)
        else found.push(`${at}/${entry.name}`)
      }
    }
    return found
  }

  /** Durable when it returns: the branch moves only after the folder has. */
  async write(path: string, side: Side, bytes: Buffer, crlf: boolean): Promise<void> {
    const at = join(this.root, path)
    const next = join(this.#stage, `${process.pid}-${this.#count++}`)
    await mkdir(this.#stage, { recursive: true })
    await mkdir(dirname(at), { recursive: true })
    if (side.mode === LINK) {
      await symlink(bytes, next)
    } else {
      const file = await open(next, 'w', side.mode === '100755' ? 0o777 : 0o666)
      try {
        await file.writeFile(toDisk(bytes, crlf))
        await file.sync()
      } finally {
        await file.close()
      }
    }
    if ((await lstatOr(at))?.isDirectory()) await this.#removeEmpty(at)
    await rename(next, at)
  }

  /** Folders that this leaves empty go too. */
  async remove(path: string): Promise<void> {
    try {
      await unlink(join(this.root, path))
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    for (let at = dirname(path); at !== '.'; at = dirname(at)) {
      try {
        await rmdir(join(this.root, at))
      } catch {
        return
      }
    }
  }

  /** Fails on the first folder that holds a file. */
  async #removeEmpty(at: string): Promise<void> {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      if (entry.isDirectory()) await this.#removeEmpty(join(at, entry.name))
    }
    await rmdir(at)
  }

  async tidy(): Promise<void> {
    await rm(this.#stage, { recursive: true, force: true })
  }
}

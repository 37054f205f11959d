// Small trees, held in memory while one clone after another is made of them, and written without starting anything.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CloneOrder } from '../core/ports.ts'
import { pathTrouble } from './collect/judge.ts'
import { blobs, type Origin } from './collect/tree.ts'
import { git } from './git.ts'
import { askingFolder, type Room } from './room.ts'

interface File {
  readonly path: string
  readonly mode: number
  readonly bytes: Uint8Array
}

interface Known {
  readonly base: string
  files?: Promise<readonly File[] | undefined>
}

const mostFiles = 200
const mostBytes = 1024 * 1024
const modes = new Map([
  ['100644', 0o666],
  ['100755', 0o777],
])
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export class SmallTrees {
  readonly #room: Room
  readonly #known = new Map<string, Known>()

  constructor(room: Room) {
    this.#room = room
  }

  /**
   * Writes the base's files below `folder`, which is there and empty; false when git must do it: the tree is large, or holds anything but plain
   * files of plain names, or is asked for the first time, since a base that moves on is not worth holding.
   */
  async write(order: Pick<CloneOrder, 'repository' | 'base'>, folder: string): Promise<boolean> {
    const known = this.#known.get(order.repository)
    if (known?.base !== order.base) {
      this.#known.set(order.repository, { base: order.base })
      return false
    }
    // What git cannot tell here it tells when it checks out.
    known.files ??= this.#read(order).catch(() => undefined)
    const files = await known.files
    if (files === undefined) return false
    for (const path of new Set(files.map((file) => dirname(file.path))))
      if (path !== '.') mkdirSync(join(folder, path), { recursive: true })
    for (const { path, mode, bytes } of files) writeFileSync(join(folder, path), bytes, { mode, flag: 'wx' })
    return true
  }

  async #read({ repository, base }: Pick<CloneOrder, 'repository' | 'base'>): Promise<readonly File[] | undefined> {
    const { spawner } = this.#room
    const origin: Origin = { spawner, gitDir: askingFolder(this.#room, repository, base), commit: base }
    const args = ['ls-tree', '-r', '-l', '-z', '--full-tree', base]
    const listed = list(await git(spawner, { gitDir: origin.gitDir, args }))
    if (listed === undefined) return undefined
    const contents = await blobs(origin, [...new Set(listed.map(({ oid }) => oid))])
    return listed.map(({ path, mode, oid }) => ({ path, mode, bytes: contents.get(oid) ?? new Uint8Array() }))
  }
}

interface Listed {
  readonly path: string
  readonly mode: number
  readonly oid: string
}

/** Undefined as soon as one of them is more than a plain file of a plain name, or all are too many or too much. */
function list(out: Buffer): readonly Listed[] | undefined {
  const listed: Listed[] = []
  let bytes = 0
  for (let from = 0, to = out.indexOf(0); to !== -1; from = to + 1, to = out.indexOf(0, from)) {
    const tab = out.indexOf(9, from)
    const [kind = '', , oid = '', size = ''] = out.toString('latin1', from, tab).split(/ +/)
    const [mode, path] = [modes.get(kind), nameOf(out.subarray(tab + 1, to))]
    bytes += Number(size)
    if (mode === undefined || path === undefined || listed.length >= mostFiles || !(bytes <= mostBytes))
      return undefined
    listed.push({ path, mode, oid })
  }
  return listed
}

function nameOf(bytes: Buffer): string | undefined {
  try {
    const path = strict.decode(bytes)
    return pathTrouble(path) === undefined ? path : undefined
  } catch {
    return undefined
  }
}

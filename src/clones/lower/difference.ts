// What a base has otherwise than the checkout below it: path by path, as git tells it.
import type { Origin } from '../collect/tree.ts'
import { git } from '../git.ts'

export interface Moved {
  /** The raw bytes of the path as latin1: a name need not be UTF-8. */
  readonly path: string
  /** As git writes modes; `nothing` where it is not there. */
  readonly was: string
  readonly mode: string
  readonly oid: string
}

export const nothing = '000000'
export const gitlink = '160000'

/** In the order of paths. */
export async function difference(base: Origin, from: string): Promise<ReadonlyMap<string, Moved>> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, base.commit]
  const fields = (await git(base.spawner, { gitDir: base.gitDir, args })).toString('latin1').split('\0')
  const found = new Map<string, Moved>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [was = '', mode = '', , oid = ''] = (fields[at] ?? '').slice(1).split(' ')
    const path = fields[at + 1] ?? ''
    found.set(path, { path, was, mode, oid })
  }
  return found
}

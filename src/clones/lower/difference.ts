// What one commit has otherwise than another: path by path, as git tells it.
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

export type Paths = ReadonlyMap<string, Moved>

export const nothing = '000000'
export const gitlink = '160000'

export async function difference(base: Origin, from: string): Promise<Paths> {
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

export function above(path: string): string[] {
  const found: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at))
  return found
}

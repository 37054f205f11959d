// Asks git what the base tree holds: for a few paths, or for all.
import type { Spawner, TreeEntry } from '../../core/ports.ts'
import { git } from '../git.ts'

export interface Origin {
  readonly spawner: Spawner
  /** A git folder of ours that borrows the repository's objects. */
  readonly gitDir: string
  readonly commit: string
}

const fewPaths = 500
const fewBytes = 60_000
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A name that is not UTF-8, or breaks lines, is none that the walk could tell: it is never compared, so it stays as it is. */
function entry(record: Buffer): TreeEntry | undefined {
  const tab = record.indexOf(9)
  if (tab === -1) return undefined
  const [mode = '', , oid = ''] = record.toString('latin1', 0, tab).split(' ')
  try {
    const path = strict.decode(record.subarray(tab + 1))
    return /[\n\r]/.test(path) ? undefined : { path, mode, oid }
  } catch {
    return undefined
  }
}

function parse(out: Buffer): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>()
  for (let from = 0, to = out.indexOf(0); to !== -1; from = to + 1, to = out.indexOf(0, from)) {
    const found = entry(out.subarray(from, to))
    if (found !== undefined) entries.set(found.path, found)
  }
  return entries
}

/** The files of the base at or below `paths`; all of them when `paths` is undefined, or too many to name. */
export async function baseEntries(base: Origin, paths?: readonly string[]): Promise<ReadonlyMap<string, TreeEntry>> {
  if (paths?.length === 0) return new Map()
  const bytes = paths?.reduce((sum, path) => sum + path.length * 3, 0) ?? 0
  const few = paths !== undefined && paths.length <= fewPaths && bytes <= fewBytes
  const args = ['ls-tree', '-r', '-z', '--full-tree', base.commit, ...(few ? ['--', ...paths] : [])]
  return parse(await git(base.spawner, { gitDir: base.gitDir, args }))
}

/** Those of `folders` that are submodules in the base. */
export async function submodules(base: Origin, folders: readonly string[]): Promise<readonly TreeEntry[]> {
  if (folders.length === 0) return []
  if (folders.length > fewPaths) return [...(await baseEntries(base)).values()].filter(({ mode }) => mode === '160000')
  const args = ['ls-tree', '-z', '--full-tree', base.commit, '--', ...folders]
  const entries = parse(await git(base.spawner, { gitDir: base.gitDir, args }))
  return [...entries.values()].filter(({ mode }) => mode === '160000')
}

/** The contents of blobs, by id. */
export async function blobs(base: Origin, oids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
  const found = new Map<string, Buffer>()
  if (oids.length === 0) return found
  const out = await git(base.spawner, {
    gitDir: base.gitDir,
    args: ['cat-file', '--batch'],
    input: `${oids.join('\n')}\n`,
  })
  for (let at = 0; at < out.length; ) {
    const end = out.indexOf(10, at)
    const [oid = '', , size] = out.toString('latin1', at, end).split(' ')
    if (size === undefined) throw new Error(`The base's ${oid} is missing from the repository. Run \`git fsck\` there.`)
    found.set(oid, out.subarray(end + 1, end + 1 + Number(size)))
    at = end + 2 + Number(size)
  }
  return found
}

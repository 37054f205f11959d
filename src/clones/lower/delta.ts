// Writes the difference between a pristine and a base as a layer: what lies on the two together is the base, git's index included.
//
// What a layer must get right: a deleted file is a whiteout device; a folder that lost its last file is gone as a whole, unless a set-up put something
// of its own there; a file over a folder, and a folder over a file, need none, for the upper one hides the lower.
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathTrouble } from '../collect/judge.ts'
import { blobs, type Origin } from '../collect/tree.ts'
import { git } from '../git.ts'
import { difference, gitlink, type Moved, nothing } from './difference.ts'
import { above, Draft, kindAt, namesIn } from './draft.ts'
import type { Pristine } from './pristines.ts'

export interface Delta {
  readonly folder: string
  /** The paths in which the base differs from the pristine. */
  readonly moved: ReadonlyMap<string, Moved>
}

export interface DeltaOrder {
  readonly base: Origin
  readonly pristine: Pristine
  /** A new folder of ours, empty. */
  readonly folder: string
  /** A whiteout device to link to. */
  readonly whiteout: string
  /** Another delta on the same pristine, to take files from. */
  readonly before?: Delta
}

/** More files than these are written by git itself. */
const few = 200

const byInode = ['-c', 'core.checkStat=default', '-c', 'core.trustctime=true']

type Paths = ReadonlyMap<string, Moved>

/** What another delta has just the same. None when it has a path that is no difference here, for then its index says too much. */
function sameAs(moved: Paths, before: Delta | undefined): ReadonlySet<string> {
  const other = [...(before?.moved.values() ?? [])]
  if (other.some(({ path }) => !moved.has(path))) return new Set()
  return new Set(
    other.flatMap(({ path, mode, oid }) => {
      const now = moved.get(path)
      return now?.mode === mode && now.oid === oid ? [path] : []
    }),
  )
}

/** What a set-up put where the base has something new cannot stay below it: then the set-up must run on the base itself. */
function checkWay(pristine: Pristine, moved: Paths): void {
  for (const layer of pristine.lower.slice(0, -1)) {
    for (const { path, was } of moved.values()) {
      const way = was === nothing ? [...above(path).reverse(), path] : []
      const met = way.find((at) => kindAt(layer, at) !== 'folder') ?? path
      if (way.length > 0 && kindAt(layer, met) !== 'nothing')
        throw new Error(`What the set-up wrote is in the way of the base's ${path}.`)
    }
  }
}

/** Few plain files are written here, in milliseconds; anything else by git, which judges every name and knows every mode. */
function isPlain(fresh: readonly Moved[]): boolean {
  return (
    fresh.length <= few &&
    fresh.every(
      ({ path, was, mode }) =>
        was !== gitlink && mode !== gitlink && pathTrouble(Buffer.from(path, 'latin1').toString()) === undefined,
    )
  )
}

async function writeFiles({ base }: DeltaOrder, draft: Draft, fresh: readonly Moved[]): Promise<void> {
  const present = fresh.filter(({ mode }) => mode !== nothing)
  const contents = await blobs(base, [...new Set(present.map(({ oid }) => oid))])
  for (const { path, mode, oid } of present) {
    const bytes = contents.get(oid)
    if (bytes === undefined) throw new Error(`git said nothing of ${oid}.`)
    if (mode === '120000') draft.symlink(path, bytes)
    else draft.file(path, bytes, (Number.parseInt(mode, 8) & 0o100) !== 0)
  }
}

/** Does something of the base lie in the way to this path? Then the merged folder cannot show what the pristine has there. */
function isCovered(moved: Paths, path: string): boolean {
  return above(path).some((at) => ![nothing, gitlink].includes(moved.get(at)?.mode ?? nothing))
}

/** Folders and files of the pristine that the base has no more, topmost first: what lies below one is not named. */
function goneFrom({ pristine }: DeltaOrder, draft: Draft, moved: Paths): readonly string[] {
  const deleted = [...moved.values()].filter(({ path, mode }) => mode === nothing && !isCovered(moved, path))
  const gone = new Set(deleted.map(({ path }) => path))
  const depth = (path: string): number => path.split('/').length
  const folders = [...new Set([...gone].flatMap(above))].sort((a, b) => depth(b) - depth(a))
  for (const folder of folders) {
    const left = pristine.lower.some((layer) => namesIn(layer, folder).some((name) => !gone.has(`${folder}/${name}`)))
    if (!left && kindAt(draft.folder, folder) === 'nothing') gone.add(folder)
  }
  return [...gone].filter((path) => !above(path).some((folder) => gone.has(folder)))
}

/** Takes about as long as git needs to read and write one index; gives the paths that differ. */
export async function writeDelta(order: DeltaOrder): Promise<Paths> {
  const { base, pristine, folder } = order
  const moved = await difference(base, pristine.commit)
  checkWay(pristine, moved)
  const same = sameAs(moved, order.before)
  const before = same.size > 0 ? order.before : undefined
  const fresh = [...moved.values()].filter(({ path }) => !same.has(path))
  const draft = new Draft(folder)
  const index = join(folder, '.git', 'index')
  mkdirSync(join(folder, '.git'))
  writeFileSync(join(folder, '.git', 'HEAD'), `${base.commit}\n`)
  const run = (args: string[], input = ''): Promise<Buffer> =>
    git(base.spawner, { gitDir: base.gitDir, workTree: folder, index, args, input: Buffer.from(input, 'latin1') })
  if (isPlain(fresh)) {
    // Git writes an index anew beside the old one and renames it, so the one that is linked to stays as it is.
    linkSync(before === undefined ? pristine.index : join(before.folder, '.git', 'index'), index)
    await writeFiles(order, draft, fresh)
    const names = fresh.flatMap(({ path }) => (isCovered(moved, path) ? [] : [`${path}\0`])).join('')
    if (before !== undefined)
      for (const { path, mode } of moved.values())
        if (same.has(path) && mode !== nothing) draft.same(path, before.folder, path)
    // A file that is as long as the one before it and as young differs by its inode alone.
    await run([...byInode, 'update-index', '--add', '--remove', '--replace', '--info-only', '-z', '--stdin'], names)
  } else {
    linkSync(pristine.index, index)
    await run(['read-tree', '-m', '-u', pristine.commit, base.commit])
  }
  for (const path of goneFrom(order, draft, moved))
    if (kindAt(folder, path) === 'nothing') draft.same(path, order.whiteout)
  return moved
}

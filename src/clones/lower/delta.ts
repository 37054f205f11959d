// Writes the difference between what layers show and a base as one more layer: together they are the base, git's index included.
//
// What a layer must get right: a deleted file is a whiteout device; a folder that lost its last file is gone as a whole, unless a set-up put something
// of its own there; a file over a folder, and a folder over a file, need none, for the upper one hides the lower.
import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathTrouble } from '../collect/judge.ts'
import { blobs, type Origin } from '../collect/tree.ts'
import { git } from '../git.ts'
import { above, difference, gitlink, type Moved, nothing, type Paths } from './difference.ts'
import { Draft, kindAt, shownIn } from './draft.ts'

/** Folders that show a commit when one is laid on the other. */
export interface Ground {
  readonly commit: string
  /** Topmost first. */
  readonly lower: readonly string[]
  /** Git's index of the commit. */
  readonly index: string
}

export interface DeltaOrder {
  readonly base: Origin
  readonly ground: Ground
  /** Those of its folders that hold what a set-up wrote. */
  readonly setUp: readonly string[]
  /** A new folder of ours, empty. */
  readonly folder: string
  /** A whiteout device to link to. */
  readonly whiteout: string
}

/** More files than these are written by git itself. */
const few = 200
// A file that is as long as the one before it and as young differs from that by its inode alone.
const byInode = ['-c', 'core.checkStat=default', '-c', 'core.trustctime=true']

/** What a set-up put where the base has something new cannot stay below it: then the set-up must run on the base itself. */
function checkWay({ setUp }: DeltaOrder, moved: Paths): void {
  for (const layer of setUp) {
    for (const { path, was } of moved.values()) {
      if (was !== nothing) continue
      const met = [...above(path).reverse(), path].find((at) => kindAt(layer, at) !== 'folder') ?? path
      if (kindAt(layer, met) !== 'nothing')
        throw new Error(`What the set-up wrote is in the way of the base's ${path}.`)
    }
  }
}

/** Few plain files are written here, in milliseconds; anything else by git, which judges every name and knows every mode. */
function isPlain(moved: Paths): boolean {
  return (
    moved.size <= few &&
    [...moved.values()].every(
      ({ path, was, mode }) =>
        was !== gitlink && mode !== gitlink && pathTrouble(Buffer.from(path, 'latin1').toString()) === undefined,
    )
  )
}

async function writeFiles(base: Origin, draft: Draft, moved: Paths): Promise<void> {
  const present = [...moved.values()].filter(({ mode }) => mode !== nothing)
  const contents = await blobs(base, [...new Set(present.map(({ oid }) => oid))])
  for (const { path, mode, oid } of present) {
    const bytes = contents.get(oid)
    if (bytes === undefined) throw new Error(`git said nothing of ${oid}.`)
    if (mode === '120000') draft.symlink(path, bytes)
    else draft.file(path, bytes, (Number.parseInt(mode, 8) & 0o100) !== 0)
  }
}

/** What the base has no more and nothing of it lies in the way to: a file or link in the way hides what was below. */
function deletedIn(moved: Paths): readonly Moved[] {
  const hides = (path: string): boolean => ![nothing, gitlink].includes(moved.get(path)?.mode ?? nothing)
  return [...moved.values()].filter(({ path, mode }) => mode === nothing && !above(path).some(hides))
}

/** Whole folders where nothing is left, topmost first: what lies below one is not named. */
function goneFrom({ ground, folder: draft }: DeltaOrder, moved: Paths): readonly string[] {
  const gone = new Set(deletedIn(moved).map(({ path }) => path))
  const depth = (path: string): number => path.split('/').length
  const folders = [...new Set([...gone].flatMap(above))].sort((a, b) => depth(b) - depth(a))
  for (const folder of folders) {
    const left = shownIn(ground.lower, folder).some((name) => !gone.has(`${folder}/${name}`))
    if (!left && kindAt(draft, folder) === 'nothing') gone.add(folder)
  }
  return [...gone].filter((path) => !above(path).some((folder) => gone.has(folder)))
}

async function write(order: DeltaOrder, draft: Draft, moved: Paths): Promise<void> {
  const { base, ground, folder } = order
  const run = (args: readonly string[], input = ''): Promise<Buffer> =>
    git(base.spawner, {
      gitDir: base.gitDir,
      workTree: folder,
      index: join(folder, '.git', 'index'),
      args,
      input: Buffer.from(input, 'latin1'),
    })
  if (!isPlain(moved)) {
    await run(['read-tree', '-m', '-u', ground.commit, base.commit])
    return
  }
  await writeFiles(base, draft, moved)
  const deleted = new Set(deletedIn(moved).map(({ path }) => path))
  const names = [...moved.values()].filter(({ path, mode }) => mode !== nothing || deleted.has(path))
  const update = ['update-index', '--add', '--remove', '--replace', '--info-only', '-z', '--stdin']
  if (names.length > 0) await run([...byInode, ...update], names.map(({ path }) => `${path}\0`).join(''))
}

/** Takes about as long as git needs to read and write one index; gives the paths that differ. */
export async function writeDelta(order: DeltaOrder): Promise<Paths> {
  const { base, ground, folder, whiteout } = order
  const moved = await difference(base, ground.commit)
  checkWay(order, moved)
  mkdirSync(join(folder, '.git'))
  writeFileSync(join(folder, '.git', 'HEAD'), `${base.commit}\n`)
  // Git writes an index anew beside the old one and renames it, so the one that is linked to stays as it is.
  linkSync(ground.index, join(folder, '.git', 'index'))
  const draft = new Draft(folder)
  await write(order, draft, moved)
  for (const path of goneFrom(order, moved)) if (kindAt(folder, path) === 'nothing') draft.whiteout(path, whiteout)
  return moved
}

// Moves a branch that is checked out together with its folder, so that a kill at any point leaves the folder ahead of the branch, never behind.
import { copyFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type RefMove, RepositoryTrouble } from '../../core/ports.ts'
import { oidProblem } from '../names.ts'
import { emptyTree, LINK } from '../objects.ts'
import type { Side } from './diff.ts'
import { Folder } from './folder.ts'
import { abreast, type Ground, inspect, type Offence, touches, type Work } from './inspect.ts'
import { holderOf, isMissing, takeLock } from './locks.ts'
import type { Objects } from './objects.ts'
import type { Opened } from './open.ts'
import { PreparedRef } from './prepared.ts'
import { explain, readRef, reason } from './refs.ts'
import type { Standing } from './worktrees.ts'

/** Where a sync is; for tests that kill it there. */
export type Point = 'locked' | 'intended' | 'prepared' | 'file' | 'files' | 'index' | 'ref'

export interface Move {
  readonly ref: string
  readonly to: string
  readonly expected: string | null
  readonly why: string
}

/** `nexts`: the commits to which this folder was being moved, the last one last; more than one after more than one kill. */
interface Intent {
  readonly ref: string
  readonly old: string | null
  readonly nexts: readonly string[]
}

interface Room {
  readonly opened: Opened
  readonly objects: Objects
  readonly at: (point: Point) => void
}

/*
 * The order, and its reason. 1 lock the index, so that no `git add` or `commit` comes between. 2 write down what we are about to do. 3 lock the
 * ref, checked against `expected`, by an open transaction of git. 4 look for uncommitted work. 5 write the files. 6 replace the index. 7 let the
 * transaction commit. 8 forget the note. After a kill before 7 the branch is where it was, and the folder shows the coming work as a change of
 * its own: nothing seems reverted, and a commit by the person keeps it. The other order (ref first) would show a staged change that takes the
 * landed work back. The same call again accepts a path that holds the old or the new side, so it ends what was begun; a call for another commit
 * knows from the note which paths the first one wrote.
 */
export async function syncWorktree(room: Room, standing: readonly Standing[], move: Move): Promise<RefMove> {
  const [first, second] = standing
  if (!first) throw new RepositoryTrouble('git', `${move.ref} is checked out nowhere.`, 'Report this.')
  const { folder, gitDir } = first.worktree
  const held = (why: string, paths: readonly string[] = []): RefMove => ({ kind: 'held', where: folder, paths, why })
  if (second) return held(`${move.ref} is checked out in two folders, here and in ${second.worktree.folder}`)
  if (first.why) return held(`${move.ref} is checked out in ${folder}, and ${first.why}`)
  const lockFile = join(gitDir, 'index.lock')
  const lock = await takeLock(lockFile)
  if (!lock) return held(await whoseLock(lockFile), [lockFile])
  try {
    room.at('locked')
    return await underLock(room, { folder, gitDir }, move)
  } finally {
    await lock.release()
  }
}

async function whoseLock(lockFile: string): Promise<string> {
  const holder = holderOf(await readFile(lockFile, 'utf8').catch(() => ''))
  if (holder) return `another Baton (process ${holder.pid} on ${holder.host}) is working on this folder`
  return `git is running there, or left its lock behind: if none is running, delete ${lockFile}`
}

async function underLock(room: Room, ground: Ground, move: Move): Promise<RefMove> {
  const { opened, objects } = room
  const halves = await interrupted(ground, move, objects)
  const all = await touches(opened, move.expected ?? emptyTree(objects.format), move.to, halves)
  const folder = new Folder(ground.folder, objects.format, await stageFor(ground))
  let prepared: PreparedRef
  try {
    const order = {
      ref: move.ref,
      to: move.to,
      expected: move.expected,
      reason: reason(move.why),
      gitDir: ground.gitDir,
    }
    prepared = await PreparedRef.open(opened.places, order)
  } catch (error) {
    return explain(opened.run, move.ref, move.expected, error)
  }
  try {
    room.at('prepared')
    const { work, offences } = await inspect(opened, ground, folder, all, move.to)
    if (offences.length > 0) return heldBy(ground, move, offences)
    await writeIntent(ground, {
      ref: move.ref,
      old: move.expected,
      nexts: [...halves.filter((h) => h !== move.to), move.to],
    })
    room.at('intended')
    await moveFolder(room, ground, folder, work, move, prepared)
    room.at('ref')
    await rm(intentFile(ground), { force: true })
    return { kind: 'moved' }
  } finally {
    await Promise.all([prepared.abort(), folder.tidy()])
  }
}

function heldBy(ground: Ground, move: Move, offences: readonly Offence[]): RefMove {
  const paths = offences.slice(0, 100).map((o) => o.path)
  const more = offences.length > 1 ? `, and ${offences.length - 1} more` : ''
  const first = offences[0]
  const why = `${move.ref} is checked out in ${ground.folder}, where ${first?.path} ${first?.why}${more}`
  return { kind: 'held', where: ground.folder, paths, why }
}

/** Files, then index, then the ref. On trouble all are put back; what cannot be put back is finished by the next call, which finds the note. */
async function moveFolder(
  room: Room,
  ground: Ground,
  folder: Folder,
  work: readonly Work[],
  move: Move,
  prepared: PreparedRef,
): Promise<void> {
  const done: Work[] = []
  let indexed = false
  try {
    const step = async (one: Work) => {
      done.push(one)
      await put(room, folder, one.touch.path, one.touch.to, one.crlf)
      room.at('file')
    }
    const changed = work.filter((w) => w.write)
    for (const one of changed.filter((w) => !w.touch.to)) await step(one)
    await abreast(
      changed.filter((w) => w.touch.to),
      step,
    )
    room.at('files')
    indexed = true
    await replaceIndex(room.opened, ground, work, (w) => w.touch.to)
    room.at('index')
    await prepared.commit()
  } catch (error) {
    if ((await readRef(room.opened.run, move.ref))?.commit === move.to) return
    await putBack(room, folder, done)
    if (indexed) await replaceIndex(room.opened, ground, work, (w) => w.touch.from)
    await rm(intentFile(ground), { force: true })
    throw error
  }
}

async function put(room: Room, folder: Folder, path: string, side: Side | undefined, crlf: boolean): Promise<void> {
  if (!side) return folder.remove(path)
  const { bytes } = await room.objects.read(side.oid)
  const plain = side.mode === LINK && room.opened.settings['core.symlinks'] === 'false'
  await folder.write(path, plain ? { ...side, mode: '100644' } : side, bytes, crlf)
}

async function putBack(room: Room, folder: Folder, done: readonly Work[]): Promise<void> {
  const undo = [...done.filter((w) => !w.touch.from), ...done.filter((w) => w.touch.from)]
  for (const one of undo) await put(room, folder, one.touch.path, one.touch.from, one.crlf)
}

/** A copy is changed and moved into place, since the lock file itself is ours. Times are left empty: git looks at those files once more. */
async function replaceIndex(
  opened: Opened,
  ground: Ground,
  work: readonly Work[],
  side: (w: Work) => Side | undefined,
): Promise<void> {
  const index = join(ground.gitDir, 'index')
  const next = join(ground.gitDir, 'baton-index')
  await rm(`${next}.lock`, { force: true })
  await rm(next, { force: true })
  try {
    await copyFile(index, next)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const lines = work.map((w) => {
    const to = side(w)
    return to
      ? { last: 1, text: `${to.mode} ${to.oid} 0\t${w.touch.path}\0` }
      : { last: 0, text: `0 ${'0'.repeat(opened.places.format === 'sha1' ? 40 : 64)}\t${w.touch.path}\0` }
  })
  const input = lines
    .sort((a, b) => a.last - b.last)
    .map((l) => l.text)
    .join('')
  const args = ['update-index', '-z', '--index-info']
  await opened.run({ reach: 'refs', args, input, gitDir: ground.gitDir, workTree: ground.folder, indexFile: next })
  if (work.length === 0) return rm(next, { force: true })
  const file = await open(next, 'r+')
  await file.sync()
  await file.close()
  await rename(next, index)
}

const intentFile = (ground: Ground) => join(ground.gitDir, 'baton-sync')

async function writeIntent(ground: Ground, intent: Intent): Promise<void> {
  const next = `${intentFile(ground)}.new`
  await writeFile(next, JSON.stringify(intent), { flush: true })
  await rename(next, intentFile(ground))
}

/** The commits to which interrupted syncs from the same place were moving this folder. */
async function interrupted(ground: Ground, move: Move, objects: Objects): Promise<readonly string[]> {
  const note = await readIntent(ground.gitDir)
  if (!note || note.ref !== move.ref || note.old !== move.expected) return []
  const kinds = await Promise.all(note.nexts.map((next) => objects.kind(next)))
  return note.nexts.filter((_, i) => kinds[i]?.type === 'commit')
}

export async function readIntent(gitDir: string): Promise<Intent | undefined> {
  try {
    const read: unknown = JSON.parse(await readFile(intentFile({ gitDir, folder: '' }), 'utf8'))
    if (typeof read !== 'object' || read === null || !('ref' in read) || !('old' in read) || !('nexts' in read))
      return undefined
    const { ref, old, nexts } = read
    if (typeof ref !== 'string' || (old !== null && typeof old !== 'string') || !Array.isArray(nexts)) return undefined
    const ids = nexts.filter((n): n is string => typeof n === 'string' && oidProblem(n) === undefined)
    return ids.length === nexts.length ? { ref, old, nexts: ids } : undefined
  } catch {
    return undefined
  }
}

/** Beside the index when that is on the same disk, else in the folder itself. */
async function stageFor(ground: Ground): Promise<string> {
  const [inside, beside] = await Promise.all([stat(ground.folder), stat(ground.gitDir)])
  return join(inside.dev === beside.dev ? ground.gitDir : ground.folder, 'baton-new')
}

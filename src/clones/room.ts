// What every kind of clone shares: where things lie, and git folders of our own to ask with.
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { CloneOrder, Repository, SetUp, Spawner } from '../core/ports.ts'
import { checkCommit, git } from './git.ts'
import { makeGitFolder } from './gitfolder.ts'
import { digest, placeOf } from './names.ts'
import { removeLeftovers, takeAway } from './removal.ts'

export interface ClonesOptions {
  /** Baton's home, absolute. */
  readonly home: string
  readonly spawner: Spawner
  readonly repository: (path: string) => Repository | Promise<Repository>
}

export interface Room extends ClonesOptions {
  readonly clones: string
  readonly pristines: string
  readonly scratch: string
  /** Folders that are out of the way already and still being erased; what a crash leaves of them, the next close finds. */
  readonly erasing: Set<Promise<void>>
}

export function roomOf(options: ClonesOptions): Room {
  mkdirSync(join(options.home, 'clones'), { recursive: true, mode: 0o700 })
  const home = realpathSync(options.home)
  return {
    ...options,
    home,
    clones: join(home, 'clones'),
    pristines: join(home, 'pristines'),
    scratch: join(home, 'scratch'),
    erasing: new Set(),
  }
}

/** The folder of an order's clone. Refuses an order that is not well formed. */
export function orderedPlace(room: Room, order: CloneOrder): string {
  checkCommit(order.base)
  if (!order.repository.startsWith('/'))
    throw new Error(`${JSON.stringify(order.repository)} is not the absolute path of a repository.`)
  return placeOf(room.clones, order.name)
}

/** Everything that is kept for one repository. */
export function shelf(room: Room, repository: string): string {
  return join(room.pristines, digest(repository))
}

/** A git folder that no agent ever writes, to ask about the repository's objects. Two who make it at once get the same. */
export function askingFolder(room: Room, repository: string, base: string): string {
  const folder = join(shelf(room, repository), 'git')
  if (existsSync(join(folder, 'HEAD'))) return folder
  const draft = `${folder}.${process.pid}`
  makeGitFolder(draft, repository, base)
  try {
    renameSync(draft, folder)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(join(folder, 'HEAD'))) throw error
  }
  return folder
}

/** Writes the base's files into an empty folder, byte for byte, with `gitDir` as its git folder. */
export async function checkOut(
  spawner: Spawner,
  gitDir: string,
  workTree: string,
  order: Pick<CloneOrder, 'repository' | 'base'>,
): Promise<void> {
  mkdirSync(workTree, { recursive: true })
  makeGitFolder(gitDir, order.repository, order.base)
  try {
    await git(spawner, { gitDir, workTree, args: ['read-tree', '-m', '-u', order.base] })
    // Files as young as the index would be read again, all of them, whenever an index is written from it.
    const later = new Date(Date.now() + 2_000)
    utimesSync(join(gitDir, 'index'), later, later)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Error(`The commit ${order.base} of ${order.repository} could not be checked out: ${why}`)
  }
}

/** Runs what trusted configuration names, in a folder no agent has seen yet. */
export async function runSetUp(spawner: Spawner, setUp: SetUp, folder: string, marker: string): Promise<void> {
  const { argv, env, isolation, network, readOnly } = setUp
  const child = await spawner.start({
    argv,
    folder,
    env,
    isolation,
    network,
    readOnly,
    marker,
    stdin: new Uint8Array(),
  })
  let words = ''
  for await (const { bytes } of child.output) words = (words + Buffer.from(bytes).toString()).slice(-4_000)
  const { code, signal } = await child.ended
  if (code !== 0) throw new Error(`The set-up ${argv.join(' ')} ended with ${signal ?? code}:\n${words.trim()}`)
}

/** Gone from its place when this returns; the disk is given back a little later. */
export function discardPlace(room: Room, place: string): void {
  const { erased } = takeAway(room.spawner, room.clones, place)
  const done = erased.catch(() => undefined).then(() => void room.erasing.delete(done))
  room.erasing.add(done)
}

export async function endErasing(room: Room): Promise<void> {
  await Promise.all(room.erasing)
  await removeLeftovers(room.spawner, room.clones)
}

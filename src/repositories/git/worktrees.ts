// Where a branch is checked out, and what a person is in the middle of there.
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Opened } from './open.ts'

export interface Worktree {
  readonly folder: string
  /** The git folder of this worktree: its HEAD and its index. */
  readonly gitDir: string
  /** Full ref name; absent when HEAD is detached. */
  readonly branch?: string
  readonly bare: boolean
  /** The folder is not on disk now. */
  readonly missing: boolean
  readonly locked: boolean
}

const UNFINISHED: readonly (readonly [file: string, name: string])[] = [
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase or am'],
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['sequencer', 'cherry-pick or revert'],
  ['BISECT_LOG', 'bisect'],
]

/** What is in progress, by the name of the git command that would end it; undefined when nothing is. */
export function unfinished(gitDir: string): string | undefined {
  return UNFINISHED.find(([file]) => existsSync(join(gitDir, file)))?.[1]
}

/** Branches that a rebase or bisect in this worktree will come back to, although HEAD is detached. */
function promised(gitDir: string): readonly string[] {
  return ['rebase-merge/head-name', 'rebase-apply/head-name', 'BISECT_START'].flatMap((file) => {
    const path = join(gitDir, file)
    if (!existsSync(path)) return []
    const name = readFileSync(path, 'utf8').trim()
    return [name.startsWith('refs/') ? name : `refs/heads/${name}`]
  })
}

export async function listWorktrees(opened: Opened): Promise<readonly Worktree[]> {
  const { out } = await opened.run({ reach: 'refs', args: ['worktree', 'list', '--porcelain', '-z'] })
  const records = out.toString('utf8').split('\0\0')
  return records.flatMap((record, i) => {
    const fields = record.split('\0').filter((f) => f !== '')
    const value = (name: string) => fields.find((f) => f === name || f.startsWith(`${name} `))?.slice(name.length + 1)
    const folder = value('worktree')
    if (!folder) return []
    const main = i === 0
    const place = main && !opened.places.bare && samePlace(opened) ? opened.places.root : folder
    const gitDir = main ? opened.places.commonDir : linkedGitDir(folder)
    const branch = value('branch')
    return [
      {
        folder: place,
        gitDir: gitDir ?? '',
        ...(branch ? { branch } : {}),
        bare: value('bare') !== undefined,
        missing: gitDir === undefined || !existsSync(place),
        locked: value('locked') !== undefined,
      },
    ]
  })
}

/** Is the repository that was opened the main worktree? Its folder is then known for sure, wherever its git folder lies. */
function samePlace(opened: Opened): boolean {
  return opened.places.gitDir === opened.places.commonDir
}

function linkedGitDir(folder: string): string | undefined {
  const dotGit = join(folder, '.git')
  if (!existsSync(dotGit)) return undefined
  if (statSync(dotGit).isDirectory()) return dotGit
  const target = /^gitdir: (.*)$/m.exec(readFileSync(dotGit, 'utf8'))?.[1]?.trim()
  if (target === undefined) return undefined
  const gitDir = isAbsolute(target) ? target : resolve(dirname(dotGit), target)
  return existsSync(gitDir) ? gitDir : undefined
}

/**
 * Looks at the files that say what is checked out, so that the usual move of a ref that is checked out nowhere needs no further process of git.
 * Says `plain` only when it is sure: the ref is no other ref's alias, and no HEAD, nor an alias in it, nor anything unfinished leads to it.
 */
export function quickLook(opened: Opened, ref: string): 'plain' | 'unsure' {
  const { commonDir } = opened.places
  if (existsSync(join(commonDir, 'reftable')) || read(join(commonDir, ref))?.startsWith('ref:')) return 'unsure'
  const linked = join(commonDir, 'worktrees')
  const dirs = [commonDir, ...(existsSync(linked) ? readdirSync(linked).map((name) => join(linked, name)) : [])]
  const away = dirs.every((dir) => {
    const file = join(dir, 'HEAD')
    const head = lstatSync(file, { throwIfNoEntry: false })?.isFile() ? read(file)?.trim() : undefined
    if (head === undefined || unfinished(dir)) return false
    if (/^[0-9a-f]{40,64}$/.test(head)) return true
    const at = /^ref:\s*(refs\/\S+)$/.exec(head)?.[1]
    return at !== undefined && at !== ref && !read(join(commonDir, at))?.startsWith('ref:')
  })
  return away ? 'plain' : 'unsure'
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(String(error.code)))
      return undefined
    throw error
  }
}

export interface Standing {
  readonly worktree: Worktree
  /** Why its working tree cannot be moved at all now. */
  readonly why?: string
}

/** Every worktree that stands on `ref`, or will again. Folders that are gone for good do not count. */
export async function standingOn(opened: Opened, ref: string): Promise<readonly Standing[]> {
  const all = await listWorktrees(opened)
  return all.flatMap((worktree): Standing[] => {
    const { gitDir, missing, locked, bare } = worktree
    if (bare) return []
    const on = worktree.branch === ref
    if (missing) return on && locked ? [{ worktree, why: 'its folder is locked, and is not on this machine now' }] : []
    const busy = unfinished(gitDir)
    if (busy && (on || promised(gitDir).includes(ref))) return [{ worktree, why: `a ${busy} is in progress there` }]
    return on ? [{ worktree }] : []
  })
}

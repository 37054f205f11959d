// What stands on the ref of a repository's record, for whoever goes on from it: whoever may push may have put anything there.
import { isPlace, isUnreadable } from '../../core/handoffs/place.ts'
import { type Change, type Repository, RepositoryTrouble } from '../../core/ports.ts'

export interface Standing {
  /** The tree to go on from; empty where there is none. */
  readonly base: string
  readonly parents: readonly string[]
}

/** What is no commit is not gone on from. */
export async function standingAt(repository: Repository, tip: string | null): Promise<Standing> {
  const nothing = { base: '', parents: [] }
  if (tip === null) return nothing
  const base = await unlessTrouble(['missing'], repository.treeOf(tip))
  return base === undefined || base === tip ? nothing : { base, parents: [tip] }
}

/** `at` is a commit or a tree. Undefined when the file is not there, or is nothing that could be read. */
export async function bytesAt(
  repository: Repository,
  at: string | null,
  path: string,
): Promise<Uint8Array | undefined> {
  if (at === null || at === '') return undefined
  try {
    return (await repository.readFile(at, path)) ?? undefined
  } catch (error) {
    if (isUnreadable(error)) return undefined
    throw error
  }
}

/** The tree with these files. What lies in their way is not in it, and whatever else is no handoff; the commit before still has it. */
export async function withFiles(repository: Repository, base: string, files: readonly Change[]): Promise<string> {
  const tree = await unlessTrouble(['name', 'twin'], repository.writeTree(base, files))
  if (tree !== undefined) return tree
  const ours = new Set(files.map(({ path }) => path))
  const others = (await repository.list(base)).filter(({ path, mode }) => mode === '100644' && isPlace(path))
  const kept = others.filter(({ path }) => !ours.has(path)).map((one) => ({ ...one, kind: 'added' as const }))
  return repository.writeTree('', [...kept, ...files])
}

async function unlessTrouble<T>(kinds: readonly string[], act: Promise<T>): Promise<T | undefined> {
  try {
    return await act
  } catch (error) {
    if (error instanceof RepositoryTrouble && kinds.includes(error.kind)) return undefined
    throw error
  }
}

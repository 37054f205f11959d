// What stands on the ref of a repository's record, for whoever goes on from it: whoever may push may have put anything there.
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

/** The bytes of a file; null where none can be read. */
export async function bytesIn(repository: Repository, base: string, path: string): Promise<Uint8Array | null> {
  if (base === '') return null
  return (await unlessTrouble(['missing', 'too-large'], repository.readFile(base, path))) ?? null
}

/** The tree with these files. What lies in their way is not in it, and whatever else is no handoff; the commit before still has it. */
export async function withFiles(repository: Repository, base: string, files: readonly Change[]): Promise<string> {
  const tree = await unlessTrouble(['name', 'twin'], repository.writeTree(base, files))
  if (tree !== undefined) return tree
  const ours = new Set(files.map(({ path }) => path))
  const others = (await repository.list(base)).filter(({ path, mode }) => mode === '100644' && shaped.test(path))
  const kept = others.filter(({ path }) => !ours.has(path)).map((one) => ({ ...one, kind: 'added' as const }))
  return repository.writeTree('', [...kept, ...files])
}

/** As the record names its own files. */
const shaped = /^handoff\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\/[A-Za-z0-9_-]+\.json$/

async function unlessTrouble<T>(kinds: readonly string[], act: Promise<T>): Promise<T | undefined> {
  try {
    return await act
  } catch (error) {
    if (error instanceof RepositoryTrouble && kinds.includes(error.kind)) return undefined
    throw error
  }
}

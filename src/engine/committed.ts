// The files of one commit or tree, as a plan format sees and writes them.
import type { FileWritten } from '../core/nouns/plan.ts'
import type { Files, Repository } from '../core/ports.ts'

export function committed(repository: Repository, commitOrTree: string): Files {
  return {
    list: async (under) => (await repository.list(commitOrTree, under)).map((entry) => entry.path),
    read: (path) => repository.readFile(commitOrTree, path),
  }
}

/** The tree with these files in the place of its own; a file keeps its mode. */
export async function putFiles(repository: Repository, tree: string, files: readonly FileWritten[]): Promise<string> {
  if (files.length === 0) return tree
  const changes = files.map(async ({ path, bytes }) => {
    const [entry] = await repository.list(tree, path)
    return { path, kind: entry ? 'modified' : 'added', mode: entry?.mode ?? '100644', content: bytes } as const
  })
  return repository.writeTree(tree, await Promise.all(changes))
}

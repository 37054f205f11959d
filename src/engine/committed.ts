// The files of one commit or tree, as a plan format sees them.
import type { Files, Repository } from '../core/ports.ts'

export function committed(repository: Repository, commitOrTree: string): Files {
  return {
    list: async (under) => (await repository.list(commitOrTree, under)).map((entry) => entry.path),
    read: (path) => repository.readFile(commitOrTree, path),
  }
}

// Clones in memory over a repository: a base commit, and what was written on top of it.
import type { Change, Clone, CloneMaker, CloneOrder, Collected, Repository } from '../../core/ports.ts'

interface Folder {
  readonly order: CloneOrder
  readonly written: Map<string, string | null>
}

const root = '/clones/'

/** Like a disk: what lies here outlives any house that made it. */
export class MemoryFolders {
  readonly #folders = new Map<string, Folder>()
  readonly #repository: Repository

  constructor(repository: Repository) {
    this.#repository = repository
  }

  get names(): readonly string[] {
    return [...this.#folders.keys()]
  }

  make(order: CloneOrder): void {
    if (this.#folders.has(order.name))
      throw new Error(`The clone ${order.name} is on disk already. Reopen it, or discard it by name.`)
    this.#folders.set(order.name, { order, written: new Map() })
  }

  has(name: string): boolean {
    return this.#folders.has(name)
  }

  remove(name: string): void {
    this.#folders.delete(name)
  }

  /** What an agent does in its folder; null deletes. */
  async write(folder: string, path: string, content: string | null): Promise<void> {
    this.#at(folder).written.set(path, content)
  }

  /** The text of a file as it lies in the folder now; undefined when it is not there. */
  async read(folder: string, path: string): Promise<string | undefined> {
    const { order, written } = this.#at(folder)
    const own = written.get(path)
    if (own !== undefined) return own ?? undefined
    const bytes = await this.#repository.readFile(order.base, path)
    return bytes === null ? undefined : Buffer.from(bytes).toString('utf8')
  }

  async collect(name: string): Promise<Collected> {
    const folder = this.#at(root + name)
    const base = await this.#repository.treeOf(folder.order.base)
    const had = new Map((await this.#repository.list(base)).map((entry) => [entry.path, entry.mode]))
    const changes: (Change & { content?: Uint8Array })[] = []
    for (const [path, content] of folder.written) {
      const mode = had.get(path)
      if (content === null && mode !== undefined) changes.push({ path, kind: 'deleted' })
      if (content === null) continue
      const kind = mode === undefined ? 'added' : 'modified'
      changes.push({ path, kind, mode: mode ?? '100644', content: Buffer.from(content) })
    }
    const tree = await this.#repository.writeTree(folder.order.base, changes)
    return { tree, changes: await this.#repository.diff(base, tree), leftOut: [] }
  }

  #at(folder: string): Folder {
    const found = this.#folders.get(folder.slice(root.length))
    if (found === undefined) throw new Error(`There is no folder ${folder}.`)
    return found
  }
}

class MemoryClone implements Clone {
  readonly name: string
  readonly kind = 'memory'
  readonly folder: string
  readonly #folders: MemoryFolders

  constructor(folders: MemoryFolders, name: string) {
    this.name = name
    this.folder = root + name
    this.#folders = folders
  }

  collect(): Promise<Collected> {
    return this.#folders.collect(this.name)
  }

  async rest(): Promise<void> {}

  async discard(): Promise<void> {
    this.#folders.remove(this.name)
  }
}

export function memoryClones(folders: MemoryFolders): CloneMaker {
  return {
    kind: 'memory',
    make: async (order) => {
      folders.make(order)
      return new MemoryClone(folders, order.name)
    },
    reopen: async ({ name }) => (folders.has(name) ? new MemoryClone(folders, name) : undefined),
    discard: async (name) => folders.remove(name),
    held: async () => folders.names.map((name) => ({ name, bytes: 0 })),
    close: async () => {},
  }
}

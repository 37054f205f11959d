// Takes what an agent left in a folder: walk, compare with the base tree, read what changed, write the tree by plumbing.
import type { Change, Collected, ReadOrder, Repository, Walked, WalkOrder } from '../../core/ports.ts'
import { blobId, type Compared, compare, gather, type LeftOut } from './compare.ts'
import { ignored } from './ignore.ts'
import { pathTrouble } from './judge.ts'
import { baseEntries, type Origin, submodules } from './tree.ts'
import { twins } from './twins.ts'

const megabyte = 1024 * 1024
const fileLimit = 50 * megabyte
const totalLimit = 500 * megabyte
const groupBytes = 64 * megabyte
const groupFiles = 1_000

export interface CollectOrder {
  readonly base: Origin
  readonly repository: Repository
  readonly walk: WalkOrder
  /** Where ignore rules may be laid out for git to read. */
  readonly scratch: string
}

type Taken = Change & { readonly content?: Uint8Array }

function parents(paths: readonly string[]): readonly string[] {
  const found = new Set<string>()
  for (const path of paths)
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.add(path.slice(0, at))
  return [...found]
}

/** What the walk saw, beside what the base has at those places. */
async function lookAt(base: Origin, walked: Walked, whole: boolean): Promise<Compared> {
  if (whole) return compare(walked, await baseEntries(base), true)
  const seen = walked.found
    .filter(({ kind }) => kind !== 'folder')
    .flatMap(({ path }) => (path === undefined ? [] : [path]))
  const [entries, links] = await Promise.all([
    baseEntries(base, [...new Set([...seen, ...walked.hidden])]),
    submodules(base, parents(seen)),
  ])
  return compare(walked, new Map([...entries, ...links.map((link) => [link.path, link] as const)]), false)
}

/** Files in groups small enough to hold while they are read. */
function* groups(files: Compared['files']): Generator<Compared['files']> {
  let group: Compared['files'][number][] = []
  let bytes = 0
  for (const file of files) {
    group.push(file)
    bytes += file.found.size
    if (bytes < groupBytes && group.length < groupFiles) continue
    yield group
    group = []
    bytes = 0
  }
  if (group.length > 0) yield group
}

function modeOf(runs: boolean): string {
  return runs ? '100755' : '100644'
}

class Reading {
  readonly #order: CollectOrder
  readonly #folder: string
  readonly taken: Taken[] = []
  readonly leftOut: LeftOut[] = []
  #room = totalLimit

  constructor(order: CollectOrder) {
    this.#order = order
    this.#folder = order.walk.overlay?.upper ?? order.walk.folder
  }

  async group(files: Compared['files']): Promise<void> {
    const orders = files.map(({ found, base }): ReadOrder => {
      const { path, device, inode } = found
      return { path, device, inode, ...(base?.mode === modeOf(found.runs) ? { unless: base.oid } : {}) }
    })
    const limit = Math.min(fileLimit, this.#room)
    const read = await this.#order.base.spawner.read(this.#folder, orders, limit)
    for (const [at, back] of read.entries()) {
      const file = files[at]
      if (file === undefined || back.kind === 'same') continue
      if (back.kind === 'moved')
        throw new Error(
          `${back.path} changed while it was collected: something still works in ${this.#folder}. End it and collect again.`,
        )
      if (back.kind === 'bytes') this.#take(file, back.bytes, back.oid)
      else this.#tooBig(back.path, file.found.size)
    }
  }

  #take({ found, base }: Compared['files'][number], bytes: Uint8Array, oid: string): void {
    const trouble = pathTrouble(found.path)
    if (trouble !== undefined) this.leftOut.push({ path: found.path, why: trouble })
    else if (bytes.length > this.#room) this.#tooBig(found.path, bytes.length)
    else {
      this.#room -= bytes.length
      const like = this.#order.base.commit
      const id = oid.length === like.length ? oid : blobId(bytes, like)
      const kind = base === undefined ? 'added' : 'modified'
      this.taken.push({ path: found.path, kind, mode: modeOf(found.runs), oid: id, content: bytes })
    }
  }

  #tooBig(path: string, size: number): void {
    const why = size > fileLimit ? 'it is larger than 50 MB' : 'the changes are larger than 500 MB together'
    this.leftOut.push({ path, why })
  }

  links(links: Compared['links']): void {
    for (const { path, target, base } of links) {
      const content = Buffer.from(target)
      const oid = blobId(content, this.#order.base.commit)
      if (base?.mode === '120000' && base.oid === oid) continue
      this.taken.push({ path, kind: base === undefined ? 'added' : 'modified', mode: '120000', oid, content })
    }
  }
}

async function write(
  order: CollectOrder,
  taken: readonly Taken[],
): Promise<{ tree: string; changes: readonly Taken[]; refused: ReadonlySet<string> }> {
  const { repository, base } = order
  if (taken.length === 0) return { tree: await repository.treeOf(base.commit), changes: [], refused: new Set() }
  try {
    return { tree: await repository.writeTree(base.commit, taken), changes: taken, refused: new Set() }
  } catch (error) {
    const refused = twins((await baseEntries(base)).keys(), taken)
    if (refused.size === 0) throw error
    const rest = taken.filter(({ path }) => !refused.has(path))
    const tree =
      rest.length === 0 ? await repository.treeOf(base.commit) : await repository.writeTree(base.commit, rest)
    return { tree, changes: rest, refused }
  }
}

export async function collect(order: CollectOrder): Promise<Collected> {
  const { base, walk } = order
  const compared = await lookAt(base, await base.spawner.walk(walk), walk.overlay === undefined)
  const skipped = await ignored(base, order.scratch, compared.fresh)
  const reading = new Reading(order)
  for (const group of groups(compared.files.filter(({ found }) => !skipped.has(found.path)))) await reading.group(group)
  reading.links(compared.links.filter(({ path }) => !skipped.has(path)))
  const deleted = compared.deleted.map((path): Taken => ({ path, kind: 'deleted' }))
  const byPath = (a: { path: string }, b: { path: string }): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
  const { tree, changes, refused } = await write(order, [...reading.taken, ...deleted].sort(byPath))
  const leftOut = [
    ...compared.leftOut,
    ...reading.leftOut,
    ...[...refused].map((path) => ({
      path,
      why: 'it is one file with another where case or Unicode form do not count',
    })),
    ...gather(skipped, "the base's ignore rules name it"),
  ]
  return { tree, changes: changes.map(({ content: _, ...change }) => change), leftOut: leftOut.sort(byPath) }
}

// Blobs, trees and commits kept in maps under the ids that git would give them.
import { type Change, type NewCommit, RepositoryTrouble, type TreeEntry } from '../../core/ports.ts'
import { addressProblem, oidProblem, refuse } from '../names.ts'
import {
  type Entry,
  encodeCommit,
  encodeTree,
  nameOf,
  parseCommit,
  rawName,
  sortEntries,
  TREE,
  textName,
} from '../objects.ts'
import type { NewChange, Trees } from '../trees.ts'

type Node = Map<string, string | Node>

const PLAIN = /^[\x20-\x7e]*$/

export interface MemoryCommit {
  readonly tree: string
  readonly parents: readonly string[]
}

export class MemoryObjects implements Trees {
  readonly #bytes = new Map<string, Buffer>()
  readonly #trees = new Map<string, readonly Entry[]>()
  readonly #commits = new Map<string, MemoryCommit>()
  /** What never changes of a commit or a tree is worked out once. */
  readonly #histories = new Map<string, ReadonlySet<string>>()
  readonly #flat = new Map<string, ReadonlyMap<string, TreeEntry>>()

  missing(oid: string): never {
    throw new RepositoryTrouble('missing', `The object ${oid} is not in the repository.`, 'Look who removed it.')
  }

  async tree(oid: string): Promise<readonly Entry[]> {
    return this.#trees.get(oid) ?? this.missing(oid)
  }

  async writeTree(sorted: readonly Entry[]): Promise<string> {
    return this.#keepTree(sorted)
  }

  #keepTree(sorted: readonly Entry[]): string {
    const oid = nameOf('sha1', 'tree', encodeTree(sorted))
    this.#trees.set(oid, sorted)
    return oid
  }

  hasTree(oid: string): boolean {
    refuse('tree', oid, oidProblem(oid))
    return this.#trees.has(oid)
  }

  bytes(oid: string): Buffer {
    return this.#bytes.get(oid) ?? this.missing(oid)
  }

  blob(bytes: Buffer): string {
    const oid = nameOf('sha1', 'blob', bytes)
    this.#bytes.set(oid, bytes)
    return oid
  }

  /** The blob of a change; empty for a deletion. */
  oidOf(change: NewChange): string {
    const { path, content, oid } = change
    if (change.kind === 'deleted') return ''
    if (content) {
      const written = this.blob(Buffer.from(content))
      if (oid !== undefined && oid !== written) refuse('path', path, 'has content that is not the object it names')
      return written
    }
    refuse('path', path, oid === undefined ? 'comes without content' : oidProblem(oid))
    return this.#bytes.has(oid ?? '') ? (oid ?? '') : this.missing(oid ?? '')
  }

  plant(files: Readonly<Record<string, string | Uint8Array>>): string {
    const root: Node = new Map()
    for (const [path, content] of Object.entries(files)) {
      refuse('path', path, addressProblem(path))
      plantAt(root, path.split('/'), this.blob(Buffer.from(content)))
    }
    return this.#grow(root)
  }

  #grow(node: Node): string {
    const entries = [...node].map(([name, child]) =>
      typeof child === 'string' ? { mode: '100644', name, oid: child } : { mode: TREE, name, oid: this.#grow(child) },
    )
    return this.#keepTree(sortEntries(entries))
  }

  commit(order: NewCommit): string {
    const bytes = encodeCommit(order)
    const oid = nameOf('sha1', 'commit', bytes)
    this.#commits.set(oid, parseCommit(bytes))
    return oid
  }

  need(oid: string): MemoryCommit {
    refuse('commit', oid, oidProblem(oid))
    return this.#commits.get(oid) ?? this.missing(oid)
  }

  rootOf(commitOrTree: string): string {
    return this.#trees.has(commitOrTree) ? commitOrTree : this.need(commitOrTree).tree
  }

  history(from: string): ReadonlySet<string> {
    const known = this.#histories.get(from)
    if (known !== undefined) return known
    const seen = new Set<string>()
    const open = [from]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      open.push(...this.need(at).parents)
    }
    this.#histories.set(from, seen)
    return seen
  }

  flat(tree: string): ReadonlyMap<string, TreeEntry> {
    const known = this.#flat.get(tree)
    if (known !== undefined) return known
    const all = new Map<string, TreeEntry>()
    for (const { mode, name, oid } of this.#trees.get(tree) ?? []) {
      const path = textName(name)
      if (mode !== TREE) all.set(path, { path, mode, oid })
      else
        for (const [below, entry] of this.flat(oid)) all.set(`${path}/${below}`, { ...entry, path: `${path}/${below}` })
    }
    if (this.#trees.has(tree)) this.#flat.set(tree, all)
    return all
  }

  /** Folders that are the same on both sides are not looked into. */
  changes(from: string, to: string): readonly Change[] {
    const found = new Map<string, Change>()
    this.#compare(from, to, '', found)
    return inOrder(found).map((path) => found.get(path) as Change)
  }

  #compare(from: string, to: string, at: string, found: Map<string, Change>): void {
    if (from === to) return
    const before = new Map((this.#trees.get(from) ?? []).map((entry) => [entry.name, entry]))
    for (const is of this.#trees.get(to) ?? []) {
      const was = before.get(is.name)
      before.delete(is.name)
      if (was?.oid === is.oid && was.mode === is.mode) continue
      const path = at + textName(is.name)
      const file = was !== undefined && was.mode !== TREE
      if (was?.mode === TREE || is.mode === TREE)
        this.#compare(was?.mode === TREE ? was.oid : '', is.mode === TREE ? is.oid : '', `${path}/`, found)
      if (is.mode !== TREE) found.set(path, { path, kind: file ? 'modified' : 'added', mode: is.mode, oid: is.oid })
      else if (file) found.set(path, { path, kind: 'deleted' })
    }
    for (const [name, was] of before) {
      const path = at + textName(name)
      if (was.mode === TREE) this.#compare(was.oid, '', `${path}/`, found)
      else found.set(path, { path, kind: 'deleted' })
    }
  }
}

/** Every path of the maps once, ordered as git orders them. */
export function inOrder(...maps: readonly ReadonlyMap<string, unknown>[]): readonly string[] {
  const paths = new Set<string>()
  for (const map of maps) for (const path of map.keys()) paths.add(path)
  const all = [...paths]
  // Where all is ASCII the raw name is the text itself.
  if (all.every((path) => PLAIN.test(path))) return all.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return all
    .map((path) => ({ path, raw: rawName(path) }))
    .sort((a, b) => (a.raw < b.raw ? -1 : a.raw > b.raw ? 1 : 0))
    .map(({ path }) => path)
}

export function sameEntry(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}

function plantAt(node: Node, segments: readonly string[], oid: string): void {
  const [first = '', ...rest] = segments
  const name = rawName(first)
  if (rest.length === 0) {
    node.set(name, oid)
    return
  }
  const below = node.get(name)
  const next: Node = below instanceof Map ? below : new Map()
  node.set(name, next)
  plantAt(next, rest, oid)
}

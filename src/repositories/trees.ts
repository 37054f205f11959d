// Applies changes to a tree by rewriting only the folders that they touch; the reading and writing of trees is given.
import { type Change, RepositoryTrouble } from '../core/ports.ts'
import { addressProblem, foldPath, linkLeaves, pathProblem, refuse, shown } from './names.ts'
import { type Entry, LINK, rawName, sortEntries, TREE, textName } from './objects.ts'

export type NewChange = Change & { readonly content?: Uint8Array }

export interface Trees {
  tree(oid: string): Promise<readonly Entry[]>
  writeTree(sorted: readonly Entry[]): Promise<string>
}

type Leaf = { readonly mode: string; readonly oid: string } | 'deleted'

interface Node {
  readonly children: Map<string, Node>
  leaf?: Leaf
}

/** Refuses what must never enter a tree. Says nothing about the tree that it is applied to. */
export function judgeChanges(changes: readonly NewChange[]): void {
  const seen = new Set<string>()
  for (const change of changes) {
    const { path, kind, mode } = change
    refuse('path', path, kind === 'deleted' ? addressProblem(path) : pathProblem(path))
    if (seen.has(path)) refuse('path', path, 'is named twice')
    seen.add(path)
    if (kind === 'deleted') continue
    if (mode !== undefined && !/^(100644|100755|120000)$/.test(mode))
      refuse('path', path, `has the mode ${shown(mode)}, which is no file or link`)
    if (foldPath(path) === '.gitmodules') refuse('path', path, 'would add nested repositories')
    if (mode === LINK && change.content && linkLeaves(path, Buffer.from(change.content).toString('utf8'))) {
      refuse('path', path, 'is a link that leaves the repository')
    }
  }
}

/** The id of `base` (null: nothing) with `leaves` applied, in the order of `changes`. */
export async function applyChanges(
  trees: Trees,
  base: string | null,
  changes: readonly NewChange[],
  oids: readonly string[],
): Promise<string> {
  const root: Node = { children: new Map() }
  for (const [i, change] of changes.entries()) {
    let at = root
    for (const segment of change.path.split('/')) {
      const raw = rawName(segment)
      const next = at.children.get(raw) ?? { children: new Map() }
      at.children.set(raw, next)
      at = next
    }
    at.leaf = change.kind === 'deleted' ? 'deleted' : { mode: change.mode ?? '', oid: oids[i] ?? '' }
  }
  return (await applyNode(trees, base, root, '')) ?? trees.writeTree([])
}

async function applyNode(trees: Trees, oid: string | null, node: Node, at: string): Promise<string | null> {
  const before = oid === null ? [] : await trees.tree(oid)
  const entries = new Map(before.map((e) => [e.name, e]))
  for (const [name, child] of node.children) {
    const path = `${at}${textName(name)}`
    const entry = await applyChild(trees, entries.get(name), child, name, path)
    if (entry) entries.set(name, entry)
    else entries.delete(name)
  }
  refuseTwins(before, [...entries.values()], at)
  if (entries.size === 0) return null
  return trees.writeTree(sortEntries([...entries.values()]))
}

async function applyChild(
  trees: Trees,
  was: Entry | undefined,
  node: Node,
  name: string,
  path: string,
): Promise<Entry | undefined> {
  let entry = was
  if (node.leaf === 'deleted' && entry && entry.mode !== TREE) entry = undefined
  if (node.children.size > 0) {
    if (entry && entry.mode !== TREE && addsBelow(node)) refuse('path', path, 'is a file, and other paths lie below it')
    if (!entry || entry.mode === TREE) {
      const below = await applyNode(trees, entry?.oid ?? null, node, `${path}/`)
      entry = below === null ? undefined : { mode: TREE, name, oid: below }
    }
  }
  if (node.leaf === undefined || node.leaf === 'deleted') return entry
  if (entry?.mode === TREE) refuse('path', path, 'is a folder that still holds files')
  return { mode: node.leaf.mode || entry?.mode || '100644', name, oid: node.leaf.oid }
}

function addsBelow(node: Node): boolean {
  return [...node.children.values()].some((c) => (c.leaf !== undefined && c.leaf !== 'deleted') || addsBelow(c))
}

function refuseTwins(before: readonly Entry[], after: readonly Entry[], at: string): void {
  const old = new Set(before.map((e) => e.name))
  if (after.every((e) => old.has(e.name))) return
  const folds = new Map<string, Entry>()
  for (const entry of after) {
    const fold = foldPath(textName(entry.name))
    const twin = folds.get(fold)
    folds.set(fold, entry)
    if (twin === undefined || (old.has(twin.name) && old.has(entry.name))) continue
    const pair = `${shown(at + textName(twin.name))} and ${shown(at + textName(entry.name))}`
    throw new RepositoryTrouble(
      'twin',
      `The paths ${pair} are one file where case or Unicode form do not count.`,
      'Rename one of them.',
    )
  }
}

/** The entry at a path, walking folder by folder; undefined when nothing is there. */
export async function entryAt(trees: Trees, root: string, path: string): Promise<Entry | undefined> {
  let oid = root
  let found: Entry | undefined
  for (const segment of path.split('/')) {
    if (found && found.mode !== TREE) return undefined
    const raw = rawName(segment)
    found = (await trees.tree(oid)).find((e) => e.name === raw)
    if (!found) return undefined
    oid = found.oid
  }
  return found
}

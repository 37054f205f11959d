// A repository in memory with git's own ids: for simulations, where failures and foreign moves are wanted at will.
import {
  type Change,
  type Conflict,
  type Merge,
  type NewCommit,
  type RefMove,
  type Repository,
  type RepositoryState,
  RepositoryTrouble,
  type TreeEntry,
} from '../core/ports.ts'
import { addressProblem, oidProblem, ownProblem, prefixProblem, refProblem, refuse } from './names.ts'
import {
  type Entry,
  emptyTree,
  encodeCommit,
  encodeTree,
  nameOf,
  parseCommit,
  rawName,
  sortEntries,
  TREE,
  textName,
} from './objects.ts'
import { applyChanges, entryAt, judgeChanges, type NewChange, type Trees } from './trees.ts'

export type Operation = keyof Repository

export interface MemoryControls {
  /** The next `times` calls of the operation throw, before or after they did their work. */
  fail(operation: Operation, when: 'before' | 'after', error?: Error, times?: number): void
  /** Somebody else moves, makes or (null) deletes a ref, without asking. */
  foreign(ref: string, to: string | null): void
  /** What a person has checked out, by full ref name; null: a detached HEAD. */
  checkout(ref: string | null): void
  /** Paths with uncommitted changes in the person's folder. */
  dirty(paths: readonly string[]): void
  /** Problems that `look` reports from now on. */
  problems(problems: RepositoryState['problems']): void
  /** Every call so far, in order. */
  readonly calls: readonly Operation[]
}

const FOLDER = '/memory'
const START = { authorName: 'Somebody', authorEmail: 'somebody@localhost', at: 0, message: 'Start' }

interface Failure {
  readonly operation: Operation
  readonly when: 'before' | 'after'
  readonly error: Error
  times: number
}

/** One commit on `main`, which is checked out. The same files give the same ids, here and in git. */
export function memoryRepository(
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Repository & MemoryControls {
  return new MemoryRepository(files)
}

class MemoryRepository implements Repository, MemoryControls {
  readonly calls: Operation[] = []
  readonly #bytes = new Map<string, Buffer>()
  readonly #trees = new Map<string, readonly Entry[]>()
  readonly #commits = new Map<string, { readonly tree: string; readonly parents: readonly string[] }>()
  readonly #refs = new Map<string, string>()
  readonly #failures: Failure[] = []
  #head: string | null = 'refs/heads/main'
  #dirty: readonly string[] = []
  #problems: RepositoryState['problems'] = []

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    const root: Node = new Map()
    for (const [path, content] of Object.entries(files)) {
      refuse('path', path, addressProblem(path))
      plant(root, path.split('/'), this.#blob(Buffer.from(content)))
    }
    this.#refs.set('refs/heads/main', this.#newCommit({ ...START, tree: this.#grow(root), parents: [] }))
  }

  fail(operation: Operation, when: 'before' | 'after', error?: Error, times = 1): void {
    const failed = error ?? new RepositoryTrouble('git', `${operation} failed, as ordered.`, 'Try again.')
    this.#failures.push({ operation, when, error: failed, times })
  }

  foreign(ref: string, to: string | null): void {
    if (to === null) this.#refs.delete(ref)
    else this.#refs.set(ref, to)
  }

  checkout(ref: string | null): void {
    this.#head = ref
  }

  dirty(paths: readonly string[]): void {
    this.#dirty = paths
  }

  problems(problems: RepositoryState['problems']): void {
    this.#problems = problems
  }

  look(): Promise<RepositoryState> {
    return this.#does('look', () => {
      const baseCommit = this.#refs.get('refs/heads/main') ?? ''
      const head = this.#head === null ? baseCommit : (this.#refs.get(this.#head) ?? null)
      const branch = this.#head?.replace('refs/heads/', '') ?? null
      return { root: FOLDER, baseBranch: 'main', baseCommit, head, branch, problems: this.#problems }
    })
  }

  tip(ref: string): Promise<string | null> {
    return this.#does('tip', () => {
      refuse('ref', ref, refProblem(ref))
      return this.#refs.get(ref) ?? null
    })
  }

  refs(prefix: string) {
    return this.#does('refs', () => {
      refuse('ref', prefix, prefixProblem(prefix))
      const below = prefix.endsWith('/') ? prefix : `${prefix}/`
      const found = [...this.#refs].filter(([ref]) => ref === prefix || ref.startsWith(below))
      return found.map(([ref, commit]) => ({ ref, commit })).sort((a, b) => (a.ref < b.ref ? -1 : 1))
    })
  }

  isAncestor(older: string, newer: string): Promise<boolean> {
    return this.#does('isAncestor', () => {
      this.#commit(older)
      return this.#history(newer).has(older)
    })
  }

  treeOf(commit: string): Promise<string> {
    return this.#does('treeOf', () => this.#root(commit))
  }

  readFile(commitOrTree: string, path: string): Promise<Uint8Array | null> {
    return this.#does('readFile', async () => {
      refuse('path', path, addressProblem(path))
      const entry = await entryAt(this.#store, this.#root(commitOrTree), path)
      return entry && entry.mode !== TREE ? Uint8Array.from(this.#bytes.get(entry.oid) ?? []) : null
    })
  }

  list(commitOrTree: string, under = ''): Promise<readonly TreeEntry[]> {
    return this.#does('list', () => {
      const folder = under.replace(/\/$/, '')
      if (folder !== '') refuse('path', folder, addressProblem(folder))
      const all = [...this.#flat(this.#root(commitOrTree)).values()]
      return folder === '' ? all : all.filter((e) => e.path === folder || e.path.startsWith(`${folder}/`))
    })
  }

  writeTree(base: string, changes: readonly NewChange[]): Promise<string> {
    return this.#does('writeTree', () => {
      judgeChanges(changes)
      const oids = changes.map((c) => this.#oidOf(c))
      return applyChanges(this.#store, base === '' ? null : this.#root(base), changes, oids)
    })
  }

  diff(from: string, to: string): Promise<readonly Change[]> {
    return this.#does('diff', () => this.#changes(from, to))
  }

  patch(from: string, to: string, limit: number): Promise<string> {
    return this.#does('patch', () => {
      const lines = this.#changes(from, to).map((c) => `${c.kind} ${c.path} ${c.oid ?? ''}`.trimEnd())
      const bytes = Buffer.from(lines.map((l) => `${l}\n`).join(''))
      const cut = bytes.length > limit
      return cut ? `${bytes.subarray(0, limit).toString('utf8')}\n… cut at ${limit} bytes\n` : bytes.toString('utf8')
    })
  }

  merge(ours: string, theirs: string): Promise<Merge> {
    return this.#does('merge', () => this.#merge(ours, theirs))
  }

  commit(order: NewCommit): Promise<string> {
    return this.#does('commit', () => {
      if (!this.#trees.has(order.tree)) this.#missing(order.tree)
      for (const parent of order.parents) this.#commit(parent)
      return this.#newCommit(order)
    })
  }

  moveRef(ref: string, to: string, expected: string | null): Promise<RefMove> {
    return this.#does('moveRef', (): RefMove => {
      refuse('ref', ref, ownProblem(ref))
      if (expected !== null) refuse('commit', expected, oidProblem(expected))
      this.#commit(to)
      const at = this.#refs.get(ref) ?? null
      if (at !== expected) return { kind: 'elsewhere', at }
      const taken = [...this.#refs.keys()].find((r) => r.startsWith(`${ref}/`) || ref.startsWith(`${r}/`))
      if (taken)
        throw new RepositoryTrouble(
          'taken',
          `The branch ${ref} cannot be made beside ${taken}.`,
          'Rename one of the two.',
        )
      if (this.#head === ref) {
        const touched = new Set(this.#changes(expected ?? '', to).map((c) => c.path))
        const paths = this.#dirty.filter((p) => touched.has(p))
        if (paths.length > 0) return { kind: 'held', where: FOLDER, paths, why: `${paths[0]} has uncommitted changes` }
      }
      this.#refs.set(ref, to)
      return { kind: 'moved' }
    })
  }

  deleteRef(ref: string, expected: string): Promise<void> {
    return this.#does('deleteRef', () => {
      refuse('ref', ref, ownProblem(ref))
      refuse('commit', expected, oidProblem(expected))
      if (this.#head === ref)
        throw new RepositoryTrouble('unfit', `${ref} is checked out.`, 'Switch to another branch first.')
      const at = this.#refs.get(ref)
      if (at !== expected)
        throw new RepositoryTrouble('elsewhere', `${ref} is at ${at ?? 'nothing'}.`, 'Look who moved it.')
      this.#refs.delete(ref)
    })
  }

  async #does<T>(operation: Operation, work: () => T | Promise<T>): Promise<T> {
    this.calls.push(operation)
    this.#trip(operation, 'before')
    const result = await work()
    this.#trip(operation, 'after')
    return result
  }

  #trip(operation: Operation, when: 'before' | 'after'): void {
    const failure = this.#failures.find((f) => f.operation === operation && f.when === when && f.times > 0)
    if (!failure) return
    failure.times--
    throw failure.error
  }

  readonly #store: Trees = {
    tree: async (oid) => this.#trees.get(oid) ?? this.#missing(oid),
    writeTree: async (sorted) => this.#keepTree(sorted),
  }

  #keepTree(sorted: readonly Entry[]): string {
    const oid = nameOf('sha1', 'tree', encodeTree(sorted))
    this.#trees.set(oid, sorted)
    return oid
  }

  #grow(node: Node): string {
    const entries = [...node].map(([name, child]) =>
      typeof child === 'string' ? { mode: '100644', name, oid: child } : { mode: TREE, name, oid: this.#grow(child) },
    )
    return this.#keepTree(sortEntries(entries))
  }

  #blob(bytes: Buffer): string {
    const oid = nameOf('sha1', 'blob', bytes)
    this.#bytes.set(oid, bytes)
    return oid
  }

  #oidOf(change: NewChange): string {
    if (change.kind === 'deleted') return ''
    if (change.content) {
      const oid = this.#blob(Buffer.from(change.content))
      if (change.oid !== undefined && change.oid !== oid)
        refuse('path', change.path, 'has content that is not the object it names')
      return oid
    }
    refuse('path', change.path, change.oid === undefined ? 'comes without content' : oidProblem(change.oid))
    return this.#bytes.has(change.oid ?? '') ? (change.oid ?? '') : this.#missing(change.oid ?? '')
  }

  #missing(oid: string): never {
    throw new RepositoryTrouble('missing', `The object ${oid} is not in the repository.`, 'Look who removed it.')
  }

  #newCommit(order: NewCommit): string {
    const bytes = encodeCommit(order)
    const oid = nameOf('sha1', 'commit', bytes)
    this.#commits.set(oid, parseCommit(bytes))
    return oid
  }

  #commit(oid: string) {
    refuse('commit', oid, oidProblem(oid))
    return this.#commits.get(oid) ?? this.#missing(oid)
  }

  #root(id: string): string {
    const oid = id.startsWith('refs/') ? (this.#refs.get(id) ?? this.#missing(id)) : id
    refuse('id', oid, oidProblem(oid))
    if (this.#trees.has(oid)) return oid
    return this.#commit(oid).tree
  }

  #history(from: string): Set<string> {
    const seen = new Set<string>()
    const open = [from]
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue
      seen.add(at)
      open.push(...this.#commit(at).parents)
    }
    return seen
  }

  #flat(tree: string, before = '', into = new Map<string, TreeEntry>()): Map<string, TreeEntry> {
    for (const { mode, name, oid } of this.#trees.get(tree) ?? []) {
      const path = `${before}${textName(name)}`
      if (mode === TREE) this.#flat(oid, `${path}/`, into)
      else into.set(path, { path, mode, oid })
    }
    return into
  }

  #changes(from: string, to: string): readonly Change[] {
    const files = (id: string) => this.#flat(id === '' ? emptyTree('sha1') : this.#root(id))
    const [a, b] = [files(from), files(to)]
    const changes: Change[] = []
    for (const path of [...new Set([...a.keys(), ...b.keys()])].sort(byBytes)) {
      const [was, is] = [a.get(path), b.get(path)]
      if (!is) changes.push({ path, kind: 'deleted' })
      else if (!same(was, is)) changes.push({ path, kind: was ? 'modified' : 'added', mode: is.mode, oid: is.oid })
    }
    return changes
  }

  /** The common ancestor that no other common ancestor contains; of several, the one with the smallest id, as if by chance. */
  #mergeBase(ours: string, theirs: string): string {
    const mine = this.#history(ours)
    const common = [...this.#history(theirs)].filter((c) => mine.has(c))
    const best = common.filter((c) => !common.some((other) => other !== c && this.#history(other).has(c))).sort()[0]
    if (best !== undefined) return best
    throw new RepositoryTrouble(
      'git',
      `The commits ${ours} and ${theirs} have no common history.`,
      'Merge two commits of one history.',
    )
  }

  async #merge(ours: string, theirs: string): Promise<Merge> {
    const base = this.#flat(this.#root(this.#mergeBase(ours, theirs)))
    const [mine, yours] = [this.#flat(this.#root(ours)), this.#flat(this.#root(theirs))]
    const changes: NewChange[] = []
    const conflicts: Conflict[] = []
    for (const path of [...new Set([...base.keys(), ...mine.keys(), ...yours.keys()])].sort(byBytes)) {
      const [b, o, t] = [base.get(path), mine.get(path), yours.get(path)]
      if (same(o, t) || same(b, t)) continue
      if (same(b, o)) changes.push(t ? { path, kind: 'added', mode: t.mode, oid: t.oid } : { path, kind: 'deleted' })
      else conflicts.push(conflictOf(path, b, o, t))
    }
    for (const { path } of changes.filter((c) => c.kind === 'added')) {
      const file = [...mine.keys()].find((p) => path.startsWith(`${p}/`) || p.startsWith(`${path}/`))
      const stays = file !== undefined && !changes.some((c) => c.kind === 'deleted' && c.path === file)
      if (stays) conflicts.push({ path, kind: 'file/directory' })
    }
    const words = conflicts.map((c) => `CONFLICT (${c.kind}): ${c.path}\n`)
    if (conflicts.length > 0) return { clean: false, conflicts, messages: words.join('') }
    return {
      clean: true,
      tree: await applyChanges(
        this.#store,
        this.#root(ours),
        changes,
        changes.map((c) => c.oid ?? ''),
      ),
    }
  }
}

type Node = Map<string, string | Node>

function plant(node: Node, segments: readonly string[], oid: string): void {
  const [first = '', ...rest] = segments.map(rawName)
  const below = node.get(first)
  if (rest.length === 0) node.set(first, oid)
  else {
    const next: Node = below instanceof Map ? below : new Map()
    node.set(first, next)
    plant(next, segments.slice(1), oid)
  }
}

function conflictOf(path: string, base?: TreeEntry, ours?: TreeEntry, theirs?: TreeEntry): Conflict {
  const kind = ours && theirs ? (base ? 'contents' : 'add/add') : 'modify/delete'
  const sides = {
    ...(base ? { base: base.oid } : {}),
    ...(ours ? { ours: ours.oid } : {}),
    ...(theirs ? { theirs: theirs.oid } : {}),
  }
  return { path, kind, ...sides }
}

function same(a: TreeEntry | undefined, b: TreeEntry | undefined): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

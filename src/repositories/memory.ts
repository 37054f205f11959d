// A repository in memory with git's own ids: for simulations, where failures and foreign moves are wanted at will.
import {
  type Change,
  type Merge,
  type NewCommit,
  type RefMove,
  type Repository,
  type RepositoryState,
  RepositoryTrouble,
  type TreeEntry,
} from '../core/ports.ts'
import { mergeInMemory } from './memory/merge.ts'
import { MemoryObjects } from './memory/objects.ts'
import { addressProblem, oidProblem, ownProblem, prefixProblem, refProblem, refuse } from './names.ts'
import { TREE } from './objects.ts'
import { applyChanges, entryAt, judgeChanges, type NewChange } from './trees.ts'

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
const START = { authorName: 'Somebody', authorEmail: 'somebody@localhost', at: 0, message: 'Start' } as const

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
  readonly #objects = new MemoryObjects()
  readonly #refs = new Map<string, string>()
  readonly #sound = new Set<string>()
  readonly #failures: Failure[] = []
  #head: string | null = 'refs/heads/main'
  #dirty: readonly string[] = []
  #problems: RepositoryState['problems'] = []

  constructor(files: Readonly<Record<string, string | Uint8Array>>) {
    const tree = this.#objects.plant(files)
    this.#refs.set('refs/heads/main', this.#objects.commit({ ...START, tree, parents: [] }))
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
      this.#judge(ref)
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
      this.#objects.need(older)
      return this.#objects.history(newer).has(older)
    })
  }

  treeOf(commit: string): Promise<string> {
    return this.#does('treeOf', () => this.#root(commit))
  }

  readFile(commitOrTree: string, path: string): Promise<Uint8Array | null> {
    return this.#does('readFile', async () => {
      refuse('path', path, addressProblem(path))
      const entry = await entryAt(this.#objects, this.#root(commitOrTree), path)
      return entry && entry.mode !== TREE ? Uint8Array.from(this.#objects.bytes(entry.oid)) : null
    })
  }

  list(commitOrTree: string, under = ''): Promise<readonly TreeEntry[]> {
    return this.#does('list', () => {
      const folder = under.replace(/\/$/, '')
      if (folder !== '') refuse('path', folder, addressProblem(folder))
      const all = [...this.#objects.flat(this.#root(commitOrTree)).values()]
      return folder === '' ? all : all.filter((e) => e.path === folder || e.path.startsWith(`${folder}/`))
    })
  }

  writeTree(base: string, changes: readonly NewChange[]): Promise<string> {
    return this.#does('writeTree', () => {
      judgeChanges(changes)
      const oids = changes.map((c) => this.#objects.oidOf(c))
      return applyChanges(this.#objects, base === '' ? null : this.#root(base), changes, oids)
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
    return this.#does('merge', () => mergeInMemory(this.#objects, ours, theirs))
  }

  commit(order: NewCommit): Promise<string> {
    return this.#does('commit', () => {
      if (!this.#objects.hasTree(order.tree)) this.#objects.missing(order.tree)
      for (const parent of order.parents) this.#objects.need(parent)
      return this.#objects.commit(order)
    })
  }

  moveRef(ref: string, to: string, expected: string | null): Promise<RefMove> {
    return this.#does('moveRef', (): RefMove => {
      refuse('ref', ref, ownProblem(ref))
      if (expected !== null) refuse('commit', expected, oidProblem(expected))
      this.#objects.need(to)
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

  /** A ref that was found sound once is not judged again. */
  #judge(ref: string): void {
    if (this.#sound.has(ref)) return
    refuse('ref', ref, refProblem(ref))
    this.#sound.add(ref)
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

  #root(id: string): string {
    const oid = id.startsWith('refs/') ? (this.#refs.get(id) ?? this.#objects.missing(id)) : id
    refuse('id', oid, oidProblem(oid))
    return this.#objects.rootOf(oid)
  }

  #changes(from: string, to: string): readonly Change[] {
    return this.#objects.changes(from === '' ? from : this.#root(from), to === '' ? to : this.#root(to))
  }
}

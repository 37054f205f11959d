// A person's git repository, driven by plumbing only.
import { rmSync } from 'node:fs'
import { type NewCommit, type RefMove, type Repository, RepositoryTrouble, type TreeEntry } from '../core/ports.ts'
import { asChange, patchText, rawDiff } from './git/diff.ts'
import { lookAt } from './git/look.ts'
import { mergeCommits } from './git/merge.ts'
import { Objects } from './git/objects.ts'
import { type Opened, openPlaces } from './git/open.ts'
import { casRef, dropRef, listRefs, looseRef, readRef } from './git/refs.ts'
import { type Point, syncWorktree } from './git/sync.ts'
import { quickLook, standingOn } from './git/worktrees.ts'
import { addressProblem, oidProblem, ownProblem, prefixProblem, refProblem, refuse } from './names.ts'
import { emptyTree, encodeCommit, GITLINK, TREE } from './objects.ts'
import { applyChanges, entryAt, judgeChanges, type NewChange } from './trees.ts'

export interface GitOptions {
  /** What BASE_BRANCH says; else the base branch is detected. */
  readonly baseBranch?: string
  /** Where our private folder for this repository is made; else the system's folder for temporary files. */
  readonly scratch?: string
  /** Called as a checked-out branch moves, for tests that kill the process there. */
  readonly at?: (point: Point) => void
}

export type OpenRepository = Repository & { close(): Promise<void> }

/** Opens the repository that `path` lies in. Refuses with `RepositoryTrouble` when git is too old or there is none. */
export async function createRepository(path: string, options: GitOptions = {}): Promise<OpenRepository> {
  return new GitRepository(await openPlaces(path, options.scratch), options)
}

class GitRepository implements OpenRepository {
  readonly #opened: Opened
  readonly #objects: Objects
  readonly #options: GitOptions
  #turn: Promise<unknown> = Promise.resolve()

  constructor(opened: Opened, options: GitOptions) {
    this.#opened = opened
    this.#objects = new Objects(opened)
    this.#options = options
  }

  look() {
    return lookAt(this.#opened, this.#objects, this.#options.baseBranch)
  }

  async tip(ref: string): Promise<string | null> {
    refuse('ref', ref, refProblem(ref))
    return looseRef(this.#opened, ref) ?? (await readRef(this.#opened.run, ref))?.commit ?? null
  }

  async refs(prefix: string) {
    refuse('ref', prefix, prefixProblem(prefix))
    const refs = await listRefs(this.#opened.run, prefix)
    return refs.map(({ ref, commit }) => ({ ref, commit }))
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    await this.#need('commit', older, newer)
    const { code } = await this.#opened.run({
      reach: 'objects',
      args: ['merge-base', '--is-ancestor', older, newer],
      codes: [1],
    })
    return code === 0
  }

  async treeOf(commit: string): Promise<string> {
    return this.#objects.treeOf(await this.#resolve(commit))
  }

  async readFile(commitOrTree: string, path: string): Promise<Uint8Array | null> {
    refuse('path', path, addressProblem(path))
    const entry = await entryAt(this.#objects, await this.treeOf(commitOrTree), path)
    if (!entry || entry.mode === TREE || entry.mode === GITLINK) return null
    return (await this.#objects.read(entry.oid)).bytes
  }

  async list(commitOrTree: string, under?: string): Promise<readonly TreeEntry[]> {
    const root = await this.treeOf(commitOrTree)
    const folder = (under ?? '').replace(/\/$/, '')
    if (folder !== '') refuse('path', folder, addressProblem(folder))
    const entry = folder === '' ? { mode: TREE, oid: root } : await entryAt(this.#objects, root, folder)
    if (!entry) return []
    if (entry.mode !== TREE) return [{ path: folder, mode: entry.mode, oid: entry.oid }]
    const { out } = await this.#opened.run({
      reach: 'objects',
      args: ['ls-tree', '-r', '-z', '--full-tree', entry.oid],
    })
    const before = folder === '' ? '' : `${folder}/`
    return out
      .toString('utf8')
      .split('\0')
      .flatMap((line) => {
        const [, mode, oid, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/su.exec(line) ?? []
        return mode && oid && path !== undefined ? [{ path: before + path, mode, oid }] : []
      })
  }

  async writeTree(base: string, changes: readonly NewChange[]): Promise<string> {
    judgeChanges(changes)
    const tree = base === '' ? null : await this.treeOf(base)
    const put = changes.filter((c) => c.kind !== 'deleted')
    for (const { path, content, oid } of put) {
      if (content) continue
      refuse('path', path, oid === undefined ? 'comes without content' : oidProblem(oid))
      await this.#objects.need(oid ?? '', 'blob')
    }
    const fresh = put.filter((c) => c.content !== undefined)
    const written = await this.#objects.writeBlobs(fresh.map((c) => c.content ?? new Uint8Array()))
    const oids = new Map(fresh.map((c, i) => [c.path, written[i] ?? '']))
    for (const c of fresh) {
      if (c.oid !== undefined && c.oid !== oids.get(c.path))
        refuse('path', c.path, 'has content that is not the object it names')
    }
    return applyChanges(
      this.#objects,
      tree,
      changes,
      changes.map((c) => oids.get(c.path) ?? c.oid ?? ''),
    )
  }

  async diff(from: string, to: string) {
    const [a, b] = await Promise.all([this.#treeOrNothing(from), this.#treeOrNothing(to)])
    return (await rawDiff(this.#opened.run, a, b)).map(asChange)
  }

  async patch(from: string, to: string, limit: number): Promise<string> {
    const [a, b] = await Promise.all([this.#treeOrNothing(from), this.#treeOrNothing(to)])
    return patchText(this.#opened.run, a, b, limit)
  }

  async merge(ours: string, theirs: string) {
    await this.#need('commit', ours, theirs)
    return mergeCommits(this.#opened.run, ours, theirs)
  }

  async commit(order: NewCommit): Promise<string> {
    await this.#need('tree', order.tree)
    await this.#need('commit', ...order.parents)
    return this.#objects.write('commit', encodeCommit(order))
  }

  async moveRef(ref: string, to: string, expected: string | null, why: string): Promise<RefMove> {
    refuse('ref', ref, ownProblem(ref))
    if (expected !== null) refuse('commit', expected, oidProblem(expected))
    await this.#need('commit', to)
    if (quickLook(this.#opened, ref) === 'plain') return casRef(this.#opened.run, ref, to, expected, why)
    const mayStand = ref.startsWith('refs/heads/')
    const looking = mayStand ? standingOn(this.#opened, ref) : Promise.resolve([])
    const [at, standing] = await Promise.all([readRef(this.#opened.run, ref), looking])
    if (at?.pointsTo) {
      const what = `${ref} is only another name for ${at.pointsTo}.`
      throw new RepositoryTrouble('unfit', what, 'Use the branch that it points to.')
    }
    if ((at?.commit ?? null) !== expected) return { kind: 'elsewhere', at: at?.commit ?? null }
    if (standing.length === 0) return casRef(this.#opened.run, ref, to, expected, why)
    const room = { opened: this.#opened, objects: this.#objects, at: this.#options.at ?? (() => undefined) }
    return this.#oneByOne(() => syncWorktree(room, standing, { ref, to, expected, why }))
  }

  async deleteRef(ref: string, expected: string): Promise<void> {
    refuse('ref', ref, ownProblem(ref))
    refuse('commit', expected, oidProblem(expected))
    const [standing] = ref.startsWith('refs/heads/') ? await standingOn(this.#opened, ref) : []
    if (standing) {
      const what = `${ref} is checked out in ${standing.worktree.folder}, so it was not deleted.`
      throw new RepositoryTrouble('unfit', what, 'Switch that folder to another branch first.')
    }
    await dropRef(this.#opened.run, ref, expected)
  }

  async close(): Promise<void> {
    await this.#turn
    await this.#objects.close()
    rmSync(this.#opened.places.scratch, { recursive: true, force: true })
  }

  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work)
    this.#turn = mine.catch(() => undefined)
    return mine
  }

  async #resolve(id: string): Promise<string> {
    if (!id.startsWith('refs/')) {
      refuse('id', id, oidProblem(id))
      return id
    }
    const at = await this.tip(id)
    if (at === null)
      throw new RepositoryTrouble('missing', `The ref ${id} does not exist.`, 'Look at `git for-each-ref`.')
    return at
  }

  async #treeOrNothing(id: string): Promise<string> {
    return id === '' ? emptyTree(this.#objects.format) : this.treeOf(id)
  }

  async #need(type: 'commit' | 'tree', ...oids: readonly string[]): Promise<void> {
    for (const oid of oids) refuse(type, oid, oidProblem(oid))
    await Promise.all(oids.map((oid) => this.#objects.need(oid, type)))
  }
}

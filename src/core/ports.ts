// The sockets that the outside must fill: store, repository, clones, spawner, executor, check, plan format, clock.

import type { CheckSpec, Verdict } from './nouns/check.ts'
import type { Isolation, Network } from './nouns/isolation.ts'
import type { FileWritten, PlanChange, PlanRead } from './nouns/plan.ts'
import type { StepSpec } from './nouns/step.ts'

export * from './ports/executor.ts'
export * from './ports/models.ts'
export * from './ports/spawner.ts'

/** One line of the journal as it lies on disk: `text` is hashed and stored exactly as it is (UTF-8), never re-serialised. */
export interface Row {
  readonly seq: number
  readonly stream: string
  readonly text: string
  /** RFC 6962 leaf hash of the text's bytes, lower-case hex. */
  readonly hash: string
}

/** The newest row's place; `seq` 0 and 64 zeros while there is none. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

/** How another thread opens the same bytes for reading: import `module` and call its `openReader(argument)`, which gives a Store. */
export interface StoreReader {
  readonly module: string
  readonly argument: string
}

/**
 * Where bytes rest. Never hashes or interprets rows.
 * `append` is all or nothing in one transaction, refused with `HeadMoved` if the head is not `afterSeq`: this is the fence.
 * Acknowledged means durable through a power cut. `read` gives rows with seq > `after`, in order; what is missing on disk is missing
 * in the answer, for the audit to find. Rows must follow on `afterSeq` without gaps and hold well-formed text, else `StoreFailed` `refused`.
 */
export interface Store {
  append(rows: readonly Row[], afterSeq: number): Promise<void>
  read(after: number, limit: number, stream?: string): Promise<readonly Row[]>
  head(): Promise<Head>
  /** The stored hashes of rows with seq > `after`, in order, 32 bytes each, end to end. */
  leaves(after: number, limit: number): Promise<Uint8Array>
  /** Blobs are named by the SHA-256 of their bytes, lower-case hex. `get` of an unknown or forgotten digest is undefined. */
  put(bytes: Uint8Array): Promise<string>
  get(digest: string): Promise<Uint8Array | undefined>
  /** Removes a blob for good; an unknown digest is no error. */
  forget(digest: string): Promise<void>
  /** The digests of all blobs held, sorted. */
  digests(): Promise<readonly string[]>
  /** What the medium itself finds wrong with its files, in sentences; empty when nothing. */
  examine?(): Promise<readonly string[]>
  readonly reader?: StoreReader
  close(): Promise<void>
}

/** Thrown by `Store.append` when another writer holds a newer head. The one who gets it must stop writing. */
export class HeadMoved extends Error {
  readonly head: number
  constructor(head: number, expected: number) {
    super(`The journal's head is ${head}, not ${expected}: another process has written since.`)
    this.name = 'HeadMoved'
    this.head = head
  }
}

/**
 * Thrown by a Store that could not do what was asked; nothing of it was written, unless `kind` is `broken` (then only reading back tells).
 * `full`: no room on the disk. `read-only`: opened or mounted so. `busy`: another process holds the file. `broken`: the medium or its contents.
 */
export class StoreFailed extends Error {
  readonly kind: 'full' | 'read-only' | 'busy' | 'broken' | 'refused'
  constructor(kind: StoreFailed['kind'], message: string, options?: { readonly cause?: unknown }) {
    super(message, options)
    this.name = 'StoreFailed'
    this.kind = kind
  }
}

export interface StoreOptions {
  readonly readOnly?: boolean
  /** Refuse to grow beyond this many pages of 4 KiB, as a full disk would. */
  readonly maxPages?: number
}

/**
 * Somewhere out of this home's reach, where signed notes are kept one after another. What lies there is never rewritten.
 * Whatever it throws says in its message why nothing was kept; asking again later may work.
 */
export interface CheckpointPlace {
  /** As a person would write it. */
  readonly name: string
  /** All that is kept there; empty when nothing is, undefined when the place only takes and cannot be read. */
  read(): Promise<string | undefined>
  /** Durable when it resolves. Refuses when what lies there is not `after` any more, which `read` gave. */
  add(notes: string, after: string | undefined): Promise<void>
}

/** A kind of store, as its room's list names it. `durable`: what was acknowledged is there when `home` is opened again. */
export interface StoreMaker {
  readonly name: string
  readonly durable: boolean
  open(home: string, options?: StoreOptions): Promise<Store>
}

/** Real time, timers and chance; the simulation brings its own. */
export interface Clock {
  /** Wall time in milliseconds since 1970, for display and records only. */
  now(): number
  /** Milliseconds that only rise, for durations and leases. */
  monotonic(): number
  /** Calls `then` once after `ms`; the returned function cancels it. Never keeps the process alive by itself. */
  after(ms: number, then: () => void): () => void
  /** Unpredictable lower-case letters and digits. */
  chance(length: number): string
}

export interface TreeEntry {
  readonly path: string
  readonly mode: string
  readonly oid: string
}

export interface Change {
  readonly path: string
  readonly kind: 'added' | 'modified' | 'deleted'
  /** 100644, 100755 or 120000; absent for deletions. */
  readonly mode?: string
  readonly oid?: string
}

export interface Conflict {
  readonly path: string
  /** `contents`, `add/add`, `modify/delete`, `rename/delete`, `file/directory`, `distinct modes`, … as git names it. */
  readonly kind: string
  /** Blob ids of the three sides, absent where a side has no such file. */
  readonly ours?: string
  readonly theirs?: string
  readonly base?: string
}

export type Merge =
  | { readonly clean: true; readonly tree: string }
  /** `tree`: both sides, with git's marks where they differ; absent where there is none. */
  | {
      readonly clean: false
      readonly conflicts: readonly Conflict[]
      readonly messages: string
      readonly tree?: string
    }

export type RefMove =
  | { readonly kind: 'moved' }
  /** The ref was not at `expected`; nothing was changed. `at` is where it is, also when that is already `to`. */
  | { readonly kind: 'elsewhere'; readonly at: string | null }
  /** Nothing was changed, and asking again later may work: `paths` in the folder `where` stand in the way. */
  | { readonly kind: 'held'; readonly where: string; readonly paths: readonly string[]; readonly why: string }

export interface RepositoryState {
  readonly root: string
  /** Short name, as in BASE_BRANCH: `main`, not `refs/heads/main`. */
  readonly baseBranch: string
  /** The commit of the base branch (detected, or BASE_BRANCH); empty while there is none, which is then a fatal problem. */
  readonly baseCommit: string
  readonly head: string | null
  readonly branch: string | null
  /** What makes this repository unfit for runs, each with its remedy (submodules, LFS, partial clone, rebase in progress, …). */
  readonly problems: readonly {
    readonly kind: string
    readonly what: string
    readonly remedy: string
    readonly fatal: boolean
  }[]
}

export interface NewCommit {
  readonly tree: string
  readonly parents: readonly string[]
  readonly message: string
  readonly authorName: string
  readonly authorEmail: string
  /** Milliseconds; fixed by the fact that orders the commit, so that making it twice gives the same id. */
  readonly at: number
}

/**
 * Thrown by a `Repository` that cannot or will not: `message` says what and where, `remedy` what to do about it.
 * Kinds: `name` (ref, path or id refused), `missing`, `locked` (a lock file is left behind), `elsewhere`, `taken`, `twin`, `too-large`,
 * `unfit`, `machine` (too little of something, see `wants.ts`), `timeout`, `closed`, `git`.
 */
export class RepositoryTrouble extends Error {
  readonly kind: string
  readonly remedy: string
  constructor(kind: string, what: string, remedy: string) {
    super(`${what} ${remedy}`)
    this.name = 'RepositoryTrouble'
    this.kind = kind
    this.remedy = remedy
  }
}

/**
 * A repository of a person, driven by plumbing only. Nothing here runs a hook, a filter or anything a repository or an agent configured.
 * Every ref, path and commit id is checked before it reaches a command line.
 */
export interface Repository {
  look(): Promise<RepositoryState>
  /** The commit at a full ref name (`refs/…`); null when it does not exist. */
  tip(ref: string): Promise<string | null>
  refs(prefix: string): Promise<readonly { readonly ref: string; readonly commit: string }[]>
  /** Does `newer` contain `older`? True for a commit and itself. */
  isAncestor(older: string, newer: string): Promise<boolean>
  treeOf(commit: string): Promise<string>
  /** The bytes of a file, or the target of a link; null for what is not there or is a folder. */
  readFile(commitOrTree: string, path: string): Promise<Uint8Array | null>
  list(commitOrTree: string, under?: string): Promise<readonly TreeEntry[]>
  /**
   * The tree of `base` (a commit, a tree, or '' for nothing) with `changes` applied; bytes come from `content` for each added or modified
   * path, else from the blob `oid`. Refuses paths that could leave the folder, links that leave it, nested repositories, `.gitmodules`, and
   * new names that differ from a neighbour only in case or Unicode form.
   */
  writeTree(base: string, changes: readonly (Change & { readonly content?: Uint8Array })[]): Promise<string>
  diff(from: string, to: string): Promise<readonly Change[]>
  /** A unified diff for people, cut at `limit` bytes. */
  patch(from: string, to: string, limit: number): Promise<string>
  /** Three-way merge of two commits in no folder. Merge drivers and merge attributes of the repository are not honoured. */
  merge(ours: string, theirs: string): Promise<Merge>
  /** Deterministic: the same input gives the same commit id. */
  commit(order: NewCommit): Promise<string>
  /**
   * Moves `ref` to `to` only if it is at `expected` (null: does not exist). A branch that is checked out somewhere moves with its working tree,
   * and only if no uncommitted path is touched; else `held` names the folder and the paths. Only `refs/heads/` and `refs/baton/` move.
   * After a crash in the middle the ref is still at `expected`, and the same call finishes the work.
   */
  moveRef(ref: string, to: string, expected: string | null, why: string): Promise<RefMove>
  /** Throws `elsewhere` when the ref is not at `expected`, and `unfit` when it is a branch that is checked out. */
  deleteRef(ref: string, expected: string): Promise<void>
}

/** What trusted configuration runs once before an agent sees a folder (installing dependencies), always by the spawner. */
export interface SetUp {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
  readonly isolation: Isolation
  readonly network: Network
  readonly readOnly: readonly string[]
}

export interface CloneOrder {
  readonly name: string
  /** The absolute path of the person's repository. */
  readonly repository: string
  /** A full commit id. */
  readonly base: string
  readonly setUp?: SetUp
}

export interface Collected {
  readonly tree: string
  readonly changes: readonly Change[]
  /** What was not taken, and why: nested repositories, links that leave the tree, ignored paths, … The base's version of it stays. */
  readonly leftOut: readonly { readonly path: string; readonly why: string }[]
}

/** A folder for one attempt. It is hostile from the moment an agent has been in it. */
export interface Clone {
  readonly name: string
  readonly kind: string
  /** The folder as the spawner sees it: from any other process it may look empty. */
  readonly folder: string
  /**
   * Walks the folder and writes its tree into our own repository by plumbing, compared with the base tree.
   * The caller has ended every process in it. May be called again after more work.
   */
  collect(): Promise<Collected>
  /** Ends the mounts but keeps what was written. May be called twice; `reopen` brings the folder back. */
  rest(): Promise<void>
  /** Removes it for good. The caller has made sure that it landed or was named. May be called twice. */
  discard(): Promise<void>
}

/** Makes clones under one home. A name is any text, used once until it is discarded; `make` refuses one that is on disk. */
export interface CloneMaker {
  readonly kind: string
  make(order: CloneOrder): Promise<Clone>
  /** Opens one that an earlier process left, at the base it was made from; undefined when nothing of it is on disk. */
  reopen(order: CloneOrder): Promise<Clone | undefined>
  /** Removes what lies under this name, without opening it; nothing there is no error. The caller has made sure, as with a clone's own. */
  discard(name: string): Promise<void>
  held(): Promise<readonly { readonly name: string; readonly bytes: number }[]>
  /** Takes the tree out of any folder, as from a clone of `repository` at `base`; nothing in the folder is changed or run. */
  takeFrom?(order: Pick<CloneOrder, 'repository' | 'base'>, folder: string): Promise<Collected>
  close(): Promise<void>
}

export interface CheckOrder {
  readonly spec: CheckSpec
  readonly folder: string
  readonly commit: string
  readonly attempt: string
  readonly step: StepSpec
  /** Keys of all steps whose results are judged as one, on the commit of the last: a check that asks for its step's key finds none. */
  readonly batch?: readonly string[]
  readonly isolation: Isolation
}

/** A kind of check. Judges a result; never trusts what an agent said. Never throws for a result that is merely bad. */
export interface Checker {
  readonly kind: string
  run(order: CheckOrder): Promise<Verdict>
}

/** The files of one revision, as a plan format sees them. Paths are relative to the repository, with forward slashes. */
export interface Files {
  /** Every file under a folder, at any depth; '' is the top. */
  list(under: string): Promise<readonly string[]>
  read(path: string): Promise<Uint8Array | null>
}

/** The files of a working tree. `write` puts the new file in the place of the old one in one step, and never through a link. */
export interface WorkingFiles extends Files {
  write(path: string, bytes: Uint8Array): Promise<void>
}

/** A plan written down anew: each file by its path under a folder that a person names, and what of the plan could not be said. */
export interface PlanComposed {
  readonly files: readonly FileWritten[]
  readonly lost: readonly string[]
}

/**
 * A way of writing plans down. All of it is a stranger's text: whatever lies in the files, `detect`, `read` and `write` answer in bounded
 * time and throw nothing. `write` gives only the files whose bytes change, touches only the bytes that must, and gives the same for the
 * same input.
 */
export interface PlanFormat {
  readonly name: string
  /** The kinds of changes that its files can hold; others are written nowhere. */
  readonly writes: readonly PlanChange['kind'][]
  /** Its rules add history (stamps, logs): unticking does not give the first bytes back, yet every line that was there stays, in order. */
  readonly keepsHistory?: boolean
  /** How sure this format is that `path` is one of its plans, and why; undefined when it is not. */
  detect(files: Files, path: string): Promise<{ readonly sure: number; readonly why: string } | undefined>
  read(files: Files, path: string): Promise<PlanRead>
  write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]>
  /** Any plan in this format, so that people can move in; reading it again gives the same steps, edges and states. */
  compose?(plan: PlanRead): PlanComposed
}

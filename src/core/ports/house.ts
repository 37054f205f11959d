// The house as its doors and methods see it: what may be asked of it, and what it promises.
import type { Entry } from '../nouns/entry.ts'
import type { PlanChange, PlanNote, PlanRead } from '../nouns/plan.ts'
import type { Update } from '../nouns/update.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'
import type { IsolationReport, Repository } from '../ports.ts'
import type { Refusal } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wish } from '../wishes.ts'
import type { AgentsFound, ModelChecked, ModelsFound } from './crew.ts'

/** Given only when the facts are durable. */
export type Answer =
  | { readonly ok: true; readonly seq: number; readonly facts: readonly Entry[] }
  | { readonly ok: false; readonly refusal: Refusal }

export interface TranscriptPart {
  readonly at: number
  readonly from: string
  readonly text: string
  /** What was done, where it is more than words. */
  readonly update?: Update
}

/** `next` is the position to read on from; `done` says that nothing will follow it. */
export interface TranscriptPage {
  readonly parts: readonly TranscriptPart[]
  readonly next: number
  readonly done: boolean
}

/** A repository's configuration as it lies in the working tree now, trusted or not. */
export interface ConfigurationFound {
  readonly file: string
  readonly digest: string
  readonly policy: TrustedPolicy
  readonly notes: readonly PlanNote[]
  /** What it would do, one plain sentence each, safe to show in a terminal. */
  readonly sentences: readonly string[]
  /** Files of the repository that its commands name: trusting it does not cover what is in them. */
  readonly scripts: readonly string[]
}

export interface PlanFound extends PlanRead {
  readonly workspace: string
  /** Commit of the base branch, and of each item's own branch where it exists. */
  readonly baseBranch: string
  readonly base: string
  readonly tips: Readonly<Record<string, string>>
  /** Files of the plan that differ from what is committed. */
  readonly uncommitted: readonly string[]
}

/** What facts name by its digest: each list names attempts, for their transcripts, and gates, for what they show. */
export interface SealedFound {
  readonly held: number
  readonly missing: readonly string[]
  /** It is there, but it is not what was sealed. */
  readonly changed: readonly string[]
  /** A person had it removed by name. */
  readonly forgotten: readonly string[]
  /** A person had it removed by name, and it is there all the same. */
  readonly left: readonly string[]
}

/** Where a plan is read: as it is committed, or as it lies in the working tree. */
export type PlanFrom = 'commit' | 'folder'

export interface PlanOrder {
  readonly workspace: string
  readonly path: string
  readonly format?: string
}

/** The files that were written, each in one step; none when nothing had to change. */
export interface PlanRewritten {
  readonly format: string
  readonly files: readonly string[]
}

/** A plan in another format: its files by their path under a folder of the reader's choice, and what they cannot say. */
export interface PlanConverted {
  readonly from: string
  readonly to: string
  readonly files: readonly { readonly path: string; readonly text: string }[]
  readonly lost: readonly string[]
  readonly notes: readonly PlanNote[]
}

export interface AuditReport {
  readonly whole: boolean
  readonly entries: number
  readonly root: string
  readonly checkpoints: number
  readonly ms: number
  /** The first bad position, and what is wrong with it. */
  readonly firstBad?: { readonly seq: number; readonly what: string }
  /** Transcripts and blobs that the entries which were read name; missing and changed ones make the record not whole. */
  readonly sealed: SealedFound
  /** Keys that came in without the word of the key before, and checkpoints that such a key has signed. */
  readonly foreign: readonly string[]
  readonly notes: readonly string[]
}

export interface Copied {
  readonly head: number
  readonly files: number
  readonly bytes: number
  readonly transcripts: number
  readonly sealed: SealedFound
  /** Whether a signed checkpoint is in it. */
  readonly signed: boolean
}

/** A place out of reach where checkpoints go: how far it has come, and what stands in the way now. */
export interface KeptAt {
  readonly place: string
  /** Entries that the newest checkpoint there covers, as far as this house put it; 0 when none yet. */
  readonly size: number
  readonly why?: string
}

/** One end of a stretch of the record: so many entries, or as many as a checkpoint covers that was kept. */
export type End = { readonly size: number } | { readonly note: string }

export interface Mark {
  readonly size: number
  /** Of the tree over its entries, in hexadecimal. */
  readonly root: string
  /** The key under the checkpoint that was given, as `<name>+<id>`; absent when the end was named by a number alone. */
  readonly signedBy?: string
}

export interface Grown {
  readonly from: Mark
  readonly to: Mark
  /** The consistency proof of RFC 6962, in hexadecimal; empty where none is needed. */
  readonly proof: readonly string[]
}

export interface Rotation {
  /** The key that signs from now on, as its public line. */
  readonly key: string
  /** The key that signed until now; absent when nothing was signed before. */
  readonly before?: string
  readonly seq: number
}

export interface Audit {
  verify(options: { readonly since?: string; readonly checkpoint?: string }): Promise<AuditReport>
  prove(seq: number): Promise<string>
  /** Proves that the record up to the first end begins the one up to the second, and that what lies between is what was hashed; else it refuses. */
  grown(from: End, to: End): Promise<Grown>
  checkpoint(): Promise<string>
  /** How the places stand where checkpoints are kept, once what is under way has come to its end. */
  places(): Promise<readonly KeptAt[]>
  /** The next key signs from now on. `lost`: a person's reason, in place of the word of a key that is gone. */
  rotate(by: string, lost: string | undefined): Promise<Rotation>
  export(stream: string | undefined): AsyncIterable<string>
  backup(folder: string): Promise<Copied>
  /** Has the transcript of an attempt forgotten for good; the fact comes first. */
  forget(attempt: string, why: string, by: string): Promise<void>
}

export interface DoctorLine {
  readonly what: string
  readonly ok: boolean
  readonly detail: string
  readonly remedy?: string
}

export interface CloneHeld {
  readonly attempt: string
  readonly bytes: number
  readonly landed: boolean
}

/** How long durable commits took since this process has the house. */
export interface Commits {
  readonly count: number
  /** Entries that they wrote. */
  readonly entries: number
  readonly sumMs: number
  /** Each with its own upper limit, ascending; the last one has none (`Infinity`). */
  readonly buckets: readonly { readonly atMostMs: number; readonly count: number }[]
  readonly lastMs?: number
  /** Over the last minute; absent when nothing was written in it. */
  readonly medianMs?: number
  /** One that has begun and not yet ended. */
  readonly underWayMs?: number
}

/** What a house knows of itself without looking anywhere: cheap however long the record is. */
export interface Vitals {
  readonly version: string
  /** The newest entry that is on the disk. */
  readonly head: number
  /** Wishes that are decided and not yet on the disk. */
  readonly pending: number
  readonly commits: Commits
  /** How often attempts ended since this process has the house: under `succeeded`, or under the reason. */
  readonly ended: Readonly<Record<string, number>>
  /** Bytes; absent when the disk of the home does not say. */
  readonly disk?: { readonly free: number; readonly of: number }
  /** Where models are asked by default, without any login, and which one was named. */
  readonly model?: { readonly address: string; readonly named: string }
}

/** store: the newest entry is read. flush: bytes are put on the disk. model: the model server is asked. isolation: escapes are tried at basic. strict: at strict. */
export type Trial = 'store' | 'flush' | 'model' | 'isolation' | 'strict'

export interface Tried {
  readonly ok: boolean
  /** A sentence; empty when there is nothing to say. */
  readonly why: string
  /** How long it took, or has taken until now. */
  readonly ms: number
  /** No answer came in time; it may still come, and is then known to whoever asks next. */
  readonly late?: true
}

/** How a house is reached from outside its process, and who was let in. */
export interface Serving {
  /** Where it listens, the first one for people. */
  readonly urls: readonly string[]
  /** Unix time in milliseconds. */
  readonly since: number
  /** A link that lets one browser in, once, and for a short time only. */
  invite(): { readonly url: string; readonly until: number }
  /** A key for one attempt: good until it is dismissed or the server ends, and never written down. */
  admit(attempt: string): string
  dismiss(attempt: string): void
}

/** Where the result lies of what was done outside: `commit` of the repository at `folder`, else what is checked out there; or the files below `from`. */
export interface OutsideOrder {
  readonly attempt: string
  readonly folder: string
  /** A full commit id, `HEAD`, or the name of a branch or a tag. */
  readonly commit?: string
  readonly from?: string
  /** What was found, for a step that only reads: it becomes the answer that is checked. */
  readonly answer?: string
}

export interface OutsideTaken {
  readonly tree?: string
  readonly commit?: string
  readonly changed?: boolean
  readonly protectedPaths?: readonly string[]
  readonly leftOut?: readonly { readonly path: string; readonly why: string }[]
  readonly summary?: string
}

/**
 * One writer, one loop. `state` holds durable facts only and is never changed by a reader.
 * A cursor (`follow`) gives every entry after a position once and in order, then waits.
 */
/** By the key of the step that it comes from. */
export interface HandedOn {
  readonly key: string
  readonly says: string
}

export interface House {
  readonly home: string
  /** What this record is called: positions in one record mean nothing in another. '' for one that was never named. */
  readonly record: string
  readonly state: State
  /** Set by whoever opens its doors to other machines and browsers; absent while nobody does. */
  serving?: Serving | undefined
  /** Set when the home is read-only, with the sentence that says why. */
  readonly readOnly: string | undefined
  now(): number
  submit(wish: Wish): Promise<Answer>
  /**
   * Calls `told` when wishes cannot be written just now and wait (with the sentence that says why, and what ends it), at once when that is
   * so already, and with '' when they are written again. Gives back how to stop. A house that never waits has none.
   */
  onWait?(told: (why: string) => void): () => void
  /** Resolves when everything that `state` shows is on the disk. */
  steady(): Promise<void>
  read(after: number, limit: number, stream?: string): Promise<readonly Entry[]>
  follow(after: number): AsyncIterable<Entry>
  /** The state as it was after entry `seq`; of one stream only when given. */
  stateAt(seq: number, stream?: string): Promise<State>
  transcript(attempt: string, from: number): Promise<TranscriptPage>
  /** The text of a blob; undefined when it is unknown or was forgotten. */
  words(digest: string): Promise<string | undefined>
  repository(path: string): Repository
  configuration(path: string): Promise<ConfigurationFound | undefined>
  plan(path: string, workspace: string, format?: string, from?: PlanFrom): Promise<PlanFound>
  /** Writes changes into a plan's files in the working tree: all of them or none. */
  rewrite(order: PlanOrder & { readonly changes: readonly PlanChange[] }): Promise<PlanRewritten>
  convert(order: PlanOrder & { readonly to: string }): Promise<PlanConverted>
  probe(): Promise<readonly IsolationReport[]>
  cloneKinds(path: string): Promise<readonly { readonly kind: string; readonly works: boolean; readonly why: string }[]>
  clones(): Promise<readonly CloneHeld[]>
  discardClone(attempt: string): Promise<void>
  doctor(path: string | undefined): Promise<readonly DoctorLine[]>
  /** Who could do steps in a repository, and anywhere: each with whether it could be started now. Takes seconds, starts nothing. */
  agents(path: string | undefined): Promise<AgentsFound>
  models(path: string | undefined): Promise<ModelsFound>
  /** Sends the model of that name a trivial prompt; undefined when there is none of it. */
  checkModel(name: string, path: string | undefined): Promise<ModelChecked | undefined>
  /** May be asked for often; throws nothing. */
  vitals(): Vitals
  /**
   * Tries one thing out, at most once at a time however many ask, and not again while what it found still holds. Always answers within
   * `atMostMs`, and throws nothing; undefined when this house has nothing of that kind to try.
   */
  tryOut(what: Trial, atMostMs: number): Promise<Tried | undefined>
  readonly audit: Audit
  /** Writes back what is missing or changed of an item's handoffs, and lets go on who waited for them; `lost`: nothing is kept of these. */
  repairHandoffs(item: string): Promise<{ readonly written: readonly string[]; readonly lost: readonly string[] }>
  /** Resolves once the state is so, or after `atMostMs`; says whether it is. Asked again whenever something has happened. */
  until(come: (state: State) => boolean, atMostMs: number): Promise<boolean>
  /** Writes what an agent says of its work into the transcript of its attempt; false when that is not at work here. */
  tell?(attempt: string, update: Update): Promise<boolean>
  /** What each step before this one has handed on, in one line; a sentence when what was written of one cannot be read as it was sealed. */
  handedTo?(step: string): Promise<readonly HandedOn[] | string>
  /**
   * Keeps what somebody did outside as the result of their attempt, in our own repository, and lets `record` say so in the record. Of one
   * attempt one is taken after the other, and none once it has ended: what the record names is what is kept.
   */
  takeOutside?<T>(order: OutsideOrder, record: (taken: OutsideTaken) => Promise<T>): Promise<T>
  /** A text without what must never be written down: shapes of secrets, and the secrets that this house knows. */
  clean?(text: string): string
  /** Resolves when no run is active, or when only a person can move one on; false when `atMostMs` went by first. */
  quiet(item?: string, atMostMs?: number): Promise<boolean>
  /** Ends every agent now (`stop`) or lets what runs end (`drain`), then writes the last facts and lets go. */
  close(how: 'drain' | 'stop'): Promise<void>
}

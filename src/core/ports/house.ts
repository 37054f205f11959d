// The house as its doors and methods see it: what may be asked of it, and what it promises.
import type { Entry } from '../nouns/entry.ts'
import type { PlanNote, PlanRead } from '../nouns/plan.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'
import type { IsolationReport, Repository } from '../ports.ts'
import type { Refusal } from '../refusals.ts'
import type { State } from '../state.ts'
import type { Wish } from '../wishes.ts'

/** Given only when the facts are durable. */
export type Answer =
  | { readonly ok: true; readonly seq: number; readonly facts: readonly Entry[] }
  | { readonly ok: false; readonly refusal: Refusal }

export interface TranscriptPart {
  readonly at: number
  readonly from: string
  readonly text: string
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

export interface AuditReport {
  readonly whole: boolean
  readonly entries: number
  readonly root: string
  readonly checkpoints: number
  readonly ms: number
  /** The first bad position, and what is wrong with it. */
  readonly firstBad?: { readonly seq: number; readonly what: string }
  readonly notes: readonly string[]
}

export interface Audit {
  verify(options: { readonly since?: string; readonly checkpoint?: string }): Promise<AuditReport>
  prove(seq: number): Promise<string>
  checkpoint(): Promise<string>
  export(stream: string | undefined): AsyncIterable<string>
  backup(folder: string): Promise<{ readonly head: number; readonly files: number; readonly bytes: number }>
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

/**
 * One writer, one loop. `state` holds durable facts only and is never changed by a reader.
 * A cursor (`follow`) gives every entry after a position once and in order, then waits.
 */
export interface House {
  readonly home: string
  readonly state: State
  /** Set when the home is read-only, with the sentence that says why. */
  readonly readOnly: string | undefined
  now(): number
  submit(wish: Wish): Promise<Answer>
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
  plan(path: string, workspace: string, format?: string): Promise<PlanFound>
  probe(): Promise<readonly IsolationReport[]>
  cloneKinds(path: string): Promise<readonly { readonly kind: string; readonly works: boolean; readonly why: string }[]>
  clones(): Promise<readonly CloneHeld[]>
  discardClone(attempt: string): Promise<void>
  doctor(path: string | undefined): Promise<readonly DoctorLine[]>
  readonly audit: Audit
  /** Resolves when no run is active, or when only a person can move one on. */
  quiet(item?: string): Promise<void>
  /** Ends every agent now (`stop`) or lets what runs end (`drain`), then writes the last facts and lets go. */
  close(how: 'drain' | 'stop'): Promise<void>
}

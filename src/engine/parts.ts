// What a house is made of: the ports that a preset fills.
import type { ConfigurationFound, DoctorLine, TranscriptPage, TranscriptPart } from '../core/ports/house.ts'
import type {
  Checker,
  Clock,
  CloneMaker,
  Executor,
  Files,
  IsolationReport,
  PlanFormat,
  Repository,
  Spawner,
  Store,
} from '../core/ports.ts'
import type { Signer } from './journal/note.ts'

/** What agents say as they work: an ordered log per attempt, sealed by its digest in the fact that ends the attempt. */
export interface Transcripts {
  append(attempt: string, parts: readonly TranscriptPart[]): Promise<void>
  read(attempt: string, from: number, limit: number): Promise<Omit<TranscriptPage, 'done'>>
  /** The digest of what was written so far; empty when nothing was. */
  seal(attempt: string): Promise<string>
}

/** What this machine can do, for doctor and init. */
export interface Machine {
  probe(): Promise<readonly IsolationReport[]>
  cloneKinds(path: string): Promise<readonly { readonly kind: string; readonly works: boolean; readonly why: string }[]>
  doctor(path: string | undefined): Promise<readonly DoctorLine[]>
}

export interface HouseParts {
  readonly home: string
  readonly version: string
  readonly host: string
  readonly pid: number
  /** Whether this house may start agents. Without hands it takes wishes and shows what is, and launches nothing. */
  readonly hands: boolean
  readonly store: Store
  readonly clock: Clock
  readonly transcripts: Transcripts
  readonly spawner: Pick<Spawner, 'sweep'>
  readonly executors: readonly Executor[]
  readonly checkers: readonly Checker[]
  readonly formats: readonly PlanFormat[]
  readonly machine: Machine
  readonly checksAtOnce: number
  /** Free and whole bytes of the disk that the home lies on. */
  disk(): { readonly free: number; readonly of: number }
  /** Folders that children may see besides their own: the toolchains that a person named. */
  readonly readOnly: readonly string[]
  readonly setUpEnv: Readonly<Record<string, string>>
  /** Literal secrets that never reach a transcript. */
  readonly secrets: readonly string[]
  /** Signs checkpoints under `origin`; without one, none is made. */
  readonly signer?: Signer
  readonly origin: string
  /** Makes the snapshot that the next start reads, and reads it; absent in tests that want none. */
  readonly snapshots?: Snapshots
  /** Why nothing may be written to this home, when that is so. */
  readonly readOnlyWhy?: string
  /** Runs `then` soon, after whoever calls has returned. */
  readonly later?: (then: () => void) => void
  /** Chooses by content and layout, says why, and never guesses between two. */
  chooseFormat(
    files: Files,
    path: string,
    named: string | undefined,
  ): Promise<
    { readonly format: PlanFormat } | { readonly format: undefined; readonly why: string; readonly remedy: string }
  >
  repository(path: string): Repository
  clones(kind: string): CloneMaker
  configuration(path: string): Promise<ConfigurationFound | undefined>
  /** The files of a repository's working tree, as they lie there. */
  workingFiles(path: string): { read(path: string): Promise<Uint8Array | null> }
  close(): Promise<void>
}

/** A rebuildable copy of the state: thrown away whenever it does not fit the journal. */
export interface Snapshots {
  load(): Promise<string | undefined>
  save(text: string): Promise<void>
}

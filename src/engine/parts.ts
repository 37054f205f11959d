// What a house is made of: the ports that a preset fills.
import type { AgentProfile } from '../core/nouns/agent.ts'
import type { Registry } from '../core/nouns/model.ts'
import type { PlanNote } from '../core/nouns/plan.ts'
import type { ConfigurationFound, DoctorLine, TranscriptPage, TranscriptPart } from '../core/ports/house.ts'
import type {
  Checker,
  CheckpointPlace,
  Clock,
  CloneMaker,
  Executor,
  Files,
  IsolationReport,
  Models,
  PlanFormat,
  Repository,
  Spawner,
  Store,
  ToolServer,
  WorkingFiles,
} from '../core/ports.ts'
import type { Signer } from './journal/note.ts'

/** What agents say as they work: an ordered log per attempt, sealed by its digest in the fact that ends the attempt. */
export interface Transcripts {
  append(attempt: string, parts: readonly TranscriptPart[]): Promise<void>
  read(attempt: string, from: number, limit: number): Promise<Omit<TranscriptPage, 'done'>>
  /** The digest of what was written so far; empty when nothing was. */
  seal(attempt: string): Promise<string>
  /** The attempts of which anything is kept. */
  attempts(): Promise<readonly string[]>
  /** All that is kept of one, in the bytes that `seal` digests; undefined when nothing is. */
  bytes(attempt: string): Promise<AsyncIterable<Uint8Array> | undefined>
  /** Puts one back whole, as `bytes` gave it. */
  put(attempt: string, bytes: AsyncIterable<Uint8Array>): Promise<void>
  /** Removes one for good; an unknown one is no error. */
  forget(attempt: string): Promise<void>
}

/** The private keys of a home. A key signs only once the record names it: `Signing` keeps that. */
export interface SigningKeys {
  current(): Signer
  /** The next key, where a change to it did not come to its end. */
  waiting(): Signer | undefined
  /** Makes the next key, or gives the one that waits; it is on the disk. */
  next(): Signer
  /** The key that waits signs from now on; the one before is put aside under its id. */
  promote(): void
}

/** What this machine can do, for doctor and init. */
export interface Machine {
  probe(): Promise<readonly IsolationReport[]>
  cloneKinds(path: string): Promise<readonly { readonly kind: string; readonly works: boolean; readonly why: string }[]>
  doctor(path: string | undefined): Promise<readonly DoctorLine[]>
}

export interface ModelPlace {
  /** As a person may read it: without any login. */
  readonly address: string
  readonly named: string
  /** Asks whether anybody answers there; takes a second at most. */
  ask(): Promise<{ readonly ok: boolean; readonly why: string }>
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
  /** Folders that agents have as HOME, by a name of ours; absent where none are kept. */
  readonly agentHomes?: { make(name: string): Promise<string>; forget(name: string): Promise<void> }
  /** Where agents find Baton's own tools: a key for one attempt, good until it is dismissed. */
  readonly agentDoor?: { admit(attempt: string): Promise<ToolServer>; dismiss(attempt: string): void }
  readonly checkers: readonly Checker[]
  /** Loaded when a plan is first read or written: a start needs none. */
  formats(): Promise<readonly PlanFormat[]>
  readonly machine: Machine
  readonly checksAtOnce: number
  /** Free and whole bytes of the disk that the home lies on. */
  disk(): { readonly free: number; readonly of: number }
  /** Puts a few bytes on the disk that the home lies on and takes them away again; absent where nothing may be written. */
  readonly flush?: () => Promise<void>
  /** Where models are asked by default. */
  readonly model?: ModelPlace
  /** Absent where no model is ever asked. */
  readonly models?: Models
  /** The models that a person's own registry describes, read anew each time. */
  readonly registry?: () => Promise<{ readonly registry: Registry; readonly notes: readonly PlanNote[] }>
  /** The agents that need no configuration but their name. */
  readonly shippedAgents?: () => readonly AgentProfile[]
  /** Folders that children may see besides their own: the toolchains that a person named. */
  readonly readOnly: readonly string[]
  readonly setUpEnv: Readonly<Record<string, string>>
  /** Literal secrets that never reach a transcript. */
  readonly secrets: readonly string[]
  /** Sign checkpoints under `origin`; without them, none is made. */
  readonly keys?: SigningKeys
  /** Where every signed checkpoint goes, out of this home's reach. */
  readonly places?: readonly CheckpointPlace[]
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
  /** Plans are read again when a commit may have changed them under their run. */
  readonly watchPlans?: boolean
  /** Whether what ends is written into each repository's own record, as handoffs. */
  readonly recording?: boolean
  /** The files of a repository's working tree, as they lie there. */
  workingFiles(path: string): WorkingFiles
  close(): Promise<void>
}

/** A rebuildable copy of the state: thrown away whenever it does not fit the journal. */
export interface Snapshots {
  load(): Promise<string | undefined>
  save(text: string): Promise<void>
}

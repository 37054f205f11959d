// What a house is made of: the ports that a preset fills.
import type { TranscriptPage, TranscriptPart } from '../core/house.ts'
import type { Checker, Clock, CloneMaker, Executor, PlanFormat, Repository, Spawner, Store } from '../core/ports.ts'

/** What agents say as they work: an ordered log per attempt, sealed by its digest in the fact that ends the attempt. */
export interface Transcripts {
  append(attempt: string, parts: readonly TranscriptPart[]): Promise<void>
  read(attempt: string, from: number, limit: number): Promise<TranscriptPage>
  /** The digest of what was written so far; empty when nothing was. */
  seal(attempt: string): Promise<string>
}

export interface HouseParts {
  readonly home: string
  readonly version: string
  readonly host: string
  readonly pid: number
  readonly store: Store
  readonly clock: Clock
  readonly transcripts: Transcripts
  readonly spawner: Pick<Spawner, 'sweep'>
  readonly executors: readonly Executor[]
  readonly checkers: readonly Checker[]
  readonly formats: readonly PlanFormat[]
  /** Environment and read-only folders that children may see: the toolchains a person named. */
  readonly readOnly: readonly string[]
  readonly setUpEnv: Readonly<Record<string, string>>
  repository(path: string): Repository
  clones(kind: string): CloneMaker
  /** Literal secrets that never reach a transcript. */
  readonly secrets: readonly string[]
}

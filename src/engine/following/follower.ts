// Who reads along as facts are written, and wishes for what follows from them.
import type { Entry } from '../../core/nouns/entry.ts'

export interface Follower {
  /** What an earlier epoch left to do. */
  takeUp(): void
  /** These are on the disk now. */
  saw(entries: readonly Entry[]): void
  /** Nothing more is looked at, and nothing more is wished for. */
  close(): void | Promise<void>
}

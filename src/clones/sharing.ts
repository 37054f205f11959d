// Clones as `git clone --shared` would make them: every file on disk, objects borrowed from the repository, our configuration.
import type { CloneMaker } from '../core/ports.ts'
import type { ClonesOptions } from './room.ts'
import { WholeClones } from './whole.ts'

export function sharedClones(options: ClonesOptions): CloneMaker {
  return new WholeClones({ kind: 'shared', git: true }, options)
}

// Clones that are the base's files and nothing of git: for tests, and for agents that must not see history.
import type { CloneMaker } from '../core/ports.ts'
import type { ClonesOptions } from './room.ts'
import { WholeClones } from './whole.ts'

export function folderClones(options: ClonesOptions): CloneMaker {
  return new WholeClones({ kind: 'folder', git: false }, options)
}

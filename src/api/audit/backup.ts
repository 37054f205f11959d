// A copy of the home that can be restored, made while everything goes on.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { deeds } from '../method.ts'
import { stop } from '../replies.ts'
import { path } from '../words.ts'

export interface BackedUp {
  readonly folder: string
  readonly head: number
  readonly files: number
  readonly bytes: number
  readonly transcripts: number
  /** Whether a signed checkpoint is in it. */
  readonly signed: boolean
  /** What the record names, transcripts by attempt and blobs by gate, and is not there, or not as it was sealed. */
  readonly missing: readonly string[]
  readonly changed: readonly string[]
  readonly forgotten: readonly string[]
}

export const auditBackup = deeds({
  name: 'audit/backup',
  needs: 'admin',
  caption: 'A copy of the home that can be restored, made while everything goes on.',
  params: z.strictObject({ folder: path }),
  act: async (house: House, { folder }): Promise<BackedUp> => {
    // Whoever asks may stand on another machine: a folder is named from the root of this one.
    if (!/^([A-Za-z]:)?[\\/]/u.test(folder))
      stop(refuse('invalid', folder, 'it is no absolute path', 'name the folder from the root of the disk'))
    const { sealed, ...copied } = await house.audit.backup(folder)
    const { missing, changed, forgotten } = sealed
    return { folder, ...copied, missing, changed, forgotten }
  },
})

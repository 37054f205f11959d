// A copy of the home that can be restored, made while everything goes on.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { deeds } from '../method.ts'
import { path } from '../words.ts'

export interface BackedUp {
  readonly folder: string
  readonly head: number
  readonly files: number
  readonly bytes: number
}

export const auditBackup = deeds({
  name: 'audit/backup',
  caption: 'A copy of the home that can be restored, made while everything goes on.',
  params: z.strictObject({ folder: path }),
  act: async (house: House, { folder }): Promise<BackedUp> => ({ folder, ...(await house.audit.backup(folder)) }),
})

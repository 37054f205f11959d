// A signed note that says what the record is now; kept elsewhere, it shows any later change.
import type { House } from '../../core/ports/house.ts'
import { deeds } from '../method.ts'
import { nothing } from '../words.ts'

export interface SignedCheckpoint {
  readonly note: string
}

export const auditCheckpoint = deeds({
  name: 'audit/checkpoint',
  needs: 'admin',
  caption: 'A signed note that says what the record is now; kept elsewhere, it shows any later change.',
  params: nothing,
  act: async (house: House): Promise<SignedCheckpoint> => ({ note: await house.audit.checkpoint() }),
})

// The whole record is checked: every hash, every link, every checkpoint.
import { z } from 'zod'
import type { AuditReport, House } from '../../core/ports/house.ts'
import { reads } from '../method.ts'

/** One note, or all that a place has kept. */
const note = z.string().min(1).max(8_000_000)

export const auditVerify = reads({
  name: 'audit/verify',
  needs: 'read',
  caption:
    'The whole record is checked: every hash, every link, every key, every checkpoint, and what it names elsewhere.',
  params: z.strictObject({ since: note.optional(), checkpoint: note.optional() }),
  read: (house: House, { since, checkpoint }): Promise<AuditReport> =>
    house.audit.verify({
      ...(since === undefined ? {} : { since }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    }),
})

// The whole record is checked: every hash, every link, every checkpoint.
import { z } from 'zod'
import type { AuditReport, House } from '../../core/house.ts'
import { reads } from '../method.ts'
import { path } from '../words.ts'

export const auditVerify = reads({
  name: 'audit/verify',
  caption: 'The whole record is checked: every hash, every link, every checkpoint.',
  params: z.strictObject({ since: path.optional(), checkpoint: z.string().max(20_000).optional() }),
  read: (house: House, { since, checkpoint }): Promise<AuditReport> =>
    house.audit.verify({
      ...(since === undefined ? {} : { since }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
    }),
})

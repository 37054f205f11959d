// Signing is handed over to a next key, by the word of both; or to a key that a person answers for, when the one before is lost.
import { z } from 'zod'
import type { House, Rotation } from '../../core/ports/house.ts'
import { type Caller, deeds } from '../method.ts'
import { sentence } from '../words.ts'

export const auditRotate = deeds({
  name: 'audit/rotate',
  needs: 'admin',
  caption:
    'Signing is handed over to a next key, by the word of both; `lost` says why the one before cannot give its word.',
  params: z.strictObject({ lost: sentence.optional() }),
  act: (house: House, { lost }, caller: Caller): Promise<Rotation> => house.audit.rotate(caller.name, lost),
})

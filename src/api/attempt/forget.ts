// What agents said in attempts that a person names is removed for good; that it was, and why, stays in the record.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Caller, deeds } from '../method.ts'
import { attemptId, sentence } from '../words.ts'

export interface Forgotten {
  readonly forgotten: readonly string[]
}

export const attemptForget = deeds({
  name: 'attempt/forget',
  needs: 'admin',
  caption:
    'What agents said in attempts that are named is removed for good; that it was, and why, stays in the record.',
  params: z.strictObject({ attempts: z.array(attemptId).min(1).max(1000), why: sentence }),
  act: async (house: House, { attempts, why }, caller: Caller): Promise<Forgotten> => {
    for (const attempt of attempts) await house.audit.forget(attempt, why, caller.name)
    return { forgotten: attempts }
  },
})

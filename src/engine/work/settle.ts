// Settles an attempt whose house is gone: ends what is left of it, then says that it was lost.

import type { Duty } from '../../core/duties.ts'
import { nothingUsed } from '../../core/nouns/attempt.ts'
import type { Effort } from '../dispatch.ts'
import type { Shop } from './shop.ts'

type OfAttempt = Extract<Duty, { attempt: unknown }>

/** No new attempt may start while a process of the old one may still write: the sweep comes first. */
export function settle(shop: Shop, duty: OfAttempt): Effort {
  const { attempt } = duty
  const go = async (): Promise<void> => {
    const killed = await shop.parts.spawner.sweep(attempt.id)
    const left = killed === 0 ? '' : `; ${killed} of its processes were still alive and have been ended`
    await shop.submit('attempt.end', {
      attempt: attempt.id,
      fence: attempt.fence,
      outcome: { kind: 'lost', reason: 'lost', why: `Baton was stopped while it ran${left}` },
      used: nothingUsed,
    })
  }
  return { done: go().catch(() => undefined), stop: () => undefined }
}

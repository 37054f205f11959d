// Which effort carries out which duty.
import type { Duty } from '../../core/duties.ts'
import { AttemptEffort } from '../attempt/effort.ts'
import type { Effort } from '../dispatch.ts'
import type { Batches } from './batches.ts'
import { integrate, moveIntegration } from './integrate.ts'
import { land, move } from './land.ts'
import type { Rehearsals } from './rehearsals.ts'
import { settle } from './settle.ts'
import type { Shop } from './shop.ts'
import { rehearse, verify } from './verify.ts'

export function begin(shop: Shop, rehearsals: Rehearsals, batches: Batches, duty: Duty): Effort {
  switch (duty.kind) {
    case 'work':
      return new AttemptEffort(shop, duty)
    case 'settle':
      return settle(shop, duty)
    case 'verify':
      return verify({ shop, rehearsals, batches }, duty)
    case 'rehearse':
      return rehearse(batches, duty)
    case 'land':
      return land(shop, duty)
    case 'move':
      return move(shop, rehearsals, duty)
    case 'integrate':
      return integrate(shop, duty)
    case 'move-integration':
      return moveIntegration(shop, duty)
  }
}

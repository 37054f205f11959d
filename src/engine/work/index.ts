// Which effort carries out which duty.
import type { Duty } from '../../core/duties.ts'
import type { Effort } from '../dispatch.ts'
import { AttemptEffort } from './attempt.ts'
import { integrate, moveIntegration } from './integrate.ts'
import { land, move } from './land.ts'
import { settle } from './settle.ts'
import type { Shop } from './shop.ts'
import { rehearse, verify } from './verify.ts'

export function begin(shop: Shop, duty: Duty): Effort {
  switch (duty.kind) {
    case 'work':
      return new AttemptEffort(shop, duty)
    case 'settle':
      return settle(shop, duty)
    case 'verify':
      return verify(shop, duty)
    case 'rehearse':
      return rehearse(shop, duty)
    case 'land':
      return land(shop, duty)
    case 'move':
      return move(shop, duty)
    case 'integrate':
      return integrate(shop, duty)
    case 'move-integration':
      return moveIntegration(shop, duty)
  }
}

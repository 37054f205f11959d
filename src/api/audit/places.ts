// Where checkpoints are kept out of reach, how far each place has come, and what stands in the way.
import type { House, KeptAt } from '../../core/ports/house.ts'
import { reads } from '../method.ts'
import { nothing } from '../words.ts'

export interface Places {
  readonly places: readonly KeptAt[]
}

export const auditPlaces = reads({
  name: 'audit/places',
  needs: 'read',
  caption: 'Where checkpoints are kept out of reach, how far each place has come, and what stands in the way.',
  params: nothing,
  read: async (house: House): Promise<Places> => ({ places: await house.audit.places() }),
})

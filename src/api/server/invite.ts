// A link that lets one browser in, once, and for a short time only.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { deeds } from '../method.ts'
import { unserved } from './show.ts'

export interface Invitation {
  readonly url: string
  readonly until: number
}

export const serverInvite = deeds({
  name: 'server/invite',
  needs: 'admin',
  caption: 'A link that lets one browser in, once, and for a short time only.',
  params: z.strictObject({}),
  act: async (house: House): Promise<Invitation | Refusal> => house.serving?.invite() ?? unserved(),
})

// A plan written down in another format: its files as text, and what of the plan they cannot say; nothing is recorded or written.
import { z } from 'zod'
import type { House, PlanConverted } from '../../core/ports/house.ts'
import { type Caller, reads } from '../method.ts'
import { path, word } from '../words.ts'
import { placeIn } from './place.ts'

export const planConvert = reads({
  name: 'plan/convert',
  needs: 'read',
  caption: 'A plan in another format: its files, and what of the plan they cannot say.',
  params: z.strictObject({ plan: path, to: word, workspace: path.optional(), format: word.optional() }),
  read: async (house: House, { plan, to, workspace, format }, caller: Caller): Promise<PlanConverted> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    const order = { workspace: root, path: placeIn(root, caller.folder, plan), to }
    return house.convert({ ...order, ...(format === undefined ? {} : { format }) })
  },
})

// Waits until a run is over, or until only a person can move it on, and says how it stands then.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { missingItem } from '../status/item.ts'
import { type ItemLine, lineOf } from '../status/summary.ts'
import { itemId } from '../words.ts'

export const runWait = reads({
  name: 'run/wait',
  caption: 'Waits until a run is over, or until only a person can move it on.',
  params: z.strictObject({ item: itemId }),
  read: async (house: House, { item }): Promise<ItemLine | Refusal> => {
    await house.quiet(item)
    const found = house.state.items.get(item)
    return found === undefined ? missingItem(house.state, item) : lineOf(house.state, found)
  },
})

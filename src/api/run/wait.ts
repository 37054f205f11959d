// Waits until a run is over, or until only a person can move it on, and says how it stands then; never for long.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { missingItem } from '../status/item.ts'
import { type ItemLine, lineOf } from '../status/summary.ts'
import { itemId } from '../words.ts'

export interface Waited extends ItemLine {
  /** False when the time went by first: whoever still wants to know asks again. */
  readonly over: boolean
}

export const runWait = reads({
  name: 'run/wait',
  needs: 'read',
  caption: 'Waits until a run is over, or until only a person can move it on; ask again while `over` is false.',
  params: z.strictObject({ item: itemId, atMostMs: z.int().min(0).max(60_000).default(25_000) }),
  read: async (house: House, { item, atMostMs }): Promise<Waited | Refusal> => {
    const over = await house.quiet(item, atMostMs)
    const found = house.state.items.get(item)
    return found === undefined ? missingItem(house.state, item) : { ...lineOf(house.state, found), over }
  },
})

// It is decided that the integration of an item is taken back from the base branch; what comes of it is in the record.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { itemId, sentence } from '../words.ts'

export interface ToRevert {
  readonly item: string
  /** Of the decision: `integration.reverted` or `reversion.refused` follows it in the item's stream. */
  readonly seq: number
  /** The integration that is taken back. */
  readonly commit: string
  readonly ref: string
}

export const itemRevert = deeds({
  name: 'item/revert',
  needs: 'approve',
  caption: 'It is decided that the integration of an item is taken back; `integration.reverted` says that it is done.',
  params: z.strictObject({ item: itemId, why: sentence }),
  act: async (house: House, { item, why }, caller: Caller): Promise<ToRevert> => {
    const integration = house.state.closed.get(item)?.integration
    const { seq } = await must(house, wish('item.revert', caller.name, { item, why }))
    return { item, seq, commit: integration?.commit ?? '', ref: integration?.ref ?? '' }
  },
})

// The branch of an item is merged to the base branch, once the release gate is passed.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { type GateLine, gatesOf } from '../status/summary.ts'
import { itemId, sentence } from '../words.ts'

export interface Integrating {
  readonly item: string
  readonly seq: number
  /** The release gate that still waits for an answer; absent when the integration is under way. */
  readonly gate?: GateLine
}

export const itemIntegrate = deeds({
  name: 'item/integrate',
  needs: 'approve',
  caption: 'The branch of an item is merged to the base branch, once the release gate is passed.',
  params: z.strictObject({ item: itemId, force: z.boolean().default(false), approve: sentence.optional() }),
  act: async (house: House, { item, force, approve }, caller: Caller): Promise<Integrating> => {
    await must(house, wish('item.integrate', caller.name, { item, force }))
    const gate = gatesOf(house.state, item).find((one) => one.kind === 'release')
    if (gate === undefined || approve === undefined) {
      return { item, seq: house.state.seq, ...(gate === undefined ? {} : { gate }) }
    }
    const answer = { gate: gate.id, answer: 'approve', reasons: [approve] }
    const { seq } = await must(house, wish('gate.answer', caller.name, answer))
    return { item, seq }
  },
})

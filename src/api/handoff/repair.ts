// Handoffs of an item that are missing or changed are written back as they were recorded, and what waited for them goes on.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { deeds } from '../method.ts'
import { itemId } from '../words.ts'
import { known, noItem } from './list.ts'

export interface HandoffsRepaired {
  readonly item: string
  /** Paths that were written back, on the ref or as the copy that the home keeps. */
  readonly written: readonly string[]
  /** Paths whose recorded bytes are gone as well. */
  readonly lost: readonly string[]
}

export const handoffRepair = deeds({
  name: 'handoff/repair',
  needs: 'run',
  caption:
    'Handoffs of an item that are missing or changed are written back as recorded; what waited for them goes on.',
  params: z.strictObject({ item: itemId }),
  act: async (house: House, { item }): Promise<HandoffsRepaired | Refusal> => {
    if (!known(house.state, item)) return noItem(item)
    const { written, lost } = await house.repairHandoffs(item)
    return { item, written, lost }
  },
})

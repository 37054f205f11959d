// The whole state as plain JSON, exactly as it was after one entry: where a mirror begins that folds what follows itself.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { freeze } from '../../core/snapshot.ts'
import { reads } from '../method.ts'

export interface StateRead {
  /** The record it is of: positions in another record mean nothing here. */
  readonly record: string
  readonly seq: number
  /** As `thaw` of the core takes it. */
  readonly frozen: unknown
}

export const stateRead = reads({
  name: 'state/read',
  needs: 'read',
  caption: 'The whole state as it is on the disk now, for whoever folds the entries that follow it.',
  params: z.strictObject({}),
  read: async (house: House): Promise<StateRead> => {
    // Taken in one breath, then waited for: a state that a crash could still take back is not given away.
    const { seq } = house.state
    const frozen: unknown = JSON.parse(JSON.stringify(freeze(house.state)))
    await house.steady()
    return { record: house.record, seq, frozen }
  },
})

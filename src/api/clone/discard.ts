// Folders of attempts are removed: those that landed, and those that a person names.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { attemptOf, closedItemOf } from '../../core/state.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must } from '../replies.ts'
import { attemptId, sentence } from '../words.ts'

export interface Discarded {
  readonly discarded: readonly string[]
  readonly bytes: number
  /** Kept because their work has not landed and nobody named them. */
  readonly kept: readonly string[]
}

export const cloneDiscard = deeds({
  name: 'clone/discard',
  needs: 'admin',
  caption: 'Folders of attempts are removed: those that landed, and those that are named.',
  params: z.strictObject({
    attempts: z.array(attemptId).max(1000).default([]),
    why: sentence.default('asked by a person'),
  }),
  act: async (house: House, { attempts, why }, caller: Caller): Promise<Discarded> => {
    const discarded: string[] = []
    const kept: string[] = []
    let bytes = 0
    for (const clone of await house.clones()) {
      const named = attempts.includes(clone.attempt)
      if (attempts.length > 0 && !named) continue
      if (!clone.landed && !named) {
        kept.push(clone.attempt)
        continue
      }
      if ((attemptOf(house.state, clone.attempt) ?? closedItemOf(house.state, clone.attempt)) !== undefined)
        await must(house, wish('clone.discard', caller.name, { attempt: clone.attempt, why, named }))
      await house.discardClone(clone.attempt)
      discarded.push(clone.attempt)
      bytes += clone.bytes
    }
    return { discarded, bytes, kept }
  },
})

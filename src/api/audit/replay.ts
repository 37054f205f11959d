// The state as it was after an entry, folded again from the first one.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { pastOf } from '../perform.ts'
import { isRefusal } from '../refusal.ts'
import { type Summary, summarise } from '../status/summary.ts'
import { seq } from '../words.ts'

export interface Replayed {
  readonly seq: number
  readonly epoch: number
  readonly workspaces: number
  readonly gates: number
  readonly attempts: number
  readonly summary: Summary
  /** Whether folding to the head gives what the house holds in memory; only said when the head was asked for. */
  readonly same?: boolean
}

export const auditReplay = reads({
  name: 'audit/replay',
  needs: 'read',
  caption: 'The state as it was after an entry, folded again from the record.',
  params: z.strictObject({ at: seq.optional() }),
  read: async (house: House, params): Promise<Replayed | Refusal> => {
    const now = house.state
    const live = params.at === undefined || params.at === now.seq ? JSON.stringify(summarise(now, now.at)) : undefined
    const past = await pastOf(house, params.at ?? now.seq)
    if (isRefusal(past)) return past
    const summary = summarise(past, past.at)
    const steps = [...past.items.values()].flatMap((item) => item.steps)
    return {
      seq: past.seq,
      epoch: past.epoch,
      workspaces: past.workspaces.size,
      gates: past.gates.size,
      attempts: steps.reduce((sum, step) => sum + step.attempts.length, 0),
      summary,
      ...(live === undefined ? {} : { same: live === JSON.stringify(summary) }),
    }
  },
})

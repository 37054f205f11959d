// What was spent, by item, step, agent, model or day, and how much of it on work that will not land.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { addTo, type CostKey, costKeys, emptySum, inOrder, keyOf, type Sum } from '../../core/spending/sums.ts'
import { reads } from '../method.ts'
import { itemId } from '../words.ts'
import { readSpending } from './reading.ts'

export interface CostLine extends Readonly<Sum> {
  /** '' for a model that the agent chose itself. */
  readonly key: string
  /** Of `tokensIn`, from 0 to 1: read again from a cache. */
  readonly cachedShare: number
  /** Of `costUsd`, from 0 to 1: spent on work that will not land. */
  readonly abandonedShare: number
  /** `costUsd` over the steps that landed; absent when none did. */
  readonly perLandedUsd?: number
}

export interface Costs {
  readonly seq: number
  readonly by: CostKey
  readonly item?: string
  readonly total: CostLine
  readonly lines: readonly CostLine[]
  /** How many more lines there are, and what they add up to is in `total`. */
  readonly more: number
}

export const costShow = reads({
  name: 'cost/show',
  needs: 'read',
  caption: 'What was spent on items, steps, agents, models or days: money, tokens, time, and what will not land.',
  params: z.strictObject({
    item: itemId.optional(),
    by: z.enum(costKeys).optional(),
    limit: z.int().min(1).max(5000).default(200),
  }),
  read: async (house: House, { item, by = item === undefined ? 'item' : 'step', limit }): Promise<Costs | Refusal> => {
    if (item !== undefined && !house.state.items.has(item) && !house.state.closed.has(item))
      return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
    const total = emptySum()
    const sums = new Map<string, Sum>()
    const seq = await readSpending(house, item, (spending) => {
      const key = keyOf(spending, by)
      const sum = sums.get(key) ?? emptySum()
      sums.set(key, sum)
      addTo(sum, spending)
      addTo(total, spending)
    })
    const all = inOrder(sums, by)
    // Of days the newest are wanted.
    const shown = by === 'day' ? all.slice(-limit) : all.slice(0, limit)
    return {
      seq,
      by,
      ...(item === undefined ? {} : { item }),
      total: line('', total),
      lines: shown.map(([key, sum]) => line(key, sum)),
      more: all.length - shown.length,
    }
  },
})

function line(key: string, sum: Sum): CostLine {
  return {
    key,
    ...sum,
    cachedShare: share(sum.cachedIn, sum.tokensIn),
    abandonedShare: share(sum.abandonedUsd, sum.costUsd),
    ...(sum.landed === 0 ? {} : { perLandedUsd: sum.costUsd / sum.landed }),
  }
}

const share = (part: number, all: number): number => (all > 0 ? part / all : 0)

// The handoffs that the record names, the newest ones, and those that are owed and not written yet.
import { z } from 'zod'
import type { HandoffEvent } from '../../core/handoffs/artifact.ts'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import type { State } from '../../core/state.ts'
import { reads } from '../method.ts'
import { itemId, stepId } from '../words.ts'
import { type HandoffLine, readHandoffs } from './reading.ts'

export interface OwedLine {
  readonly item: string
  /** The entry that it is owed for. */
  readonly of: number
  readonly event: HandoffEvent
  readonly attempt?: string
  /** Why it could not be written, when that was tried. */
  readonly why?: string
}

export interface Handoffs {
  readonly seq: number
  /** In the order in which they were written. */
  readonly handoffs: readonly HandoffLine[]
  /** How many older ones there are. */
  readonly more: number
  readonly owed: readonly OwedLine[]
}

export const handoffList = reads({
  name: 'handoff/list',
  needs: 'read',
  caption: 'The handoffs of an item, a step or the whole record: which entry left them, where they lie, what is owed.',
  params: z.strictObject({
    item: itemId.optional(),
    step: stepId.optional(),
    limit: z.int().min(1).max(5000).default(200),
  }),
  read: async (house: House, { item, step, limit }): Promise<Handoffs | Refusal> => {
    const of = item ?? step?.slice(0, step.indexOf('/'))
    if (of !== undefined && !known(house.state, of)) return noItem(of)
    const wanted = (attempt: string | undefined) => step === undefined || attempt?.startsWith(`${step}/`) === true
    let handoffs: HandoffLine[] = []
    let more = 0
    const seq = await readHandoffs(house, of, {
      line: (line) => {
        if (!wanted(line.attempt)) return
        handoffs.push(line)
        if (handoffs.length < limit * 2) return
        more += handoffs.length - limit
        handoffs = handoffs.slice(-limit)
      },
    })
    more += Math.max(0, handoffs.length - limit)
    const owed = owedIn(house.state, of).filter((one) => wanted(one.attempt))
    return { seq, handoffs: handoffs.slice(-limit), more, owed: owed.slice(0, limit) }
  },
})

export const known = (state: State, item: string): boolean => state.items.has(item) || state.closed.has(item)

export function noItem(item: string): Refusal {
  return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
}

/** What is not written yet, of one item or of all. */
export function owedIn(state: State, only: string | undefined): OwedLine[] {
  const open = [...state.items.values()].filter((one) => only === undefined || one.id === only)
  const closed = [...state.closed.values()].filter((one) => only === undefined || one.id === only)
  return [
    ...open.flatMap((item) =>
      item.owes.map(({ of, event, attempt }) => ({
        item: item.id,
        of,
        event,
        ...(attempt === undefined ? {} : { attempt }),
        ...(item.unwritten === undefined ? {} : { why: item.unwritten }),
      })),
    ),
    ...closed.flatMap((item) =>
      item.owes.map(({ of, handoff }) => ({
        item: item.id,
        of,
        event: handoff.eventType,
        attempt: handoff.attemptId,
      })),
    ),
  ]
}

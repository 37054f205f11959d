// What came about between two times of the record, in plain words, after the proof that the later one grew out of the earlier one.
import { z } from 'zod'
import type { House, Mark } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { Changes, type KindTold } from '../../core/telling/changes.ts'
import { kinds } from '../../core/telling/kinds.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { itemId, seq } from '../words.ts'
import { endOf } from './ends.ts'

/** When its last entry was written; absent at the very beginning. */
export interface DatedMark extends Mark {
  readonly at?: number
}

export interface RecordDiff {
  readonly from: DatedMark
  readonly to: DatedMark
  readonly proof: readonly string[]
  /** Entries between the two ends; of one item, when one was asked for. */
  readonly entries: number
  /** When one was asked for: nothing else is counted and told. */
  readonly item?: string
  /** Items, repositories and `house` for Baton itself; at most 50, of what most of it is first. */
  readonly streams: readonly { readonly of: string; readonly entries: number }[]
  readonly kinds: readonly KindTold[]
  /** At most 50, who brought most of it about first. */
  readonly people: readonly { readonly by: string; readonly entries: number }[]
  /** Entries of types that this version does not know. */
  readonly unknown: number
}

const entriesAtOnce = 1000
const mostNamed = 50
const end = z.string().min(1).max(8_000_000)

export const auditDiff = reads({
  name: 'audit/diff',
  needs: 'read',
  caption:
    'What came about between two times of the record, in plain words; first that the later grew out of the earlier.',
  params: z.strictObject({
    from: end,
    to: end.optional(),
    item: itemId.optional(),
    kind: z.enum(kinds).optional(),
    after: seq.optional(),
    limit: z.int().min(0).max(1000).default(50),
  }),
  read: async (house: House, { from, to, item, ...wanted }): Promise<RecordDiff | Refusal> => {
    if (item !== undefined && !house.state.items.has(item) && !house.state.closed.has(item))
      return refuse('not-found', `item ${item}`, 'there is none of this name', 'baton status lists them')
    const head = house.state.seq
    const first = await endOf(house, from, 'from')
    const second = to === undefined ? { size: head } : await endOf(house, to, 'to')
    if (isRefusal(first)) return first
    if (isRefusal(second)) return second
    const grown = await house.audit.grown(first, second)
    const changes = new Changes(wanted)
    for (let at = grown.from.size; at < grown.to.size; ) {
      const entries = await house.read(at, Math.min(entriesAtOnce, grown.to.size - at), item)
      for (const entry of entries) if (entry.seq <= grown.to.size) changes.take(entry)
      const last = entries.at(-1)
      if (last === undefined && item === undefined)
        return refuse('conflict', `entry ${at + 1}`, 'it is missing', 'run baton audit verify')
      at = last?.seq ?? grown.to.size
    }
    return {
      from: await dated(house, grown.from),
      to: await dated(house, grown.to),
      proof: grown.proof,
      entries: changes.entries,
      ...(item === undefined ? {} : { item }),
      streams: changes.streams(mostNamed),
      kinds: changes.kinds(),
      people: changes.people(mostNamed),
      unknown: changes.unknown,
    }
  },
})

async function dated(house: House, mark: Mark): Promise<DatedMark> {
  const [last] = mark.size === 0 ? [] : await house.read(mark.size - 1, 1)
  return last === undefined ? mark : { ...mark, at: last.at }
}

// One item that is over: how it came to the base branch, whether it was taken back, and what its steps left.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import type { Act, IntegrationTold, StepTold } from '../../core/telling/told.ts'
import { storyOf } from '../item/story.ts'
import { reads } from '../method.ts'
import { isRefusal } from '../refusal.ts'
import { itemId } from '../words.ts'

export interface ClosedStep {
  readonly key: string
  readonly title: string
  /** How it ended; `not begun` when nothing was tried. */
  readonly end: string
  readonly tries: number
  readonly sentBack: number
  readonly owner?: string
  /** The commit that it landed as, and when. */
  readonly landed?: { readonly commit: string; readonly at: number }
}

export interface ClosedView {
  readonly seq: number
  readonly id: string
  readonly title: string
  readonly workspace: string
  readonly workflow: string
  readonly source: string
  readonly branch: string
  readonly owner: string
  readonly openedAt: number
  readonly closedAt: number
  readonly why: string
  /** Each time that it came to the base branch; the last one counts. */
  readonly integrations: readonly IntegrationTold[]
  readonly reopened: readonly Act[]
  /** From `from` on, at most `limit`; `total` counts all. */
  readonly list: readonly ClosedStep[]
  readonly total: number
  /** How many were written, the newest one, and how many are owed. */
  readonly handoffs: { readonly written: number; readonly newest?: string; readonly owed: number }
  /** Attempts of which what was said was removed by name. */
  readonly forgotten: readonly string[]
}

export const statusClosed = reads({
  name: 'status/closed',
  needs: 'read',
  caption:
    'One item that is over: when it was integrated, as which commit, by whom, whether it was taken back, and its steps.',
  params: z.strictObject({
    item: itemId,
    from: z.int().min(0).default(0),
    limit: z.int().min(0).max(2000).default(200),
  }),
  read: async (house: House, { item, from, limit }): Promise<ClosedView | Refusal> => {
    const closed = house.state.closed.get(item)
    if (closed === undefined && house.state.items.has(item))
      return refuse('conflict', `item ${item}`, 'it is open', `baton status ${item} shows how it stands`)
    const read = await storyOf(house, item)
    if (isRefusal(read)) return read
    const { story, seq } = read
    const newest = story.handoffs.at(-1)?.path
    return {
      ...{ seq, id: item, title: story.title, owner: story.owner },
      workspace: closed?.workspace ?? '',
      workflow: closed?.workflow ?? '',
      source: story.opened?.fact.source ?? '',
      branch: closed?.branch ?? '',
      openedAt: closed?.openedAt ?? 0,
      closedAt: closed?.closedAt ?? 0,
      why: closed?.why ?? '',
      ...{ integrations: story.integrations, reopened: story.reopened },
      list: [...story.steps].slice(from, from + limit).map(([id, told]) => stepOf(id.slice(item.length + 1), told)),
      total: story.steps.size,
      handoffs: {
        written: story.handoffs.length,
        ...(newest === undefined ? {} : { newest }),
        owed: closed?.owes.length ?? 0,
      },
      forgotten: [...story.forgotten.keys()],
    }
  },
})

function stepOf(key: string, { title, end = 'not begun', owner, attempts, sentBack }: StepTold): ClosedStep {
  const { landed, landedAt } = attempts.findLast((one) => one.landed !== undefined) ?? {}
  const at = landedAt ?? 0
  return {
    ...{ key, title, end, tries: attempts.length, sentBack: sentBack.length },
    ...(owner === undefined ? {} : { owner }),
    ...(landed === undefined || end !== 'done' ? {} : { landed: { commit: landed, at } }),
  }
}

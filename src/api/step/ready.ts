// The steps that could start now, over all items or in one: what a free agent would be given next.
import { z } from 'zod'
import type { Refusal } from '../../core/refusals.ts'
import { fresh, startable } from '../../core/schedule/board.ts'
import type { State } from '../../core/state.ts'
import { views } from '../method.ts'
import { missingItem } from '../status/item.ts'
import { type StepLine, stepLine } from '../status/lines.ts'
import { itemId } from '../words.ts'

export interface ReadyView {
  readonly seq: number
  readonly steps: readonly (StepLine & { readonly item: string; readonly brief: string })[]
  /** How many more there are than were asked for. */
  readonly more: number
}

export const stepReady = views({
  name: 'step/ready',
  tool: 'list_ready',
  needs: 'read',
  caption: 'The steps that could start now, most urgent item first.',
  params: z.strictObject({ item: itemId.optional(), limit: z.int().min(1).max(1000).default(50) }),
  view: (state, _now, { item, limit }): ReadyView | Refusal => {
    if (item !== undefined && !state.items.has(item)) return missingItem(state, item)
    return ready(state, item, limit)
  },
})

function ready(state: State, only: string | undefined, limit: number): ReadyView {
  const items = [...state.items.values()]
    .filter((item) => only === undefined || item.id === only)
    .sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
  const steps: ReadyView['steps'][number][] = []
  let more = 0
  for (const item of items) {
    fresh(item)
    for (const step of item.steps) {
      if (!startable(item, step)) continue
      if (steps.length < limit) steps.push({ ...stepLine(item, step), item: item.id, brief: step.spec.brief })
      else more += 1
    }
  }
  return { seq: state.seq, steps, more }
}

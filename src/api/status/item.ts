// One item: where its workflow stands, what is open, what comes next, and its steps.
import { z } from 'zod'
import type { Blocker } from '../../core/nouns/blocker.ts'
import type { Item } from '../../core/nouns/item.ts'
import { busyPhases, settledPhases } from '../../core/nouns/step.ts'
import { type Refusal, refuse } from '../../core/refusals.ts'
import { itemHold } from '../../core/schedule/index.ts'
import type { State } from '../../core/state.ts'
import { ofItem } from '../../core/why.ts'
import { views } from '../method.ts'
import { itemId, seq } from '../words.ts'
import { type StepLine, stepLine } from './lines.ts'
import { nextSteps } from './next.ts'
import { remainingOf } from './remaining.ts'
import { type ItemLine, lineOf } from './summary.ts'

export interface ItemView extends ItemLine {
  readonly seq: number
  readonly workflow: string
  readonly source: string
  readonly owner: string
  readonly priority: number
  readonly base: string
  readonly tip: string
  /** Items that somebody said belong together with it. */
  readonly links?: readonly string[]
  /** What keeps the whole item, in one word; absent when nothing does. */
  readonly held?: string
  /** The same in a sentence, or that every step is done; and what would end it. */
  readonly why?: string
  readonly until?: string
  /** The steps that are under way now. */
  readonly current: readonly StepLine[]
  /** Up to ten steps that could start now, or else that the current ones lead to. */
  readonly next: readonly string[]
  /** What the current steps have still to meet, or else the next ones: at most ten steps. */
  readonly remaining: readonly { readonly step: string; readonly criteria: readonly string[] }[]
  readonly obstacles: readonly Blocker[]
  /** From `from` on, at most `limit`; `total` counts all. */
  readonly list: readonly StepLine[]
  readonly total: number
}

export const statusItem = views({
  name: 'status/item',
  tool: 'plan_status',
  needs: 'read',
  caption: 'One item: its current and next steps, what is open, and its steps.',
  params: z.strictObject({
    item: itemId,
    from: z.int().min(0).default(0),
    limit: z.int().min(0).max(2000).default(200),
    at: seq.optional(),
  }),
  at: (params) => params.at,
  view: (state, _now, { item: id, from, limit }): ItemView | Refusal => view(state, id, from, limit),
})

function view(state: State, id: string, from: number, limit: number): ItemView | Refusal {
  const item = state.items.get(id)
  if (item === undefined) return missingItem(state, id)
  const live = item.steps.filter((step) => !step.retired)
  const current = live.filter((step) => busyPhases.has(step.phase))
  const next = nextSteps(item)
  const { workflow, source, owner, priority, base, tip } = item
  return {
    ...lineOf(state, item),
    seq: state.seq,
    workflow,
    source,
    owner,
    priority,
    base,
    tip,
    ...(item.links === undefined || item.links.length === 0 ? {} : { links: item.links }),
    ...standing(state, item),
    current: current.map((step) => stepLine(item, step)),
    next: next.map((step) => step.id),
    remaining: (current.length > 0 ? current : next)
      .slice(0, 10)
      .map((step) => ({ step: step.id, criteria: remainingOf(step) })),
    obstacles: [...state.blockers.values()].filter((one) => one.item === id && one.endAt === undefined),
    list: live.slice(from, from + limit).map((step) => stepLine(item, step)),
    total: live.length,
  }
}

/** Nothing is held where nothing is left to do. */
function standing(state: State, item: Item): Pick<ItemView, 'held' | 'why' | 'until'> {
  const live = item.steps.filter((step) => !step.retired)
  const over = live.length > 0 && live.every((step) => settledPhases.has(step.phase))
  const asked = [...state.gates.values()].some(({ item: of, phase }) => of === item.id && phase === 'open')
  if (over && (asked || item.integrate !== undefined || item.integration !== undefined)) return {}
  if (over && item.blockers === 0)
    return { why: `Every step is done${rejected(state, item)}.`, until: `baton integrate ${item.id}` }
  const hold = over ? ({ kind: 'blocker' } as const) : itemHold(state, item)
  if (hold === undefined) return {}
  const [, why, until] = ofItem(state, item, hold.kind)
  return { held: hold.kind, why, until }
}

/** By whom and why the release was turned down, as long as its branch is what was looked at. */
function rejected(state: State, item: Item): string {
  for (const { kind, item: of, asks, reviews } of [...state.gates.values()].reverse()) {
    const last = reviews.at(-1)
    if (kind !== 'release' || of !== item.id || last?.answer !== 'reject') continue
    if (!asks.includes(`(${item.tip.slice(0, 10)})`)) return ''
    return `; its release was rejected by ${last.by}: ${last.reasons.join('; ')}`
  }
  return ''
}

export function missingItem(state: State, id: string): Refusal {
  const closed = state.closed.get(id)
  if (closed !== undefined)
    return refuse('not-found', `item ${id}`, `it is closed: ${closed.why}`, `baton status ${id} shows what came of it`)
  return refuse('not-found', `item ${id}`, 'no plan with this name has been read here', 'baton status lists the items')
}

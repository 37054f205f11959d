// How a plan stands: what waits for what, what can start now, the chain that decides how long it takes, and how long that is.
import type { PlanGroup, PlanItem } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanFound } from '../../core/ports/house.ts'
import { Refused } from '../../core/refusals.ts'
import { emptyState, type State } from '../../core/state.ts'
import { statusOf } from '../../core/status.ts'
import { dryRun } from '../run/dry.ts'
import type { Order } from '../schedule/order.ts'

export interface ShownStep extends StepSpec {
  /** What the record says of it when its item was imported, else what the plan says. */
  readonly state: string
}

export interface ShownItem {
  readonly id: string
  readonly title: string
  readonly policy: 'document' | 'graph'
  readonly branch: string
  readonly priority: number
  readonly owner?: string
  readonly labels: readonly string[]
  readonly groups: readonly PlanGroup[]
  readonly steps: readonly ShownStep[]
  readonly left: number
  /** Keys of what could start now, were there agents for all of it. */
  readonly ready: readonly string[]
  /** Keys along the longest chain, first to last: nothing makes the plan shorter than this. */
  readonly critical: readonly string[]
  /** Absent when the plan cannot be carried out as it is. */
  readonly estimate?: Estimate
}

export interface Estimate {
  readonly slots: number
  readonly makespan: number
  readonly bound: number
  /** `ms`, or `steps` when no step says how long it takes: each then counts as one. */
  readonly unit: 'ms' | 'steps'
}

const unlimited = 1024

export function shownItem(plan: PlanFound, item: PlanItem, slots: number, state: State): ShownItem {
  const open = item.steps.filter((step) => !step.ticked && step.status !== 'cancelled')
  const all = played(plan, item, unlimited)
  const some = all === undefined ? undefined : played(plan, item, slots)
  const unit = item.steps.some((step) => (step.estimateMs ?? 0) > 0) ? 'ms' : 'steps'
  return {
    id: item.id,
    title: item.title,
    policy: item.policy,
    branch: item.branch ?? `baton/${item.id}`,
    priority: item.priority,
    ...(item.owner === undefined ? {} : { owner: item.owner }),
    labels: item.labels ?? [],
    groups: item.groups ?? [],
    steps: item.steps.map((step) => ({ ...step, state: stateOf(state, item.id, step) })),
    left: open.length,
    ready: all?.order.filter(({ start }) => start === 0).map(({ step }) => step) ?? [],
    critical: all === undefined ? [] : chain(all, item),
    ...(some === undefined ? {} : { estimate: { slots, makespan: some.makespan, bound: some.bound, unit } }),
  }
}

function stateOf(state: State, id: string, spec: StepSpec): string {
  const item = state.items.get(id)
  const step = item?.steps[item.keys.get(spec.key) ?? -1]
  if (item !== undefined && step !== undefined && !step.retired) return statusOf(item, step)
  return spec.ticked ? 'done' : (spec.status ?? 'open')
}

/** The scheduler itself, in a house where nothing else is; undefined when it would not take the plan. */
function played(plan: PlanFound, item: PlanItem, slots: number): Order | undefined {
  const { workspace, source, format, tickFile, base } = plan
  const imported = { workspace, source, format, tickFile, base, tip: base, item }
  const start = { item: item.id, parallel: slots, include: [], exclude: [], force: false }
  try {
    return dryRun(emptyState(), imported, start, 'plan')
  } catch (error) {
    if (error instanceof Refused) return undefined
    throw error
  }
}

/** From what ends last, back along whatever ended the moment it began; what it waits for before what only stands above it. */
function chain({ order }: Order, item: PlanItem): string[] {
  const after = new Map(item.steps.map((step) => [step.key, new Set(step.after.map((edge) => edge.key))]))
  const ending = new Map<number, string[]>()
  for (const { step, end } of order) ending.set(end, [...(ending.get(end) ?? []), step])
  const starts = new Map(order.map(({ step, start }) => [step, start]))
  const path: string[] = []
  let at = order.reduce<(typeof order)[number] | undefined>(
    (last, one) => (last && last.end >= one.end ? last : one),
    undefined,
  )?.step
  while (at !== undefined && path.length <= order.length) {
    path.push(at)
    const start = starts.get(at) ?? 0
    const before = start === 0 ? [] : (ending.get(start) ?? [])
    const waits = after.get(at)
    at = before.find((key) => waits?.has(key)) ?? before[0]
  }
  return path.reverse()
}

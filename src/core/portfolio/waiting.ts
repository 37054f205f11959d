// What an obstacle that stands now holds up: the steps that cannot be done before it is gone.
import { type Blocker, blockerKindOf } from '../nouns/blocker.ts'
import { endedPhases } from '../nouns/step.ts'
import type { State } from '../state.ts'

export interface HeldUp {
  /** Steps that wait for it, directly or behind another step. */
  readonly count: number
  /** Steps that are still to be done. */
  readonly left: number
  /** The first of those that wait. */
  readonly steps: readonly string[]
}

export interface KindCount {
  readonly kind: string
  readonly open: number
}

/** Those that stand now, by kind, the most first; words of one's own count as other. */
export function openByKind(blockers: Iterable<Blocker>): readonly KindCount[] {
  const kinds = new Map<string, number>()
  for (const { kind, endAt } of blockers)
    if (endAt === undefined) kinds.set(blockerKindOf(kind), (kinds.get(blockerKindOf(kind)) ?? 0) + 1)
  return [...kinds].map(([kind, open]) => ({ kind, open })).sort((a, b) => b.open - a.open)
}

const mostNames = 20

export function heldUp(state: State, { item: id, step: on, endAt }: Blocker): HeldUp {
  const item = state.items.get(id)
  if (item === undefined || endAt !== undefined) return { count: 0, left: 0, steps: [] }
  const left = item.steps.filter((step) => !step.retired && !endedPhases.has(step.phase))
  const behind = new Map<number, number[]>()
  for (const { index, after } of left) for (const one of after) push(behind, one, index)
  const waiting = new Set(left.flatMap((step) => (on === undefined || step.id === on ? [step.index] : [])))
  // A set gives what is added to it while it is gone through.
  for (const index of waiting) for (const next of behind.get(index) ?? []) waiting.add(next)
  const steps = left.flatMap(({ index, id: step }) => (waiting.has(index) ? [step] : []))
  return { count: steps.length, left: left.length, steps: steps.slice(0, mostNames) }
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

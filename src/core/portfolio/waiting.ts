// What an obstacle that stands now holds up: the steps that cannot be done before it is gone.
import { type Blocker, blockerKindOf } from '../nouns/blocker.ts'
import type { Item } from '../nouns/item.ts'
import { endedPhases, type Step } from '../nouns/step.ts'
import { fresh } from '../schedule/index.ts'
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
  const later = inOrder(item, left)
  // A set gives what is added to it while it is gone through.
  for (const index of waiting) for (const next of [...(behind.get(index) ?? []), ...later(index)]) waiting.add(next)
  const steps = left.flatMap(({ index, id: step }) => (waiting.has(index) ? [step] : []))
  return { count: steps.length, left: left.length, steps: steps.slice(0, mostNames) }
}

/** Under `document` nothing of a later group begins before this one is done; told once for the earliest group that is asked about. */
function inOrder(item: Item, left: readonly Step[]): (index: number) => readonly number[] {
  if (item.policy === 'graph') return () => []
  fresh(item)
  const { groupOf } = item.board
  let earliest = Number.POSITIVE_INFINITY
  return (index) => {
    const group = groupOf[index] ?? -1
    if (group < 0 || group >= earliest) return []
    earliest = group
    return left.flatMap((one) => ((groupOf[one.index] ?? -1) > group ? [one.index] : []))
  }
}

function push(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

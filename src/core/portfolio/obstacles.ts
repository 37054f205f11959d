// What stood in the way of an item, from when until when, and how much of any time it covered, by kind.
import { type BlockerKind, blockerKindOf } from '../nouns/blocker.ts'
import type { Piece } from './overlap.ts'

export interface Obstacle {
  readonly blocker: string
  /** As it was said, and as it counts in sums. */
  readonly word: string
  readonly kind: BlockerKind
  /** Key of the step that it is on; of none, it stands in the way of all. */
  readonly step: string | undefined
  readonly from: number
  until?: number
}

export function obstacleOf(said: { blocker: string; kind: string; step?: string }, from: number): Obstacle {
  const { blocker, kind: word, step } = said
  return { blocker, word, kind: blockerKindOf(word), step: step?.split('/')[1], from }
}

/** Those on a step, and those on all of its item. */
export function onStep(all: readonly Obstacle[], key: string): readonly Obstacle[] {
  return all.length === 0 ? all : all.filter(({ step }) => step === undefined || step === key)
}

/** What lies between two times, each moment once. They are given in the order in which they began. */
export function covered(all: readonly Obstacle[], from: number, to: number): Piece[] {
  const pieces: [number, number][] = []
  for (const { from: since, until } of all) {
    const [begin, end] = [Math.max(since, from), Math.min(until ?? to, to)]
    if (end <= begin) continue
    const last = pieces.at(-1)
    if (last !== undefined && begin <= last[1]) last[1] = Math.max(last[1], end)
    else pieces.push([begin, end])
  }
  return pieces
}

export const lengthOf = (pieces: readonly Piece[]): number =>
  pieces.reduce((sum, [since, until]) => sum + until - since, 0)

/** Each kind for itself: two kinds at once count for both. */
export function byKind(all: readonly Obstacle[]): ReadonlyMap<BlockerKind, readonly Obstacle[]> {
  const kinds = new Map<BlockerKind, Obstacle[]>()
  for (const one of all) {
    const same = kinds.get(one.kind)
    if (same === undefined) kinds.set(one.kind, [one])
    else same.push(one)
  }
  return kinds
}

/** How much of a time was blocked, and by what; undefined of a time in which nothing was. */
export interface Blocked {
  readonly ms: number
  readonly by: readonly (readonly [BlockerKind, number])[]
}

export function blockedIn(all: readonly Obstacle[], from: number, to: number): Blocked | undefined {
  if (all.length === 0) return undefined
  const ms = lengthOf(covered(all, from, to))
  if (ms === 0) return undefined
  const by = [...byKind(all)].map(([kind, some]) => [kind, lengthOf(covered(some, from, to))] as const)
  return { ms, by: by.filter(([, part]) => part > 0) }
}

// Resolves the edges that hold among an item's steps, and ranks each step by the longest path that still follows it.
import type { Item } from '../nouns/item.ts'
import type { Edge, Step } from '../nouns/step.ts'
import { partsBelow, withParts } from '../parts.ts'

/**
 * Keeps what the plan says of the steps from `from` on, as they are read, so that no scheduling ever looks up a key: where one
 * stands never changes. Steps before them may have named keys that only now stand somewhere.
 */
export function resolve(item: Item, from: number): void {
  const { edges } = item.board.said
  for (let at = 0; at < from; at++) if (edges[at]?.includes(-1)) resolveOne(item, at)
  for (let at = from; at < item.steps.length; at++) resolveOne(item, at)
}

/** The same for one step, of which the plan says something else now. */
export function resolveOne({ board, keys, steps }: Item, index: number): void {
  const step = steps[index] as Step
  const { after, estimateMs } = step.spec
  const places: number[] = []
  let plain = true
  for (const edge of after) {
    const place = keys.get(edge.key) ?? -1
    places.push(place)
    plain &&= edge.source === 'stated' && place >= 0 && place !== index
  }
  board.said.edges[index] = places
  step.after = places
  board.said.plain[index] = plain
  board.said.estimates[index] = estimateMs ?? -1
}

/** Lists of indices, one for each step, one after the other: that of step i is `of[at[i] .. at[i + 1]]`. */
interface Lists {
  readonly at: Int32Array
  readonly of: Int32Array
}

/** Depends on the plan, the selection and the policy, never on how far the work is: so it is done once for each of them. */
export function link(item: Item): void {
  const { board } = item
  const before = predecessors(item)
  const after = turned(before)
  board.nextAt = after.at
  board.next = after.of
  board.ranks = item.policy === 'graph' ? rank(board.said.estimates, before, after) : new Float64Array(0)
}

const retired = 0
const unwanted = 1
const wanted = 2

function predecessors(item: Item): Lists {
  const { steps } = item
  const { edges } = item.board.said
  const kinds = new Uint8Array(steps.length)
  let [gone, most] = [0, 0]
  for (const step of steps) {
    kinds[step.index] = step.retired ? retired : step.wanted ? wanted : unwanted
    if (step.retired) gone += 1
    most += (edges[step.index] as readonly number[]).length + (step.reentry === undefined ? 0 : 1)
  }
  const parts = partsBelow(item)
  if (parts !== undefined) most += more(item, parts)
  const at = new Int32Array(steps.length + 1)
  const of = new Int32Array(most)
  let place = 0
  for (const step of steps) {
    const planned = heldBy(item, step, kinds, gone === 0)
    const held = parts === undefined ? planned : withParts(item, step, planned, parts)
    if (step.after !== held) step.after = held
    for (let next = 0; next < held.length; next++) of[place++] = held[next] as number
    at[step.index + 1] = place
  }
  return { at, of: of.subarray(0, place) }
}

/** How many edges there are besides those that the plan names: at most one to each part of whatever a step comes after. */
function more({ steps, keys, board }: Item, parts: ReadonlyMap<number, readonly number[]>): number {
  let most = 0
  for (const step of steps) {
    for (const from of board.said.edges[step.index] as readonly number[]) most += parts.get(from)?.length ?? 0
    if (step.reentry !== undefined) most += parts.get(keys.get(step.reentry) ?? -1)?.length ?? 0
  }
  return most
}

/** Nearly always all of its edges hold, and then nothing is looked at or made. */
function heldBy(item: Item, step: Step, kinds: Uint8Array, whole: boolean): readonly number[] {
  if (step.retired) return []
  const { edges, plain } = item.board.said
  const places = edges[step.index] as readonly number[]
  const all = whole && plain[step.index] === true
  const held = all ? places : places.filter((from, at) => holds(item, step, step.spec.after[at] as Edge, from, kinds))
  if (step.reentry === undefined) return held
  const first = item.steps[item.keys.get(step.reentry) ?? -1]
  return first === undefined || first.retired ? held : [...held, first.index]
}

/** A stated edge always holds; one that comes only from order or phase holds among the steps of a selection. */
function holds(item: Item, step: Step, edge: Edge, from: number, kinds: Uint8Array): boolean {
  if (from < 0 || from === step.index || kinds[from] === retired) return false
  if (edge.source === 'stated') return true
  return kinds[from] === wanted && (edge.source === 'phase' || item.policy === 'graph')
}

/** Who comes after whom, from who comes before whom. */
function turned({ at, of }: Lists): Lists {
  const count = at.length - 1
  const start = new Int32Array(count + 1)
  for (let place = 0; place < of.length; place++) {
    const next = (of[place] as number) + 1
    start[next] = (start[next] as number) + 1
  }
  for (let index = 1; index <= count; index++) start[index] = (start[index] as number) + (start[index - 1] as number)
  const filled = start.slice()
  const lists = new Int32Array(of.length)
  for (let index = 0; index < count; index++) {
    for (let place = at[index] as number; place < (at[index + 1] as number); place++) {
      const from = of[place] as number
      const free = filled[from] as number
      lists[free] = index
      filled[from] = free + 1
    }
  }
  return { at: start, of: lists }
}

function rank(estimated: readonly number[], before: Lists, after: Lists): Float64Array {
  const ranks = durations(estimated)
  const longest = new Float64Array(ranks.length)
  const order = forward(before) ? undefined : topological(before, after)
  for (let back = ranks.length - 1; back >= 0; back--) {
    const index = order === undefined ? back : (order[back] as number)
    const path = (longest[index] as number) + (ranks[index] as number)
    ranks[index] = path
    for (let place = before.at[index] as number; place < (before.at[index + 1] as number); place++) {
      const previous = before.of[place] as number
      if ((longest[previous] as number) < path) longest[previous] = path
    }
  }
  return ranks
}

/** A step without an estimate counts as the mean of those that have one. */
function durations(estimated: readonly number[]): Float64Array {
  let [known, sum] = [0, 0]
  for (const ms of estimated) {
    if (ms < 0) continue
    known += 1
    sum += ms
  }
  const usual = known === 0 ? 1 : sum / known
  const own = Float64Array.from(estimated)
  for (let index = 0; index < own.length; index++) if ((own[index] as number) < 0) own[index] = usual
  return own
}

/** Most plans name their steps in an order that already respects every edge. */
function forward({ at, of }: Lists): boolean {
  for (let index = 0; index < at.length - 1; index++) {
    for (let place = at[index] as number; place < (at[index + 1] as number); place++) {
      if ((of[place] as number) > index) return false
    }
  }
  return true
}

/** Predecessors first; what waits for itself, which no plan that was let in does, comes last. */
function topological(before: Lists, after: Lists): Int32Array {
  const count = before.at.length - 1
  const order = new Int32Array(count)
  const left = new Int32Array(count)
  let found = 0
  for (let index = 0; index < count; index++) {
    left[index] = (before.at[index + 1] as number) - (before.at[index] as number)
    if (left[index] === 0) order[found++] = index
  }
  for (let at = 0; at < found; at++) {
    const index = order[at] as number
    for (let place = after.at[index] as number; place < (after.at[index + 1] as number); place++) {
      const next = after.of[place] as number
      left[next] = (left[next] as number) - 1
      if (left[next] === 0) order[found++] = next
    }
  }
  for (let index = 0; index < count; index++) if ((left[index] as number) > 0) order[found++] = index
  return order
}

// Resolves the edges that hold among an item's steps, and ranks each step by the longest path that still follows it.
import type { Item } from '../nouns/item.ts'
import type { Edge, Step } from '../nouns/step.ts'

/** Depends on the plan, the selection and the policy, never on how far the work is: so it is done once for each of them. */
export function link(item: Item): void {
  const { board, steps } = item
  board.nextAt = new Int32Array(steps.length + 1)
  for (const step of steps) {
    step.after = step.retired ? [] : predecessors(item, step)
    for (const index of step.after) board.nextAt[index + 1] = (board.nextAt[index + 1] as number) + 1
  }
  for (let at = 1; at <= steps.length; at++) {
    board.nextAt[at] = (board.nextAt[at] as number) + (board.nextAt[at - 1] as number)
  }
  board.next = new Int32Array(board.nextAt[steps.length] as number)
  const filled = board.nextAt.slice()
  for (const step of steps) {
    for (const index of step.after) {
      const at = filled[index] as number
      board.next[at] = step.index
      filled[index] = at + 1
    }
  }
  board.ranks = item.policy === 'graph' ? rank(item) : new Float64Array(0)
}

/** A stated edge always holds; one that comes only from order or phase holds among the steps of a selection. */
function predecessors(item: Item, step: Step): readonly number[] {
  const after = step.spec.after.map((edge) => {
    const index = item.keys.get(edge.key)
    return index !== undefined && holds(item, step, edge, item.steps[index] as Step) ? index : -1
  })
  const first = step.reentry === undefined ? undefined : item.steps[item.keys.get(step.reentry) ?? -1]
  if (first !== undefined && !first.retired) after.push(first.index)
  return after.includes(-1) ? after.filter((index) => index >= 0) : after
}

function holds(item: Item, step: Step, edge: Edge, from: Step): boolean {
  if (from === step || from.retired) return false
  if (edge.source === 'order' && item.policy === 'document') return false
  return edge.source === 'stated' || from.wanted
}

/** A step without an estimate counts as the mean of those that have one. */
function rank(item: Item): Float64Array {
  const { steps } = item
  const ranks = new Float64Array(steps.length)
  const usual = usualMs(steps)
  const order = forward(steps) ? undefined : topological(item)
  for (let at = steps.length - 1; at >= 0; at--) {
    const index = order === undefined ? at : (order[at] as number)
    const step = steps[index] as Step
    const path = (ranks[index] as number) + (step.spec.estimateMs ?? usual)
    ranks[index] = path
    for (const previous of step.after) if ((ranks[previous] as number) < path) ranks[previous] = path
  }
  return ranks
}

/** Most plans name their steps in an order that already respects every edge. */
function forward(steps: readonly Step[]): boolean {
  for (const step of steps) for (const previous of step.after) if (previous > step.index) return false
  return true
}

/** Predecessors first; what waits for itself, which no plan that was let in does, comes last. */
function topological(item: Item): Int32Array {
  const { next, nextAt } = item.board
  const order = new Int32Array(item.steps.length)
  const left = Int32Array.from(item.steps, (step) => step.after.length)
  let found = 0
  for (const step of item.steps) if (left[step.index] === 0) order[found++] = step.index
  for (let at = 0; at < found; at++) {
    const index = order[at] as number
    for (let edge = nextAt[index] as number; edge < (nextAt[index + 1] as number); edge++) {
      const after = next[edge] as number
      left[after] = (left[after] as number) - 1
      if (left[after] === 0) order[found++] = after
    }
  }
  for (const step of item.steps) if ((left[step.index] as number) > 0) order[found++] = step.index
  return order
}

function usualMs(steps: readonly Step[]): number {
  const known = steps.filter((step) => step.spec.estimateMs !== undefined)
  const sum = known.reduce((ms, step) => ms + (step.spec.estimateMs ?? 0), 0)
  return known.length === 0 ? 1 : sum / known.length
}

// Rebuilds what the scheduler needs of an item in full: edges, in-degrees, ranks, groups and candidates.
import { type Board, emptyBoard, type Item } from '../nouns/item.ts'
import { type Step, settledPhases } from '../nouns/step.ts'
import { byText, push } from './heap.ts'

/** Recompute, never maintain: ranking 100,000 steps takes milliseconds and cannot drift. */
export function rebuild(item: Item): void {
  item.board = emptyBoard()
  link(item)
  rank(item)
  if (item.policy === 'document') group(item)
  for (const step of item.steps) step.heapAt = -1
  for (const step of item.steps) offer(item, step)
}

/** A stated edge always holds; one that comes only from order or phase holds among the steps of a selection. */
function link(item: Item): void {
  for (const step of item.steps) {
    step.after = []
    step.next = []
    step.unmet = 0
  }
  for (const step of item.steps) {
    if (step.retired) continue
    for (const edge of step.spec.after) {
      const from = item.steps[item.keys.get(edge.key) ?? -1]
      if (from === undefined || from.retired || from === step) continue
      if (edge.source !== 'stated' && !from.wanted) continue
      if (item.policy === 'document' && edge.source === 'order') continue
      step.after.push(from.index)
      from.next.push(step.index)
      if (!settledPhases.has(from.phase)) step.unmet += 1
    }
  }
}

/** Longest path to the end through what is still to do; a step without an estimate counts as the mean of those that have one. */
function rank(item: Item): void {
  const steps = item.steps
  const ranks = new Float64Array(steps.length)
  item.board.ranks = ranks
  if (item.policy !== 'graph') return
  const left = new Int32Array(steps.length)
  const stack: number[] = []
  const usual = usualMs(steps)
  for (const step of steps) {
    left[step.index] = step.next.length
    if (step.next.length === 0) stack.push(step.index)
  }
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    const step = steps[index] as Step
    let longest = 0
    for (const next of step.next) if ((ranks[next] as number) > longest) longest = ranks[next] as number
    ranks[index] = longest + (step.spec.estimateMs ?? usual)
    for (const previous of step.after) {
      left[previous] = (left[previous] as number) - 1
      if (left[previous] === 0) stack.push(previous)
    }
  }
}

function usualMs(steps: readonly Step[]): number {
  let sum = 0
  let known = 0
  for (const step of steps) {
    if (step.spec.estimateMs === undefined) continue
    sum += step.spec.estimateMs
    known += 1
  }
  return known === 0 ? 1 : sum / known
}

/** Document 004: a group is a maximal run of consecutive parallel steps; any other step is a group of its own. */
function group(item: Item): void {
  const board = item.board
  board.groupOf = new Int32Array(item.steps.length).fill(-1)
  const wanted = item.steps.filter((step) => step.wanted && !step.retired).map((step) => step.index)
  wanted.sort((a, b) => compare(item.steps[a] as Step, item.steps[b] as Step))
  let open: number[] | undefined
  for (const index of wanted) {
    const step = item.steps[index] as Step
    const last = open === undefined ? undefined : (item.steps[open[0] as number] as Step)
    if (
      open === undefined ||
      !step.spec.parallel ||
      last?.spec.parallel !== true ||
      last.spec.group !== step.spec.group
    ) {
      open = []
      board.groups.push(open)
      board.groupLeft.push(0)
    }
    open.push(index)
    board.groupOf[index] = board.groups.length - 1
    if (!settledPhases.has(step.phase))
      board.groupLeft[board.groups.length - 1] = (board.groupLeft.at(-1) as number) + 1
  }
  advance(board)
}

function advance(board: Board): void {
  while (board.openGroup < board.groups.length && board.groupLeft[board.openGroup] === 0) board.openGroup += 1
}

export function compare(a: Step, b: Step): number {
  return a.spec.order - b.spec.order || byText(a.spec.key, b.spec.key)
}

/** Whether nothing of the plan itself keeps the step from starting. */
export function startable(item: Item, step: Step): boolean {
  if (step.phase !== 'waiting' || !step.wanted || step.retired || step.unmet > 0) return false
  return item.policy === 'graph' || item.board.groupOf[step.index] === item.board.openGroup
}

export function offer(item: Item, step: Step): void {
  if (startable(item, step)) push(item, step.index)
}

/** A step has settled: successors may have become candidates, and under `document` the next group may have opened. */
export function settle(item: Item, step: Step): void {
  for (const index of step.next) {
    const next = item.steps[index] as Step
    next.unmet -= 1
    offer(item, next)
  }
  const board = item.board
  const group = item.policy === 'document' ? (board.groupOf[step.index] ?? -1) : -1
  if (group < 0) return
  board.groupLeft[group] = (board.groupLeft[group] as number) - 1
  const opened = board.openGroup
  advance(board)
  if (board.openGroup === opened) return
  for (const index of board.groups[board.openGroup] ?? []) offer(item, item.steps[index] as Step)
}

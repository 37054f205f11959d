// Keeps what the scheduler needs of an item: in-degrees, groups and candidates, step by step or built again in full.
import type { Board, Item } from '../nouns/item.ts'
import { type Step, settledPhases } from '../nouns/step.ts'
import { inOrder, runsOn } from '../parts.ts'
import { fill, push } from './heap.ts'
import { link } from './links.ts'

/** To be called before a board is read: many changes to a plan cost one building, and reading twice costs nothing. */
export function fresh(item: Item): void {
  if (item.board.stale !== 'none') rebuild(item)
}

/** Recompute, never maintain: for 100,000 steps it takes milliseconds and cannot drift. */
export function rebuild(item: Item): void {
  if (item.board.stale !== 'counts') link(item)
  item.board.stale = 'none'
  count(item)
  group(item)
  fill(item, startable)
}

function count(item: Item): void {
  const { next, nextAt } = item.board
  const unmet = new Int32Array(item.steps.length)
  for (const step of item.steps) {
    if (step.phase !== 'waiting' && settledPhases.has(step.phase)) continue
    const end = nextAt[step.index + 1] as number
    for (let at = nextAt[step.index] as number; at < end; at++) {
      const index = next[at] as number
      unmet[index] = (unmet[index] as number) + 1
    }
  }
  for (const step of item.steps) if (step.unmet !== unmet[step.index]) step.unmet = unmet[step.index] as number
}

/**
 * Document 004: a group is a maximal run of consecutive parallel steps, any other step a group of its own.
 * A phase of a task list ends a run: the next phase joins on it.
 */
function group(item: Item): void {
  const board = item.board
  Object.assign(board, { groups: [], groupLeft: [], openGroup: 0 })
  board.groupOf = new Int32Array(item.policy === 'graph' ? 0 : item.steps.length).fill(-1)
  if (item.policy === 'graph') return
  const wanted = item.steps.filter((step) => step.wanted && !step.retired).sort(compare)
  let last: Step | undefined
  for (const step of wanted) {
    if (last === undefined || !runsOn(last.spec, step.spec)) {
      board.groups.push([])
      board.groupLeft.push(0)
    }
    last = step
    const at = board.groups.length - 1
    board.groups[at]?.push(step.index)
    board.groupOf[step.index] = at
    if (!settledPhases.has(step.phase)) board.groupLeft[at] = (board.groupLeft[at] as number) + 1
  }
  advance(board)
}

function advance(board: Board): void {
  while (board.openGroup < board.groups.length && board.groupLeft[board.openGroup] === 0) board.openGroup += 1
}

export function compare(a: Step, b: Step): number {
  return inOrder(a.spec, b.spec)
}

/** Whether nothing of the plan itself keeps the step from starting; asked of a fresh board. */
export function startable(item: Item, step: Step): boolean {
  if (step.phase !== 'waiting' || !step.wanted || step.retired || step.unmet > 0) return false
  return item.policy === 'graph' || item.board.groupOf[step.index] === item.board.openGroup
}

export function offer(item: Item, step: Step): void {
  if (startable(item, step)) push(item, step.index)
}

/** A step has settled: successors may have become candidates, and under `document` the next group may have opened. */
export function settle(item: Item, step: Step): void {
  const board = item.board
  const end = board.nextAt[step.index + 1] as number
  for (let at = board.nextAt[step.index] as number; at < end; at++) {
    const next = item.steps[board.next[at] as number] as Step
    next.unmet -= 1
    offer(item, next)
  }
  const group = item.policy === 'document' ? (board.groupOf[step.index] ?? -1) : -1
  if (group < 0) return
  board.groupLeft[group] = (board.groupLeft[group] as number) - 1
  const opened = board.openGroup
  advance(board)
  if (board.openGroup === opened) return
  for (const index of board.groups[board.openGroup] ?? []) offer(item, item.steps[index] as Step)
}

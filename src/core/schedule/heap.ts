// An indexed heap of an item's candidates, and a way to look at the best ones without taking them.
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'
import { inOrder } from '../parts.ts'

/** Code units decide, not locale: the same order on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Under `document` ascending order, then key; under `graph` critical path first, then order, then key. */
export function before(item: Item, a: number, b: number): boolean {
  const x = item.steps[a] as Step
  const y = item.steps[b] as Step
  if (item.policy === 'graph') {
    const difference = (item.board.ranks[b] as number) - (item.board.ranks[a] as number)
    if (difference !== 0) return difference < 0
  }
  return inOrder(x.spec, y.spec) < 0
}

function place(item: Item, at: number, index: number): void {
  item.board.heap[at] = index
  ;(item.steps[index] as Step).heapAt = at
}

function rise(item: Item, start: number): void {
  const heap = item.board.heap
  let at = start
  const index = heap[at] as number
  while (at > 0) {
    const parent = (at - 1) >> 1
    const other = heap[parent] as number
    if (!before(item, index, other)) break
    place(item, at, other)
    at = parent
  }
  place(item, at, index)
}

function sink(item: Item, start: number): void {
  const heap = item.board.heap
  let at = start
  const index = heap[at] as number
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(item, heap[child + 1] as number, heap[child] as number)) child += 1
    const other = heap[child] as number
    if (!before(item, other, index)) break
    place(item, at, other)
    at = child
  }
  place(item, at, index)
}

export function push(item: Item, index: number): void {
  if ((item.steps[index] as Step).heapAt >= 0) return
  item.board.heap.push(index)
  rise(item, item.board.heap.length - 1)
}

export function remove(item: Item, index: number): void {
  const step = item.steps[index] as Step
  const at = step.heapAt
  if (at < 0) return
  step.heapAt = -1
  const last = item.board.heap.pop() as number
  if (last === index) return
  place(item, at, last)
  rise(item, at)
  sink(item, (item.steps[last] as Step).heapAt)
}

/** Every step that qualifies becomes a candidate, and nothing else is one. */
export function fill(item: Item, qualifies: (item: Item, step: Step) => boolean): void {
  const heap: number[] = []
  item.board.heap = heap
  for (const step of item.steps) {
    const at = qualifies(item, step) ? heap.push(step.index) - 1 : -1
    if (step.heapAt !== at) step.heapAt = at
  }
  for (let at = (heap.length >> 1) - 1; at >= 0; at--) sink(item, at)
}

/** The candidates, best first, without changing the heap: looking at k of them costs k log k, however many there are. */
export function* bestFirst(item: Item): Generator<number> {
  const heap = item.board.heap
  const front: number[] = heap.length === 0 ? [] : [0]
  const better = (a: number, b: number): boolean => before(item, heap[a] as number, heap[b] as number)
  while (front.length > 0) {
    const at = front[0] as number
    yield heap[at] as number
    const last = front.pop() as number
    if (front.length > 0) lower(front, last, better)
    for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++) lift(front, child, better)
  }
}

/** Puts a value in the place of the first of a heap, and moves it down to where it belongs. */
function lower(front: number[], value: number, better: (a: number, b: number) => boolean): void {
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= front.length) break
    if (child + 1 < front.length && better(front[child + 1] as number, front[child] as number)) child += 1
    if (!better(front[child] as number, value)) break
    front[at] = front[child] as number
    at = child
  }
  front[at] = value
}

/** Adds a value at the end of a heap, and moves it up to where it belongs. */
function lift(front: number[], value: number, better: (a: number, b: number) => boolean): void {
  let at = front.push(value) - 1
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!better(value, front[parent] as number)) break
    front[at] = front[parent] as number
    at = parent
  }
  front[at] = value
}

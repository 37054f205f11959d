// An indexed heap of an item's candidates, and a way to look at the best ones without taking them.
import type { Item } from '../nouns/item.ts'
import type { Step } from '../nouns/step.ts'

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
  if (x.spec.order !== y.spec.order) return x.spec.order < y.spec.order
  return byText(x.spec.key, y.spec.key) < 0
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

/** The candidates, best first, without changing the heap; looking at k of them costs at most k² small steps, and k is about the slots. */
export function* bestFirst(item: Item): Generator<number> {
  const heap = item.board.heap
  if (heap.length === 0) return
  const front = [0]
  while (front.length > 0) {
    let best = 0
    for (let i = 1; i < front.length; i++) {
      if (before(item, heap[front[i] as number] as number, heap[front[best] as number] as number)) best = i
    }
    const at = front[best] as number
    front[best] = front[front.length - 1] as number
    front.pop()
    yield heap[at] as number
    if (2 * at + 1 < heap.length) front.push(2 * at + 1)
    if (2 * at + 2 < heap.length) front.push(2 * at + 2)
  }
}

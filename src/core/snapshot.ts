// The state as plain JSON and back, so that a start need not fold from the beginning; thrown away whenever it does not fit.
import type { Count } from './nouns/count.ts'
import { emptyBoard, type Item } from './nouns/item.ts'
import type { Step } from './nouns/step.ts'
import { resolve } from './schedule/links.ts'
import { emptyState, type State } from './state.ts'

export const snapshotVersion = 7

type FrozenStep = Omit<Step, 'after' | 'unmet' | 'heapAt' | 'item' | 'index' | 'id'>

/** Everything derived is left out and rebuilt: a snapshot can be wrong only where a fold can be wrong. */
export function freeze(state: State): unknown {
  const {
    workspaces,
    counts,
    items,
    runs,
    gates,
    blockers,
    closed,
    seats,
    keys,
    bars,
    budgets,
    suspicions,
    workflows,
    ...plain
  } = state
  return {
    version: snapshotVersion,
    ...plain,
    workspaces: [...workspaces.values()],
    counts: [...counts.values()],
    items: [...items.values()].map(freezeItem),
    runs: [...runs.values()],
    gates: [...gates.values()],
    blockers: [...blockers.values()],
    closed: [...closed.values()],
    seats: [...seats],
    keys: [...keys],
    bars: [...bars.values()],
    budgets: [...budgets],
    suspicions: [...suspicions.values()],
    workflows: [...workflows],
  }
}

function freezeItem(item: Item): unknown {
  const { board: _board, keys: _keys, active, steps, ...plain } = item
  return { ...plain, active: [...active], steps: steps.map(freezeStep) }
}

function freezeStep(step: Step): FrozenStep {
  const { after: _after, unmet: _unmet, heapAt: _heapAt, item: _item, index: _index, id: _id, ...plain } = step
  return plain
}

const lists = [
  'workspaces',
  'items',
  'runs',
  'gates',
  'blockers',
  'closed',
  'seats',
  'keys',
  'bars',
  'budgets',
  'suspicions',
  'workflows',
] as const

/** Undefined when it is of another version or shape: fold from the beginning instead. */
export function thaw(frozen: unknown): State | undefined {
  const from = frozen as ReturnType<typeof emptyState> & { version: number }
  if (typeof from !== 'object' || from === null || from.version !== snapshotVersion) return undefined
  if (!lists.every((name) => Array.isArray(from[name]))) return undefined
  // Snapshots from before there were any have none.
  const counts = (from as { counts?: unknown }).counts ?? []
  if (!Array.isArray(counts)) return undefined
  const state = emptyState()
  Object.assign(state, {
    seq: from.seq,
    at: from.at,
    epoch: from.epoch,
    running: from.running,
    cap: from.cap,
    diskLow: from.diskLow,
    checkpoint: from.checkpoint,
  })
  for (const one of from.workspaces as unknown as State['workspaces'] extends Map<string, infer W> ? W[] : never)
    state.workspaces.set(one.path, one)
  for (const one of counts as readonly Count[]) state.counts.set(one.path, one)
  for (const one of from.runs.values()) state.runs.set(one.id, one)
  for (const one of from.gates.values()) state.gates.set(one.id, one)
  for (const one of from.blockers.values()) state.blockers.set(one.id, one)
  for (const one of from.closed.values()) state.closed.set(one.id, one)
  for (const [name, count] of from.seats) state.seats.set(name, count)
  for (const [name, key] of from.keys) state.keys.set(name, key)
  for (const one of from.bars.values()) state.bars.set(one.account, one)
  for (const [name, limits] of from.budgets) state.budgets.set(name, limits)
  for (const one of from.suspicions.values()) state.suspicions.set(one.id, one)
  for (const [name, versions] of from.workflows) state.workflows.set(name, versions)
  for (const one of from.items.values()) state.items.set(one.id, thawItem(one))
  return state
}

function thawItem(frozen: Item): Item {
  const item: Item = { ...frozen, board: emptyBoard(), keys: new Map(), active: new Set(frozen.active), steps: [] }
  for (const one of frozen.steps) {
    const index = item.steps.length
    item.keys.set(one.spec.key, index)
    const id = `${item.id}/${one.spec.key}`
    item.steps.push({ ...one, id, item: item.id, index, after: [], unmet: 0, heapAt: -1 })
  }
  resolve(item, 0)
  return item
}

// What is true now: the fold of every fact so far.

import type { Suspicion } from './duplicates/suspicion.ts'
import type { Due } from './handoffs/artifact.ts'
import type { Attempt } from './nouns/attempt.ts'
import type { Blocker } from './nouns/blocker.ts'
import type { Count } from './nouns/count.ts'
import type { Gate } from './nouns/gate.ts'
import type { Item } from './nouns/item.ts'
import type { Run } from './nouns/run.ts'
import type { Step } from './nouns/step.ts'
import type { Workspace } from './nouns/workspace.ts'
import type { Bar } from './routing/bar.ts'
import type { Limits, Spent } from './spending/budget.ts'
import type { Published } from './workflows/published.ts'

/** What stays in memory of an item that is over; its record is folded again from its stream on demand. */
export interface ClosedItem {
  readonly id: string
  readonly workspace: string
  readonly title: string
  readonly steps: number
  readonly done: number
  readonly closedAt: number
  readonly why: string
  readonly owner: string
  /** A person said so: it stays so when it is opened again. */
  readonly handedOver?: true
  readonly workflow: string
  readonly branch: string
  readonly openedAt: number
  /** What new items are compared with, between spaces. */
  readonly words?: string
  /** The highest number that an attempt of any of its steps had. */
  readonly attempts: number
  /** Its budget goes on when it is opened again. */
  readonly spent?: Spent
  /** How it came to the base branch; absent when it did not. */
  readonly integration?: Integrated
  /** Handoffs that are not written yet. */
  owes: readonly Due[]
  reversion?: Reversion
}

export interface Integrated {
  readonly ref: string
  readonly commit: string
  /** Where the branch stood before. */
  readonly before: string
  readonly by: string
  /** Where its boxes stand, for they are unticked when it is taken back. */
  readonly plan?: Pick<Item, 'source' | 'format' | 'tickFile'>
}

/** That an integration is taken back: decided, then ordered, then done. */
export interface Reversion {
  readonly why: string
  readonly by: string
  readonly at: number
  /** Sequence of the decision. */
  readonly since: number
  ordered?: { readonly ref: string; readonly expected: string; readonly commit: string; readonly since: number }
  done?: string
}

/** Owned by whoever folds: `evolve` changes it in place. */
export interface State {
  seq: number
  at: number
  epoch: number
  /** Attempts running now, over all items. */
  running: number
  cap: number
  /** The disk is nearly full: nothing new is claimed, so that facts can still be written. */
  diskLow: boolean
  workspaces: Map<string, Workspace>
  counts: Map<string, Count>
  items: Map<string, Item>
  runs: Map<string, Run>
  gates: Map<string, Gate>
  blockers: Map<string, Blocker>
  closed: Map<string, ClosedItem>
  /** Agents' seats in use. */
  seats: Map<string, number>
  keys: Map<string, string>
  /** By account. */
  bars: Map<string, Bar>
  /** Set by a person; by scope and name, in place of what the policy says. */
  budgets: Map<string, Limits>
  /** By id, settled ones too, while either item is open. */
  suspicions: Map<string, Suspicion>
  /** By name, in the order in which they were published. */
  workflows: Map<string, Published[]>
  checkpoint: number
}

export function emptyState(): State {
  return {
    seq: 0,
    at: 0,
    epoch: 0,
    running: 0,
    cap: 64,
    diskLow: false,
    workspaces: new Map(),
    counts: new Map(),
    items: new Map(),
    runs: new Map(),
    gates: new Map(),
    blockers: new Map(),
    closed: new Map(),
    seats: new Map(),
    keys: new Map(),
    bars: new Map(),
    budgets: new Map(),
    suspicions: new Map(),
    workflows: new Map(),
    checkpoint: 0,
  }
}

/** `<item>/<key>` to the item, or undefined. Item ids hold no slash. */
export function itemOf(state: State, stepId: string): Item | undefined {
  const slash = stepId.indexOf('/')
  return slash < 0 ? undefined : state.items.get(stepId.slice(0, slash))
}

export function stepOf(state: State, stepId: string): Step | undefined {
  const item = itemOf(state, stepId)
  return item === undefined ? undefined : stepIn(item, stepId)
}

/** The step of this item whose id is the first `end` letters of `id`. */
export function stepIn(item: Item, id: string, end = id.length): Step | undefined {
  const index = item.keys.get(id.slice(item.id.length + 1, end))
  return index === undefined ? undefined : item.steps[index]
}

/** `<item>/<key>/<n>` to the attempt, its step and item, or undefined. */
export function attemptOf(state: State, attemptId: string): { item: Item; step: Step; attempt: Attempt } | undefined {
  const item = itemOf(state, attemptId)
  if (item === undefined) return undefined
  const cut = attemptId.lastIndexOf('/')
  const step = stepIn(item, attemptId, cut)
  const attempt = step?.attempts[Number(attemptId.slice(cut + 1)) - 1 - (item.attemptsBefore ?? 0)]
  return step === undefined || attempt === undefined || attempt.id !== attemptId ? undefined : { item, step, attempt }
}

/** Whose attempt this was, when the item is over or was over before it was opened again; its steps are folded again only on demand. */
export function closedItemOf(
  state: State,
  attemptId: string,
): Pick<ClosedItem, 'id' | 'workspace' | 'why'> | undefined {
  const item = itemOf(state, attemptId)
  if (item === undefined) return state.closed.get(attemptId.slice(0, Math.max(0, attemptId.indexOf('/'))))
  const number = Number(attemptId.slice(attemptId.lastIndexOf('/') + 1))
  if (!Number.isInteger(number) || number < 1 || number > (item.attemptsBefore ?? 0)) return undefined
  return { id: item.id, workspace: item.workspace, why: 'it was opened again after it was taken back' }
}

/** What the next attempt of this step is called: no name ever stands for two, also when the item was opened again. */
export function nextNumber(item: Item, step: Step): number {
  return (item.attemptsBefore ?? 0) + step.attempts.length + 1
}

export function runOf(state: State, item: Item): Run | undefined {
  return item.run === undefined ? undefined : state.runs.get(item.run)
}

export function latest(step: Step): Attempt | undefined {
  return step.attempts[step.attempts.length - 1]
}

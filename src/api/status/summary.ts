// The whole house on one page: each item with its counts, its open gates and its run; also what the file status.json holds.
import type { GateKind } from '../../core/nouns/gate.ts'
import type { Isolation } from '../../core/nouns/isolation.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { RunPhase } from '../../core/nouns/run.ts'
import { type KindCount, openByKind } from '../../core/portfolio/waiting.ts'
import { fresh } from '../../core/schedule/board.ts'
import { runOf, type State } from '../../core/state.ts'
import { type Status, statusOf } from '../../core/status.ts'

export interface GateLine {
  readonly id: string
  readonly kind: GateKind
  readonly step?: string
  readonly asks: string
  readonly options: readonly string[]
  /** What a person who is content would answer. */
  readonly usual: string
}

export interface RunLine {
  readonly id: string
  readonly phase: RunPhase
  readonly parallel: number
  readonly startedAt: number
  readonly endedAt?: number
  readonly outcome?: string
}

export interface ItemLine {
  readonly id: string
  readonly title: string
  readonly workspace: string
  readonly branch: string
  readonly policy: 'document' | 'graph'
  readonly isolation: Isolation | 'unset'
  readonly steps: number
  /** Only words that some step has. */
  readonly counts: Partial<Readonly<Record<Status, number>>>
  readonly gates: readonly GateLine[]
  readonly blockers: number
  readonly blockedBy: readonly KindCount[]
  readonly run?: RunLine
}

export interface Summary {
  readonly version: 1
  readonly seq: number
  readonly at: number
  readonly items: readonly ItemLine[]
  /** Items that are over, newest first, at most 20. */
  readonly closed: readonly { readonly id: string; readonly title: string; readonly why: string; readonly at: number }[]
}

/** Pure. Whoever keeps a home writes it to `status.json` there when idle and when closing; it can be deleted at any time. */
export function summarise(state: State, now: number): Summary {
  const items = [...state.items.values()].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
  const closed = [...state.closed.values()].sort((a, b) => b.closedAt - a.closedAt).slice(0, 20)
  return {
    version: 1,
    seq: state.seq,
    at: now,
    items: items.map((item) => lineOf(state, item)),
    closed: closed.map(({ id, title, why, closedAt }) => ({ id, title, why, at: closedAt })),
  }
}

export function lineOf(state: State, item: Item): ItemLine {
  const run = runLine(state, item)
  const live = item.steps.filter((step) => !step.retired)
  const obstacles = [...state.blockers.values()].filter((one) => one.item === item.id && one.endAt === undefined)
  return {
    id: item.id,
    title: item.title,
    workspace: item.workspace,
    branch: item.branch,
    policy: item.policy,
    isolation: state.workspaces.get(item.workspace)?.isolation ?? 'unset',
    steps: live.length,
    counts: countsOf(item),
    gates: gatesOf(state, item.id),
    blockers: obstacles.length,
    blockedBy: openByKind(obstacles),
    ...(run === undefined ? {} : { run }),
  }
}

function runLine(state: State, item: Item): RunLine | undefined {
  const run = runOf(state, item)
  if (run === undefined) return undefined
  const { id, phase, parallel, startedAt, endedAt, outcome } = run
  return {
    id,
    phase,
    parallel,
    startedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(outcome === undefined ? {} : { outcome }),
  }
}

export function countsOf(item: Item): Partial<Record<Status, number>> {
  fresh(item)
  const counts: Partial<Record<Status, number>> = {}
  for (const step of item.steps) {
    if (step.retired) continue
    const status = statusOf(item, step)
    counts[status] = (counts[status] ?? 0) + 1
  }
  return counts
}

export function gatesOf(state: State, item: string | undefined): GateLine[] {
  const lines: GateLine[] = []
  for (const gate of state.gates.values()) {
    if (gate.phase !== 'open' || (item !== undefined && gate.item !== item)) continue
    const { id, kind, step, asks, options, usual } = gate
    lines.push({ id, kind, ...(step === undefined ? {} : { step }), asks, options, usual })
  }
  return lines
}

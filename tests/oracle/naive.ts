// The launch rules as the documents state them, in the plainest way: no board, no heap, no counts, everything worked out again from the steps.
import type { HoldKind } from '../../src/core/nouns/decision.ts'
import type { Item } from '../../src/core/nouns/item.ts'
import type { Step } from '../../src/core/nouns/step.ts'
import type { StepRule, Workspace } from '../../src/core/nouns/workspace.ts'
import type { State } from '../../src/core/state.ts'

export interface Answer {
  /** Steps to start now, in launch order. */
  readonly launch: readonly string[]
  /** Why each other waiting step does not start. */
  readonly holds: ReadonlyMap<string, HoldKind>
}

/** Nothing is remembered between two questions. */
export function naive(state: State, now: number): Answer {
  const started: Step[] = []
  const items = [...state.items.values()].sort((a, b) => a.priority - b.priority || text(a.id, b.id))
  for (const item of items) started.push(...launchOf(state, item, now, started))
  const holds = new Map<string, HoldKind>()
  for (const item of items) {
    for (const step of item.steps) {
      if (step.phase !== 'waiting' || started.includes(step)) continue
      holds.set(step.id, kept(state, item, step) ?? busy(state, item, step, now, started) ?? 'slots')
    }
  }
  return { launch: started.map((step) => step.id), holds }
}

function launchOf(state: State, item: Item, now: number, before: readonly Step[]): Step[] {
  const launch: Step[] = []
  const candidates = item.steps.filter((step) => step.phase === 'waiting' && kept(state, item, step) === undefined)
  const length = paths(item)
  candidates.sort((a, b) => {
    const critical = item.policy === 'graph' ? (length.get(b) ?? 0) - (length.get(a) ?? 0) : 0
    return critical || inOrder(a, b)
  })
  for (const step of candidates) {
    const started = [...before, ...launch]
    if (slots(state, item, started) <= 0) break
    if (busy(state, item, step, now, started) === undefined) launch.push(step)
  }
  return launch
}

/** What the item, the run and the plan keep a step for. */
function kept(state: State, item: Item, step: Step): HoldKind | undefined {
  const run = state.runs.get(item.run ?? '')
  const workspace = state.workspaces.get(item.workspace)
  const asked = [...state.gates.values()].some(
    (gate) => gate.item === item.id && gate.phase === 'open' && (gate.kind === 'intake' || gate.kind === 'foreign'),
  )
  const blocked = [...state.blockers.values()].some(
    (one) => one.item === item.id && one.step === undefined && one.endAt === undefined,
  )
  if (step.retired) return 'retired'
  if (run === undefined || run.phase === 'ended') return 'not-wanted'
  if (run.phase !== 'active') return 'paused'
  if (asked) return 'gate'
  if (blocked) return 'blocker'
  if (workspace?.trusted === undefined) return 'not-trusted'
  if (workspace.isolation === undefined) return 'no-isolation'
  if (!step.wanted) return 'not-wanted'
  if (before(item, step).some((one) => !over(one))) return 'predecessors'
  return item.policy === 'document' ? document(item, step) : undefined
}

/** Steps that must have landed, or been skipped, before this one starts. */
function before(item: Item, step: Step): Step[] {
  const found: Step[] = []
  for (const edge of step.spec.after) {
    const from = item.steps.find((one) => one.spec.key === edge.key)
    if (from === undefined || from === step || from.retired) continue
    if (edge.source === 'order' && item.policy === 'document') continue
    if (edge.source === 'stated' || from.wanted) found.push(from)
  }
  const first = item.steps.find((one) => one.spec.key === step.reentry && !one.retired)
  if (first !== undefined) found.push(first)
  return found.flatMap((one) => [one, ...partsFor(item, step, one)])
}

/** Whoever comes after a step comes after what it was split into, unless it is a part of it. */
function partsFor(item: Item, step: Step, of: Step): Step[] {
  if (isPart(item, step, of)) return []
  return item.steps.filter((one) => one !== step && !one.retired && isPart(item, one, of))
}

function isPart(item: Item, step: Step, of: Step): boolean {
  const above = item.steps.find((one) => one.spec.key === step.spec.part?.of)
  return above !== undefined && (above === of || isPart(item, above, of))
}

/** Ascending order, then key: one at a time, but consecutive parallel steps of a phase together; the next one joins on all. */
function document(item: Item, step: Step): HoldKind | undefined {
  const line = item.steps.filter((one) => one.wanted && !one.retired).sort(inOrder)
  const groups: Step[][] = []
  for (const one of line) {
    const last = groups.at(-1)?.at(-1)
    if (last !== undefined && joins(last, one)) groups.at(-1)?.push(one)
    else groups.push([one])
  }
  const open = groups.find((group) => group.some((one) => !over(one)))
  if (open === undefined || open.includes(step)) return undefined
  return open.length > 1 ? 'group' : 'order'
}

/** Parts of one step go together; to the others they are what their step is. */
function joins(last: Step, one: Step): boolean {
  if (last.spec.group !== one.spec.group) return false
  if (last.spec.part && one.spec.part && last.spec.part.root === one.spec.part.root) return true
  const beside = ({ spec }: Step) => (spec.part === undefined ? spec.parallel : spec.part.beside)
  return beside(last) && beside(one)
}

/** What running work, seats, time or a blocker of its own keep a candidate for. */
function busy(state: State, item: Item, step: Step, now: number, started: readonly Step[]): HoldKind | undefined {
  const workspace = state.workspaces.get(item.workspace) as Workspace
  if ([...state.blockers.values()].some((one) => one.step === step.id && one.endAt === undefined)) return 'blocker'
  if (step.notBefore > now) return 'backoff'
  const name = agentOf(state, item, step)
  const agent = workspace.policy.agents.find((one) => one.name === name)
  if (agent === undefined) return 'no-agent'
  // In these lives nobody stands in for anybody: each agent pays for itself.
  const bar = state.bars.get(name)
  if (bar !== undefined && (bar.until === undefined || bar.until > now)) return bar.kind === 'auth' ? 'barred' : 'quota'
  if (seatsTaken(state, name, started) >= agent.seats) return 'seats'
  const working = (one: Step): boolean => started.includes(one) || atWork(one)
  const here = [...state.items.values()].filter((one) => one.workspace === item.workspace)
  const holders = here.flatMap((one) => one.steps).filter(working)
  if (holders.some((one) => locks(workspace, one).some((lock) => locks(workspace, step).includes(lock)))) return 'lock'
  if (item.steps.filter(working).some((one) => touches(one, step))) return 'file'
  return undefined
}

function slots(state: State, item: Item, started: readonly Step[]): number {
  const run = state.runs.get(item.run ?? '')
  const workspace = state.workspaces.get(item.workspace)
  const count = (items: Iterable<Item>): number =>
    [...items].flatMap((one) => one.steps).filter((step) => step.phase === 'running' || started.includes(step)).length
  const here = [...state.items.values()].filter((one) => one.workspace === item.workspace)
  return Math.min(
    (workspace?.desired ?? 0) - count(here),
    state.cap - count(state.items.values()),
    (run?.parallel ?? 0) - count([item]),
  )
}

function seatsTaken(state: State, name: string, started: readonly Step[]): number {
  let taken = 0
  for (const item of state.items.values()) {
    for (const step of item.steps) {
      if (started.includes(step) && agentOf(state, item, step) === name) taken += 1
      for (const attempt of step.attempts) if (attempt.agent === name && attempt.endedAt === undefined) taken += 1
    }
  }
  return taken
}

function agentOf(state: State, item: Item, step: Step): string {
  const policy = (state.workspaces.get(item.workspace) as Workspace).policy
  const ruled = rules(policy.rules, step).findLast((rule) => rule.agent !== undefined)?.agent
  return step.agent ?? state.runs.get(item.run ?? '')?.agent ?? ruled ?? policy.defaultAgent
}

function locks(workspace: Workspace, step: Step): string[] {
  const { key, part } = step.spec
  // What holds a step holds the parts that it was split into.
  const keys = part === undefined ? [key] : [key, part.of, part.root]
  const held = workspace.policy.rules.filter((rule) => keys.some((one) => pattern(rule.match).test(one)))
  return [...step.spec.locks, ...held.flatMap((rule) => rule.locks ?? [])]
}

function rules(all: readonly StepRule[], step: Step): StepRule[] {
  return all.filter((rule) => pattern(rule.match).test(step.spec.key))
}

function pattern(match: string): RegExp {
  return new RegExp(`^${match.replaceAll('.', '\\.').replaceAll('*', '.*')}$`, 's')
}

/** The same path, or one within the other. */
export function touches(a: Step, b: Step): boolean {
  const slashed = (path: string): string => (path.endsWith('/') ? path : `${path}/`)
  const near = (x: string, y: string): boolean => x.startsWith(y) || y.startsWith(x)
  return a.spec.writes.some((x) => b.spec.writes.some((y) => near(slashed(x), slashed(y))))
}

/** Longest way to the end in estimated time; without an estimate a step counts as the mean of the known ones, or as 1. */
function paths(item: Item): Map<Step, number> {
  const known = item.steps.flatMap((step) => step.spec.estimateMs ?? [])
  const usual = known.length === 0 ? 1 : known.reduce((a, b) => a + b) / known.length
  const length = new Map<Step, number>()
  const walk = (step: Step): number => {
    const next = item.steps.filter((one) => !one.retired && before(item, one).includes(step)).map(walk)
    return Math.max(0, ...next) + (step.spec.estimateMs ?? usual)
  }
  for (const step of item.steps) length.set(step, walk(step))
  return length
}

const root = ({ spec }: Step): string => spec.part?.root ?? spec.key
/** Numbers of parts, so many digits each that text compares them as numbers. */
const path = ({ spec }: Step): string => (spec.part?.path ?? []).map((one) => String(one).padStart(9, '0')).join('.')
const inOrder = (a: Step, b: Step): number =>
  a.spec.order - b.spec.order || text(root(a), root(b)) || text(path(a), path(b)) || text(a.spec.key, b.spec.key)
const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const over = (step: Step): boolean => step.phase === 'done' || step.phase === 'skipped'
const atWork = (step: Step): boolean => ['running', 'verifying', 'gated', 'landing'].includes(step.phase)

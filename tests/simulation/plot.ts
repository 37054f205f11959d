// The world that a seed gives: items with steps and edges, a policy, and how much goes wrong.
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import type { CheckSpec } from '../../src/core/nouns/check.ts'
import { type ModelSpec, tiers } from '../../src/core/nouns/model.ts'
import type { PlanItem } from '../../src/core/nouns/plan.ts'
import type { Edge, EdgeSource, StepSpec } from '../../src/core/nouns/step.ts'
import { noPolicy, type StepRule, type TrustedPolicy } from '../../src/core/nouns/workspace.ts'
import { patternOf, specOf } from '../../src/core/workflows/pattern.ts'
import { Chance } from '../../src/presets/simulated.ts'

export type Mode = 'safety' | 'liveness'

/** How often each thing goes wrong; all are shares of one occasion. */
export interface Knobs {
  readonly crashes: number
  /** The share of sites (before and after each call of a port) at which the house dies. */
  readonly crashSite: number
  readonly orphans: number
  readonly disk: number
  readonly git: number
  readonly clones: number
  readonly slow: number
  readonly strangers: number
  readonly clockFaults: number
  readonly twins: number
  readonly held: number
  readonly ghosts: number
  readonly conflicts: number
  readonly badAgents: number
  readonly chaosMs: number
  readonly restless: number
  /** The longest that a check takes: while it runs, results pile up behind it. */
  readonly checkMs: number
  /** How often somebody leads: hands over, publishes, takes back. */
  readonly lead: number
  /** How often strangers lay hands on the record's own ref. */
  readonly record: number
  /** How often somebody outside claims, hands in, or gives back. */
  readonly outside: number
}

export interface Plot {
  readonly items: PlanItem[]
  readonly policy: TrustedPolicy
  readonly knobs: Knobs
}

export const workspace = '/repo'
export const pool = ['src/a.ts', 'src/b.ts', 'src/c.ts', 'lib/d.ts', 'lib/e.ts'] as const
const locks = ['database', 'port-3000'] as const

export function plotOf(chance: Chance, mode: Mode, seed: number): Plot {
  const items: PlanItem[] = []
  const count = chance.from(1, 3)
  for (let at = 1; at <= count; at++) items.push(itemOf(chance, `item-${at}`))
  const policy = policyOf(chance)
  return { items, policy: { ...policy, ...routedBy(policy, seed) }, knobs: knobsOf(chance, mode) }
}

/** Many at work side by side and slow checks: results wait in line together. */
export function crowded(chance: Chance, { items, policy, knobs }: Plot): Plot {
  const free = ({ group: _, ...step }: StepSpec): StepSpec => ({
    ...step,
    group: 'all',
    after: step.after.slice(0, chance.is(0.2) ? 1 : 0),
    parallel: true,
    writes: chance.is(0.2) ? step.writes : [],
    locks: [],
  })
  return {
    items: items.map((item) => ({ ...item, steps: item.steps.map(free) })),
    policy: { ...policy, desired: chance.from(4, 12), agents: policy.agents.map((agent) => ({ ...agent, seats: 8 })) },
    knobs: { ...knobs, checkMs: chance.from(300, 1500) * 1000 },
  }
}

/** Somebody leads, and strangers find the record; by a chance of its own, so that what else a seed gives stays what it was. */
export function led(chance: Chance, mode: Mode, { items, policy, knobs }: Plot): Plot {
  const lead = chance.is(0.4) ? 0.2 + 0.8 * chance.next() : 0
  const record = chance.is(0.3) ? chance.next() * (mode === 'safety' ? 1 : 0.5) : 0
  const intake = chance.is(0.15) ? { intake: chance.pick(['ask', 'auto'] as const) } : {}
  const flows = lead > 0 && chance.is(0.5)
  return {
    items: items.map((item, at) => {
      const steps = lead > 0 ? item.steps.map((step) => worded(chance, step)) : item.steps
      return flows && at === 0 ? { ...item, workflow: 'flow@1', steps: published(steps) } : { ...item, steps }
    }),
    policy: { ...policy, ...intake },
    knobs: { ...knobs, lead, record },
  }
}

/** Some work outside; by a chance of its own, so that what else a seed gives stays what it was. */
export function claimed(chance: Chance, plot: Plot): Plot {
  if (!chance.is(0.3)) return plot
  const forbids = chance.is(0.05) ? { outside: 'forbid' as const } : {}
  // Little enough to be used up while somebody outside still has a step.
  const scarce = chance.is(0.25) ? { budgets: { item: { tokens: chance.from(5, 40) } } } : {}
  return {
    ...plot,
    policy: { ...plot.policy, ...forbids, ...scarce },
    knobs: { ...plot.knobs, outside: 0.2 + 0.8 * chance.next() },
  }
}

/** Words by which it is known again under another name. */
function worded(chance: Chance, step: StepSpec): StepSpec {
  const words = Array.from({ length: 6 }, () => chance.word(6))
  return { ...step, brief: words.join(' ') }
}

/** As a published workflow would have them. */
function published(steps: readonly StepSpec[]): StepSpec[] {
  return steps.map((spec) => specOf(patternOf({ ...spec, exitCriteria: [`${spec.key} is there`] })))
}

function itemOf(chance: Chance, id: string): PlanItem {
  const steps: StepSpec[] = []
  const count = chance.is(0.15) ? chance.from(10, 25) : chance.from(3, 9)
  for (let at = 1; at <= count; at++) steps.push(stepOf(chance, at, steps))
  return {
    id,
    title: `The item ${id}`,
    brief: '',
    priority: chance.from(1, 3),
    policy: chance.is(0.5) ? 'graph' : 'document',
    workflow: 'direct',
    steps,
    openChecklists: chance.is(0.1) ? [{ file: 'checklist.md', open: 1, of: 3 }] : [],
  }
}

export function stepOf(chance: Chance, at: number, before: readonly StepSpec[]): StepSpec {
  const key = `T${String(at).padStart(3, '0')}`
  const after: Edge[] = []
  for (const one of before) {
    if (!chance.is(1.5 / (before.length + 1))) continue
    const source: EdgeSource = chance.pick(['stated', 'stated', 'stated', 'phase', 'order'])
    after.push({ key: one.key, source })
  }
  const writes = chance.is(0.5) ? chance.some([...pool, 'lib/'], 0.25) : []
  return {
    key,
    title: `do ${key}`,
    brief: '',
    order: chance.is(0.1) ? Math.max(1, at - 1) : at,
    group: `phase ${Math.floor(at / 6)}`,
    after,
    parallel: chance.is(0.6),
    writes,
    locks: chance.is(0.2) ? [chance.pick(locks)] : [],
    role: 'coder',
    ...(chance.is(0.08) ? { readsOnly: true } : {}),
    ...(chance.is(0.12) ? { gate: 'a look' } : {}),
    ...(chance.is(0.3) ? { estimateMs: chance.from(1, 50) * 1000 } : {}),
    ticked: chance.is(0.05),
  }
}

const content: CheckSpec = { kind: 'command', name: 'content', argv: ['content'] }

function policyOf(chance: Chance): TrustedPolicy {
  const agents: AgentProfile[] = []
  const names = ['ada', 'bob', 'eve'].slice(0, chance.from(1, 3))
  for (const name of names) {
    const seats = chance.from(1, 4)
    const timeoutMs = chance.from(1, 20) * 60_000
    const tier = chance.is(0.5) ? { tier: chance.pick(tiers) } : {}
    const account = chance.is(0.2) ? { account: 'together' } : {}
    const one = { name, executor: 'scripted', argv: [], env: {}, network: 'none' as const, seats, roles: [], timeoutMs }
    agents.push({ ...one, ...tier, ...account })
  }
  const rules: StepRule[] = []
  if (chance.is(0.4)) rules.push({ match: '*3', agent: chance.pick(names) })
  if (chance.is(0.2)) rules.push({ match: '*5', gate: 'by rule' })
  if (chance.is(0.2)) rules.push({ match: '*4', checks: [] })
  if (chance.is(0.2)) rules.push({ match: '*2', checks: [content, { ...content, name: 'second look' }] })
  if (chance.is(0.2)) rules.push({ match: '*1', locks: ['rule lock'] })
  return {
    ...noPolicy,
    quota: { fallback: chance.is(0.4), longestWaitMs: chance.pick([3_600_000, 24 * 3_600_000]) },
    routing: { ...noPolicy.routing, repair: chance.is(0.8), ladder: chance.is(0.2) ? names : [] },
    ...(chance.is(0.5) ? { proposals: 'auto' as const } : {}),
    ...(chance.is(0.2) ? { budgets: { item: { tokens: chance.from(5, 200) } } } : {}),
    agents,
    defaultAgent: names[0] ?? '',
    checks: chance.is(0.9) ? [content] : [],
    rules,
    protect: chance.is(0.3) ? ['lib/*'] : [],
    desired: chance.from(1, 6),
    tries: chance.from(1, 4),
    setup: [],
    releaseGate: chance.is(0.8),
    toolchains: [],
  }
}

const embedder: ModelSpec = {
  ...{ name: 'embedder', id: 'e', provider: 'none', endpoint: '', dialect: 'openai', tier: 'small' },
  ...{ local: true, tools: 'native', account: 'embedder' },
}

/** Thrown by the seed alone: what else a seed gives stays what it was before there were routers. */
function routedBy({ routing }: TrustedPolicy, seed: number): Partial<TrustedPolicy> {
  const chance = new Chance(seed * 31 + 7)
  const router = chance.is(0.5) ? chance.pick(['outcomes', 'outcomes', 'semantic'] as const) : 'rules'
  if (router !== 'semantic') return { routing: { ...routing, router } }
  return { routing: { ...routing, router, embedder: embedder.name }, models: [embedder] }
}

function knobsOf(chance: Chance, mode: Mode): Knobs {
  const safety = mode === 'safety'
  const worst = safety ? 1 : 0.5
  const share = (most: number): number => (chance.is(0.6) ? chance.next() * most * worst : 0)
  return {
    crashes: chance.is(0.7) ? chance.from(1, safety ? 8 : 4) : 0,
    crashSite: 0.02 * chance.next(),
    orphans: chance.is(0.5) ? chance.next() : 0,
    disk: share(0.04),
    git: share(0.05),
    clones: share(0.05),
    slow: chance.next() * 0.5,
    strangers: share(0.9),
    clockFaults: share(0.5),
    twins: share(0.5),
    held: share(0.5),
    ghosts: share(1),
    conflicts: share(1.2),
    badAgents: share(0.9),
    chaosMs: chance.from(5, 60) * 60_000,
    restless: chance.next(),
    checkMs: 0,
    lead: 0,
    record: 0,
    outside: 0,
  }
}

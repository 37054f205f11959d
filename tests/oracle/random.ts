// Random plans, and random lives of a house: every choice is a number, so that a failing life can be made shorter.
import fc from 'fast-check'
import { sharedChecks } from '../../src/core/batches.ts'
import { isRefusal } from '../../src/core/decide/answer.ts'
import { type FailureReason, nothingUsed, type Outcome } from '../../src/core/nouns/attempt.ts'
import type { Gate } from '../../src/core/nouns/gate.ts'
import type { Item } from '../../src/core/nouns/item.ts'
import type { Edge, EdgeSource, Step, StepSpec } from '../../src/core/nouns/step.ts'
import type { StepRule, TrustedPolicy } from '../../src/core/nouns/workspace.ts'
import { latest } from '../../src/core/state.ts'
import { asked, green, itemOf, planOf, policy, red, type World } from '../../src/core/testing.ts'
import { type Wishes, type WishType, wish } from '../../src/core/wishes.ts'

const sources: readonly EdgeSource[] = ['stated', 'stated', 'phase', 'order']
const paths = ['a.ts', 'src', 'src/', 'src/b.ts', 'src/deep/c.ts', 'srcs/d.ts']
const reasons: readonly FailureReason[] = ['quota', 'crashed', 'network', 'auth', 'overloaded', 'lost', 'no-change']
const sometimes = (weight: number) => fc.integer({ min: 1, max: weight }).map((n) => n === 1)
const few = <T>(from: readonly T[]) => fc.array(fc.constantFrom(...from), { maxLength: 1 })

/** Edges point to earlier steps, so a plan is never a circle; orders may be equal and keys sort against them. */
export const plan: fc.Arbitrary<StepSpec[]> = fc
  .array(
    fc.record({
      order: fc.integer({ min: 0, max: 2 }),
      parallel: fc.boolean(),
      group: fc.constantFrom('', 'setup'),
      writes: few(paths),
      locks: few(['db', 'port']),
      estimateMs: fc.option(fc.constantFrom(1, 1, 5, 20), { nil: undefined }),
      ticked: sometimes(12),
      readsOnly: sometimes(8),
      gate: fc.nat(9).map((n) => (n === 1 ? 'review' : undefined)),
      after: fc.array(fc.tuple(fc.nat(20), fc.constantFrom(...sources)), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 10, size: 'max' },
  )
  .map((rows) => rows.map(step))

type Row = Omit<StepSpec, 'after' | 'key' | 'gate' | 'estimateMs'> & {
  after: [number, EdgeSource][]
  gate: string | undefined
  estimateMs: number | undefined
}

const keyAt = (at: number): string => `${'JCFADHBEGI'[at % 10] ?? 'K'}${at}`

function step(row: Partial<Row>, at: number): StepSpec {
  const { after = [], gate, estimateMs, order = 0, ...said } = row
  const edges = at === 0 ? [] : after.map(([to, source]): Edge => ({ key: keyAt(to % at), source }))
  return {
    ...{ key: keyAt(at), title: '', brief: '', role: 'coder', group: '', parallel: false, writes: [], locks: [] },
    ...{ ticked: false, ...said, order: at + order, after: edges },
    ...(gate === undefined ? {} : { gate }),
    ...(estimateMs === undefined ? {} : { estimateMs }),
  }
}

export interface Life {
  readonly plans: readonly StepSpec[][]
  readonly trust: Partial<TrustedPolicy>
  readonly cap: number
  readonly doings: readonly Doing[]
}

/** What to do, to whom, and how: taken modulo whatever there is. */
export type Doing = readonly [what: number, whom: number, how: number]

const rule: fc.Arbitrary<StepRule> = fc.constantFrom<StepRule>(
  { match: 'J*', agent: 'beta' },
  { match: '*1', locks: ['db'] },
  { match: '*', agent: 'nobody' },
  { match: 'C*', gate: 'owner', locks: ['port'] },
  { match: '*', checks: [] },
)

export const trust: fc.Arbitrary<Partial<TrustedPolicy>> = fc.record({
  desired: fc.constantFrom(0, 1, 2, 4, 6, 6),
  tries: fc.integer({ min: 1, max: 3 }),
  rules: fc.oneof(
    { arbitrary: fc.constant([]), weight: 3 },
    { arbitrary: fc.array(rule, { maxLength: 2 }), weight: 2 },
  ),
})

const chance = fc.noBias(fc.nat(99))

export function life(length: number): fc.Arbitrary<Life> {
  return fc.record({
    plans: fc.array(plan, { minLength: 2, maxLength: 4 }),
    trust,
    cap: fc.constantFrom(64, 64, 2),
    doings: fc.array(fc.tuple(chance, chance, chance), { minLength: length, maxLength: length }),
  })
}

const items = ['i', 'j']

/** `seen` is called after every doing. */
export function live(
  world: World,
  { plans, trust, cap, doings }: Life,
  seen: (world: World, doing: Doing) => void,
): void {
  world.state.cap = cap
  put(world, 'house.open', { pid: 1, version: '0', host: 'h' })
  put(world, 'workspace.open', { path: '/w', baseBranch: 'main' })
  put(world, 'workspace.isolate', { path: '/w', isolation: 'none', clones: 'folder', why: '' })
  put(world, 'workspace.trust', {
    path: '/w',
    digest: 'd0',
    policy: policy({ ...trust, proposals: cap % 2 ? 'auto' : 'ask' }),
  })
  for (const [at, id] of items.entries()) {
    put(
      world,
      'plan.import',
      planOf(itemOf(plans[at] ?? [], { id, priority: 2 - at, policy: at ? 'document' : 'graph' })),
    )
    put(world, 'run.start', { item: id, parallel: 3, include: [], exclude: [], force: false })
  }
  for (const doing of doings) {
    act(world, plans, doing)
    seen(world, doing)
    if (doing[2] % 2 === 0) put(world, 'tick', {})
  }
}

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % Math.max(1, from.length)]

function put<K extends WishType>(world: World, type: K, data: Wishes[K]): void {
  const decided = world.try(wish(type, 'chance', data))
  if (!isRefusal(decided)) return
  if (decided.kind === 'defect' || decided.remedy === '') throw new Error(JSON.stringify(decided))
}

function act(world: World, plans: Life['plans'], [what, whom, how]: Doing): void {
  const steps = [...world.state.items.values()].flatMap((item) => item.steps)
  const at = (phase: string) =>
    pick(
      steps.filter((step) => step.phase === phase),
      whom,
    )
  const any = pick(steps, whom)
  if (what < 45) forward(world, at, what, how)
  else if (what < 60) back(world, at, what, how, any)
  else if (any !== undefined && what < 75) meddle(world, any, what, how)
  else wider(world, plans, what, whom, how)
}

type At = (phase: string) => Step | undefined

function forward(world: World, at: At, what: number, how: number): void {
  const running = at('running')
  const verifying = at('verifying')
  if (what < 8) again(world, how)
  else if (what < 10 && running) begin(world, running)
  else if (what < 12 && running) propose(world, running, how)
  else if (what < 20 && running) end(world, running, { kind: 'succeeded', why: '' }, how)
  else if (what < 22 && verifying) check(world, verifying, how % 5 !== 0, how)
  else land(world, how)
}

/** A life in which nothing runs any more would show little. */
function again(world: World, how: number): void {
  for (const item of world.state.items.values()) {
    const run = world.state.runs.get(item.run ?? '')
    if (run?.phase === 'ended' && how % 2 === 0) put(world, 'run.start', { ...asked, item: item.id, parallel: 3 })
    if (run?.phase === 'paused' && how % 2 === 0) put(world, 'run.resume', { item: item.id, why: '' })
  }
  put(world, 'tick', {})
}

function land(world: World, how: number): void {
  const item = pick(
    [...world.state.items.values()].filter((one) => one.lane.length > 0),
    how,
  )
  const step = item?.steps.find((one) => latest(one)?.id === item.lane[0])
  const attempt = step === undefined ? undefined : latest(step)
  if (item === undefined || step === undefined || attempt === undefined) return
  const commit = attempt.checked?.commit ?? ''
  if (item.landing !== undefined && how % 10 !== 1) put(world, 'landing.settle', { attempt: attempt.id })
  else if (item.lane.length > 1 && how % 4 === 0) batch(world, item, how)
  else if (step.phase === 'verifying' && how % 10 > 0) check(world, step, how % 6 !== 0, how)
  else if (how % 10 > 0) put(world, 'landing.order', { attempt: attempt.id, expected: item.tip, commit })
  else refuse(world, attempt.id, how)
}

/** Two or more at once, with the verdicts that their checks give. */
function batch(world: World, item: Item, how: number): void {
  const lane = item.lane.slice(0, 2 + (how % 3))
  const steps = lane.flatMap((id) => item.steps.filter((step) => latest(step)?.id === id))
  const names = steps.slice(0, 1).flatMap((step) => JSON.parse(sharedChecks(world.state, item, step) ?? '[]'))
  const verdicts = names.map(({ name }: { name: string }) => ({ ...green, check: name }))
  const chain = lane.map((attempt, at) => ({ attempt, commit: `b${world.state.seq}-${at}`, tree: `m${at}` }))
  put(world, 'landing.batch', { item: item.id, expected: item.tip, batch: chain, verdicts })
}

function refuse(world: World, attempt: string, how: number): void {
  const kind = pick(['conflict', 'held', 'foreign'] as const, Math.floor(how / 10)) ?? 'held'
  put(world, 'landing.refuse', { attempt, kind, why: `why ${how % 3}`, paths: [], shows: `s${how}` })
}

function begin(world: World, step: Step): void {
  const attempt = latest(step)
  if (attempt === undefined) return
  const said = { clone: '/c', isolation: 'none', inputs: 'd' } as const
  put(world, 'attempt.begin', { attempt: attempt.id, fence: attempt.fence, ...said })
}

/** Few or many, in a row or side by side; sometimes more than may be. */
function propose(world: World, step: Step, how: number): void {
  const attempt = latest(step)
  if (attempt === undefined) return
  const steps = Array.from({ length: 1 + (how % 4) }, (_, at) => ({
    title: `part ${at}`,
    brief: '',
    after: at > 0 && how % 3 > 0 ? [1 + (how % at)] : [],
    writes: how % 5 === 0 ? [pick(['src/a.ts', 'src', 'docs/b.md'], how + at) ?? ''] : [],
    role: 'coder',
    exitCriteria: [],
    ...(how % 7 === 0 ? { readsOnly: true } : {}),
  }))
  put(world, 'steps.propose', { attempt: attempt.id, steps })
}

function end(world: World, step: Step, outcome: Outcome, how: number): void {
  const attempt = latest(step)
  if (attempt === undefined) return
  const said = { used: nothingUsed, tree: 't', commit: 'c', changed: step.spec.readsOnly !== true && how % 9 !== 8 }
  const guarded = how % 11 === 10 ? { protectedPaths: ['package.json'] } : {}
  put(world, 'attempt.end', { attempt: attempt.id, fence: attempt.fence, outcome, ...said, ...guarded })
}

function check(world: World, step: Step, passed: boolean, how: number): void {
  const attempt = latest(step)
  if (attempt === undefined) return
  const verdicts = how % 7 === 6 && passed ? [] : [passed ? green : red]
  const tip = world.state.items.get(step.item)?.tip ?? ''
  put(world, 'attempt.check', { attempt: attempt.id, tip, commit: `c${world.state.seq}`, tree: `m${how}`, verdicts })
}

function back(world: World, at: At, what: number, how: number, any: Step | undefined): void {
  const running = at('running')
  const reason = pick(reasons, how) ?? 'lost'
  const until = how % 3 === 0 ? { until: world.now + 5000 } : {}
  const gate = pick(
    [...world.state.gates.values()].filter((one) => one.phase === 'open'),
    how,
  )
  if (what < 48 && running) end(world, running, { kind: 'failed', reason, why: '', ...until }, how)
  else if (what < 53 && any) end(world, any, { kind: 'succeeded', why: 'late' }, how)
  else if (what < 54) world.now += how * 100
  else if (gate !== undefined) answer(world, gate, how, any)
}

function answer(world: World, gate: Gate, how: number, any: Step | undefined): void {
  const reentry = how % 3 === 0 && any ? { reentry: any.spec.key } : {}
  const said = pick(gate.options, how >> 1) ?? ''
  put(world, 'gate.answer', { gate: gate.id, answer: said, reasons: ['so'], ...reentry })
}

function meddle(world: World, any: Step, what: number, how: number): void {
  const words = { step: any.id, why: 'chance' }
  const blocker = pick(
    [...world.state.blockers.values()].filter((one) => one.endAt === undefined),
    how,
  )
  if (what < 64) put(world, 'step.retry', how % 4 === 0 ? { ...words, agent: 'beta' } : words)
  else if (what < 65) put(world, 'step.skip', words)
  else if (what < 66) put(world, 'step.cancel', words)
  else if (what < 68) put(world, 'blocker.raise', { on: how % 3 ? any.id : any.item, kind: 'k', owner: 'o', notes: '' })
  else if (blocker) put(world, 'blocker.clear', { blocker: blocker.id, notes: '' })
}

function wider(world: World, plans: Life['plans'], what: number, whom: number, how: number): void {
  const item = pick(items, whom) ?? 'i'
  const keys = world.state.items.get(item)?.steps.map((step) => step.spec.key) ?? []
  const some = how % 3 === 0 ? [] : keys.filter((_, at) => (how >> (at % 5)) & 1)
  const launch = how % 5 === 0 ? ({ policy: how % 2 ? 'graph' : 'document' } as const) : {}
  const doings: readonly (readonly [until: number, () => void])[] = [
    [
      81,
      () =>
        put(world, 'run.start', {
          ...asked,
          item,
          parallel: 1 + (how % 4),
          include: some,
          force: how % 4 === 0,
          ...launch,
        }),
    ],
    [83, () => put(world, 'run.pause', { item, why: '' })],
    [86, () => put(world, 'run.resume', { item, why: '' })],
    [87, () => put(world, 'run.drain', { item, why: '' })],
    [88, () => put(world, 'run.cancel', { item, why: '' })],
    [90, () => reread(world, plans, item, how)],
    [
      91,
      () =>
        put(world, 'workspace.trust', {
          path: '/w',
          digest: `d${how}`,
          policy: policy({ desired: how % 6, proposals: how % 2 ? 'auto' : 'ask' }),
        }),
    ],
    [92, () => put(world, 'workspace.want', { path: '/w', desired: how % 5 })],
    [93, () => put(world, 'branch.adopt', { item, commit: `a${how}`, why: '' })],
    [94, () => put(world, 'house.open', { pid: how, version: '0', host: 'h' })],
    [100, () => integrate(world, item, how)],
  ]
  doings.find(([until]) => what < until)?.[1]()
}

function reread(world: World, plans: Life['plans'], id: string, how: number): void {
  const steps = [...(pick(plans, how) ?? [])]
  const lists = how % 4 === 0 ? [{ file: 'ux.md', open: how % 3, of: 3 }] : []
  put(
    world,
    'plan.import',
    planOf(itemOf(steps, { id, priority: how % 3, policy: how % 2 ? 'graph' : 'document', openChecklists: lists })),
  )
}

/** What is nearest to its end goes on; else the named item begins. */
function integrate(world: World, named: string, how: number): void {
  const all = [...world.state.items.values()]
  const item = all.find((one) => one.integration) ?? all.find((one) => one.integrate) ?? world.state.items.get(named)
  const id = item?.id ?? named
  if (item?.integration !== undefined) {
    if (how % 3 > 0) put(world, 'integration.settle', { item: id })
    else put(world, 'integration.refuse', { item: id, kind: 'conflict', why: '' })
  } else if (item?.integrate !== undefined) {
    put(world, 'integration.order', { item: id, expected: 'e', commit: 'c', of: item.tip })
  } else {
    if (how % 3 > 0) put(world, 'run.cancel', { item: id, why: '' })
    put(world, 'item.integrate', { item: id, force: how % 2 === 0 })
  }
}

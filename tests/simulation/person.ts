// The person of a simulated world: restless while there is chaos, and at the end somebody who wants it done.
import type { Gate } from '../../src/core/nouns/gate.ts'
import type { Item } from '../../src/core/nouns/item.ts'
import type { PlanItem } from '../../src/core/nouns/plan.ts'
import type { StepSpec } from '../../src/core/nouns/step.ts'
import { runOf } from '../../src/core/state.ts'
import { type Wish, type Wishes, type WishType, wish } from '../../src/core/wishes.ts'
import { tickFile } from './boxes.ts'
import type { Life } from './life.ts'
import { settle } from './outsiders.ts'
import { stepOf, workspace } from './plot.ts'
import type { World } from './world.ts'

export const me = 'a person'

const ask = <K extends WishType>(type: K, data: Wishes[K]): Wish => wish(type, me, data)

export async function setUp(world: World, life: Life): Promise<void> {
  await life.submit(ask('workspace.open', { path: workspace, baseBranch: 'main' }))
  await life.submit(ask('workspace.isolate', { path: workspace, isolation: 'none', clones: 'memory', why: 'a test' }))
  await life.submit(ask('workspace.trust', { path: workspace, digest: 'd1', policy: world.plot.policy }))
  for (const item of world.plot.items) if (!life.house?.state.items.has(item.id)) await bring(world, life, item)
}

export async function bring(world: World, life: Life, item: PlanItem): Promise<boolean> {
  const base = (await world.repository.tip('refs/heads/main')) ?? ''
  const tip = (await world.repository.tip(`refs/heads/${item.branch ?? `baton/${item.id}`}`)) ?? base
  return life.submit(
    ask('plan.import', { workspace, source: `plans/${item.id}`, format: 'boxes', tickFile, base, tip, item }),
  )
}

type Deed = (world: World, life: Life, item: Item) => Wish | Promise<unknown> | undefined

/** Each with its weight. */
const deeds: readonly (readonly [number, Deed])[] = [
  [10, start],
  [12, answer],
  [1, (_, __, item) => ask('run.pause', { item: item.id, why: 'a break' })],
  [4, (_, __, item) => ask('run.resume', { item: item.id, why: 'on with it' })],
  [0.5, (_, __, item) => ask('run.drain', { item: item.id, why: 'going home' })],
  [1, (_, __, item) => ask('run.cancel', { item: item.id, why: 'never mind' })],
  [2, (world, _, item) => ofStep(world, item, (step) => ask('step.retry', { step, why: 'once more' }))],
  [1, (world, _, item) => ofStep(world, item, (step) => ask('step.skip', { step, why: 'not needed' }))],
  [1, (world, _, item) => ofStep(world, item, (step) => ask('step.cancel', { step, why: 'not so' }))],
  [1, block],
  [3, unblock],
  [3, (world, _, item) => ask('item.integrate', { item: item.id, force: world.chance.is(0.5) })],
  [1, edit],
  [1, want],
  [1, again],
  [1, discard],
  [2, onceMore],
  [2, free],
  [0.5, raise],
  [2, split],
]

/** One thing that comes to mind, sensible or not. */
export async function act(world: World, life: Life): Promise<void> {
  const { chance } = world
  const items = [...(life.house?.state.items.values() ?? [])]
  if (items.length === 0) return
  const whole = deeds.reduce((sum, [weight]) => sum + weight, 0)
  let left = chance.next() * whole
  const deed = deeds.find(([weight]) => {
    left -= weight
    return left < 0
  })
  const wished = deed?.[1](world, life, chance.pick(items))
  if (wished === undefined) return
  if (wished instanceof Promise) await wished
  else await life.submit(wished)
}

function start(world: World, _: Life, item: Item): Wish {
  const { chance, plot } = world
  const keys = item.steps.map((step) => step.spec.key)
  const include = chance.is(0.2) && keys.length > 0 ? chance.some(keys, 0.6) : []
  return ask('run.start', {
    item: item.id,
    parallel: chance.from(1, 5),
    ...(chance.is(0.2) ? { agent: chance.pick(plot.policy.agents).name } : {}),
    ...(chance.is(0.2) ? { policy: chance.pick(['graph', 'document'] as const) } : {}),
    include,
    exclude: [],
    force: chance.is(0.1),
  })
}

function openGates(life: Life, item: Item): Gate[] {
  return [...(life.house?.state.gates.values() ?? [])].filter((gate) => gate.item === item.id && gate.phase === 'open')
}

function answer(world: World, life: Life, item: Item): Wish | undefined {
  const { chance } = world
  const gates = openGates(life, item)
  if (gates.length === 0) return undefined
  const gate = chance.pick(gates)
  const reentry = chance.is(0.3) && item.steps.length > 0 ? { reentry: chance.pick(item.steps).spec.key } : {}
  const said = chance.is(0.5) || gate.options.length === 0 ? gate.usual || 'as you like' : chance.pick(gate.options)
  return ask('gate.answer', { gate: gate.id, answer: said, reasons: chance.is(0.9) ? ['so it is'] : [], ...reentry })
}

function free(world: World, life: Life): Wish | undefined {
  const barred = [...(life.house?.state.bars.keys() ?? [])]
  return barred.length === 0 ? undefined : ask('account.free', { account: world.chance.pick(barred), why: 'logged in' })
}

function raise(world: World, _: Life, item: Item): Wish {
  return ask('budget.set', { scope: 'item', id: item.id, limits: { tokens: world.chance.from(1, 1000) }, why: 'so' })
}

/** Not the person: an agent at work, which would rather have its step done by others. */
function split(world: World, _: Life, item: Item): Wish | undefined {
  const { chance } = world
  const running = item.steps.filter((step) => step.phase === 'running')
  const attempt = running.length === 0 ? undefined : chance.pick(running).attempts.at(-1)
  if (attempt === undefined) return undefined
  const steps = Array.from({ length: chance.from(1, 3) }, (_one, at) => ({
    title: `part ${at + 1}`,
    brief: '',
    after: at > 0 && chance.is(0.5) ? [at] : [],
    writes: chance.is(0.3) ? ['src/a.ts'] : [],
    role: 'coder',
    exitCriteria: [],
  }))
  return wish('steps.propose', `agent of ${attempt.id}`, { attempt: attempt.id, steps })
}

function ofStep(world: World, item: Item, make: (step: string) => Wish): Wish | undefined {
  return item.steps.length === 0 ? undefined : make(world.chance.pick(item.steps).id)
}

function block(world: World, _: Life, item: Item): Wish {
  const on = world.chance.is(0.3) || item.steps.length === 0 ? item.id : world.chance.pick(item.steps).id
  return ask('blocker.raise', { on, kind: 'waiting', owner: 'Olga', notes: 'not yet' })
}

function unblock(world: World, life: Life, item: Item): Wish | undefined {
  const open = [...(life.house?.state.blockers.values() ?? [])].filter(
    (one) => one.item === item.id && one.endAt === undefined,
  )
  return open.length === 0 ? undefined : ask('blocker.clear', { blocker: world.chance.pick(open).id, notes: 'done' })
}

function want(world: World): Wish {
  return ask('workspace.want', { path: workspace, desired: world.chance.from(0, 6) })
}

/** Takes it back and wants it again, faster than any agent can stop. */
async function onceMore(world: World, life: Life, item: Item): Promise<void> {
  const running = item.steps.find((step) => step.phase === 'running')
  if (running === undefined || world.chance.is(0.5)) {
    await life.submit(ask('run.cancel', { item: item.id, why: 'no' }))
    await life.submit(start(world, life, item))
    return
  }
  await life.submit(ask('step.cancel', { step: running.id, why: 'no' }))
  await life.submit(ask('step.retry', { step: running.id, why: 'yes' }))
}

/** The same thing twice in one breath, and one that changes nothing: both must wait for the disk. */
function again(world: World, life: Life): Promise<unknown> {
  const desired = ask('workspace.want', { path: workspace, desired: world.chance.from(1, 6) })
  return Promise.all([life.submit(desired), life.submit(desired), life.submit(desired)])
}

function discard(world: World, _: Life, item: Item): Wish | undefined {
  const attempts = item.steps.flatMap((step) => step.attempts)
  if (attempts.length === 0) return undefined
  return ask('clone.discard', { attempt: world.chance.pick(attempts).id, why: 'room', named: world.chance.is(0.5) })
}

async function edit(world: World, life: Life, item: Item): Promise<unknown> {
  const { chance, plot } = world
  const at = plot.items.findIndex((one) => one.id === item.id)
  const read = plot.items[at]
  if (read === undefined) return undefined
  let steps: StepSpec[] = [...read.steps]
  const place = chance.from(0, steps.length - 1)
  const one = steps[place] as StepSpec
  const kind = chance.from(1, 5)
  if (kind === 1) steps[place] = { ...one, title: `${one.title}, better` }
  if (kind === 2) steps[place] = { ...one, writes: chance.some(['src/a.ts', 'lib/'], 0.5) }
  if (kind === 3) steps[place] = { ...one, ticked: true }
  if (kind === 4 && steps.length > 2) steps = steps.filter((step) => step !== one)
  if (kind === 5) steps.push(stepOf(chance, world.nextStep(), steps))
  const changed = { ...read, steps }
  plot.items[at] = changed
  return bring(world, life, changed)
}

/** What somebody does who only wants it finished; true when there was something to do. */
export async function help(world: World, life: Life): Promise<boolean> {
  const state = life.house?.state
  if (state === undefined) return false
  if (
    state.workspaces.get(workspace)?.trusted === undefined ||
    state.items.size + state.closed.size < world.plot.items.length
  ) {
    await setUp(world, life)
    return true
  }
  let helped = false
  if ((state.workspaces.get(workspace)?.desired ?? 0) < 1)
    helped = await life.submit(ask('workspace.want', { path: workspace, desired: 3 }))
  for (const account of [...state.bars.keys()])
    helped = (await life.submit(ask('account.free', { account, why: 'logged in' }))) || helped
  for (const item of [...state.items.values()]) helped = (await helpWith(world, life, item)) || helped
  return helped
}

async function helpWith(world: World, life: Life, item: Item): Promise<boolean> {
  let helped = false
  for (const gate of openGates(life, item)) {
    if (gate.kind === 'release') continue
    const said = gate.kind === 'intake' ? 'approve' : gate.usual || 'as you like'
    helped = (await life.submit(ask('gate.answer', { gate: gate.id, answer: said, reasons: [] }))) || helped
  }
  const limits = { tokens: 1_000_000 }
  if (life.house?.state.budgets.get(`item ${item.id}`)?.tokens !== limits.tokens)
    helped = (await life.submit(ask('budget.set', { scope: 'item', id: item.id, limits, why: 'enough' }))) || helped
  for (const { attempts } of item.steps) {
    const last = attempts.at(-1)
    if (last?.outside !== undefined && last.endedAt === undefined)
      helped = (await settle(world, life, last.id)) || helped
  }
  const blocked = unblock(world, life, item)
  if (blocked !== undefined) helped = (await life.submit(blocked)) || helped
  const state = life.house?.state
  const run = state === undefined ? undefined : runOf(state, item)
  if (run?.phase === 'paused') return (await life.submit(ask('run.resume', { item: item.id, why: 'on' }))) || helped
  if (run !== undefined && run.phase !== 'ended') return helped
  if (item.integrate !== undefined || item.integration !== undefined || item.active.size > 0) return helped
  return (await restart(world, life, item)) || helped
}

async function restart(world: World, life: Life, item: Item): Promise<boolean> {
  const open = item.steps.filter((step) => !step.retired && step.phase !== 'done' && step.phase !== 'skipped')
  if (open.length === 0) return false
  const round = world.countHelp(item.id)
  for (const step of open) {
    if (step.phase !== 'failed' && step.phase !== 'cancelled') continue
    if (round > 3) await life.submit(ask('step.skip', { step: step.id, why: 'we give up on it' }))
    else await life.submit(ask('step.retry', { step: step.id, why: 'once more' }))
  }
  return life.submit(ask('run.start', { item: item.id, parallel: 3, include: [], exclude: [], force: false }))
}

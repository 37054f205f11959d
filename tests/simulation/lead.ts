// The lead of a simulated world: hands work over, names obstacles and duplicates, publishes workflows, and takes integrations back.
import { blockerKinds } from '../../src/core/nouns/blocker.ts'
import type { Item } from '../../src/core/nouns/item.ts'
import type { Wish, Wishes, WishType } from '../../src/core/wishes.ts'
import { wish } from '../../src/core/wishes.ts'
import { partsOf } from '../../src/core/workflows/current.ts'
import { patternOf, specOf } from '../../src/core/workflows/pattern.ts'
import type { Published } from '../../src/core/workflows/published.ts'
import type { StepPattern } from '../../src/core/workflows/workflow.ts'
import { type Deed, nowAndThen } from './deeds.ts'
import type { Life } from './life.ts'
import { bring } from './person.ts'
import type { World } from './world.ts'

const ask = <K extends WishType>(type: K, data: Wishes[K]): Wish => wish(type, 'a lead', data)
const people = ['Ann', 'Bea', 'Cleo'] as const
const kinds = [...Object.keys(blockerKinds), 'an eclipse']
const gap = 120_000

/** Each with its weight. */
const deeds: readonly (readonly [number, Deed])[] = [
  [3, transfer],
  [2, block],
  [1, unblock],
  [3, suspect],
  [4, settle],
  [1, review],
  [5, release],
  [4, takeBack],
  [4, reopen],
  [3, publish],
  [6, migrate],
  [1, rollBack],
  [1, repair],
  [3, renumber],
]

/** By a chance of its own: what else a seed gives stays what it was. */
export function lead(world: World): void {
  nowAndThen(world, { chance: world.luck, share: world.plot.knobs.lead, gap, deeds })
}

function open({ luck }: World, life: Life): Item | undefined {
  const items = [...(life.house?.state.items.values() ?? [])]
  return items.length === 0 ? undefined : luck.pick(items)
}

/** The item, or one of its steps. */
function place({ luck }: World, item: Item): string {
  return luck.is(0.3) || item.steps.length === 0 ? item.id : luck.pick(item.steps).id
}

/** What somebody does who only wants it over with: true when there was something to do. */
export async function finish(world: World, life: Life): Promise<boolean> {
  const { state } = life.house ?? {}
  let moved = false
  for (const item of [...(state?.items.values() ?? [])]) {
    if (item.integrate !== undefined || item.integration !== undefined) continue
    if (world.mayFinish('release', item.id)) moved = (await signOff(life, item)) || moved
  }
  for (const one of [...(state?.closed.values() ?? [])]) {
    const back = ask('item.revert', { item: one.id, why: 'it did harm after all' })
    const whole = one.integration !== undefined && one.reversion === undefined
    if (whole && world.mayFinish('revert', one.id) && (await life.submit(back)))
      moved = await atOnce(world, life, one.id)
  }
  for (const read of world.plot.items) {
    const over = state?.closed.get(read.id)
    if (over?.reversion?.done !== undefined && world.mayFinish('reopen', read.id))
      moved = (await bring(world, life, read)) || moved
  }
  return moved
}

/** Begins anew in the very moment in which it is taken back, when nothing of that is written yet. */
async function atOnce(world: World, life: Life, id: string): Promise<true> {
  const reversion = () => life.house?.state.closed.get(id)?.reversion
  await life.house?.until(() => reversion() === undefined || reversion()?.done !== undefined, 600_000)
  const read = world.plot.items.find((one) => one.id === id)
  if (read !== undefined && reversion()?.done !== undefined && world.luck.is(0.5)) await bring(world, life, read)
  return true
}

async function signOff(life: Life, item: Item): Promise<boolean> {
  const asks = () =>
    [...(life.house?.state.gates.values() ?? [])].find((one) => one.item === item.id && one.phase === 'open')
  const asked = asks() === undefined && (await life.submit(ask('item.integrate', { item: item.id, force: true })))
  const gate = asks()
  if (gate?.kind !== 'release') return asked
  return life.submit(ask('gate.answer', { gate: gate.id, answer: 'approve', reasons: [] }))
}

function transfer(world: World, life: Life): Promise<unknown> | undefined {
  const item = open(world, life)
  if (item === undefined) return undefined
  const handed = ask('owner.transfer', { on: place(world, item), to: world.luck.pick(people), why: 'a holiday' })
  return life.submit(handed)
}

function block(world: World, life: Life): Promise<unknown> | undefined {
  const item = open(world, life)
  if (item === undefined) return undefined
  const { luck } = world
  const raised = { on: place(world, item), kind: luck.pick(kinds), owner: luck.pick(people), notes: 'not yet' }
  return life.submit(ask('blocker.raise', raised))
}

function unblock({ luck }: World, life: Life): Promise<unknown> | undefined {
  const blockers = [...(life.house?.state.blockers.values() ?? [])].filter((one) => one.endAt === undefined)
  if (blockers.length === 0) return undefined
  return life.submit(ask('blocker.clear', { blocker: luck.pick(blockers).id, notes: 'it is out of the way' }))
}

function suspect(world: World, life: Life): Promise<unknown> | undefined {
  const item = open(world, life)
  const { luck, plot } = world
  if (item === undefined) return undefined
  return life.submit(ask('duplicate.suspect', { item: item.id, of: luck.pick(plot.items).id, why: 'they look alike' }))
}

function settle({ luck }: World, life: Life): Promise<unknown> | undefined {
  const suspicions = [...(life.house?.state.suspicions.values() ?? [])]
  if (suspicions.length === 0) return undefined
  const one = luck.pick(suspicions)
  const verdict = luck.pick(['merged', 'linked', 'closed', 'overturned', 'overturned'] as const)
  const into = luck.is(0.5) ? { into: luck.pick([one.item, one.of]) } : {}
  return life.submit(ask('duplicate.settle', { duplicate: one.id, verdict, ...into, rationale: 'so it is' }))
}

function review(world: World, life: Life): Promise<unknown> | undefined {
  const item = open(world, life)
  return item === undefined ? undefined : life.submit(ask('intake.review', { item: item.id, rationale: 'I looked' }))
}

async function release(world: World, life: Life): Promise<unknown> {
  const item = open(world, life)
  if (item?.steps.some(({ phase }) => phase === 'done') !== true) return undefined
  return signOff(life, item)
}

/** Sometimes by two at once, which is one decision all the same; sometimes by somebody who begins anew before it is done. */
function takeBack(world: World, life: Life): Promise<unknown> | undefined {
  const { luck, plot } = world
  const over = [...(life.house?.state.closed.values() ?? [])].filter((one) => one.reversion?.done === undefined)
  if (over.length === 0) return undefined
  const { id } = luck.pick(over)
  const back = ask('item.revert', { item: id, why: 'it does harm' })
  const read = plot.items.find((one) => one.id === id)
  if (luck.is(0.3) && read !== undefined) return Promise.all([life.submit(back), bring(world, life, read)])
  return luck.is(0.6) ? life.submit(back) : Promise.all([life.submit(back), life.submit(back)])
}

function reopen(world: World, life: Life): Promise<unknown> | undefined {
  const { closed } = life.house?.state ?? {}
  const back = world.plot.items.filter(({ id }) => closed?.get(id)?.reversion?.done !== undefined)
  return back.length === 0 ? undefined : bring(world, life, world.luck.pick(back))
}

/** Two steps of the plan change their names; what names them says so too. */
async function renumber(world: World, life: Life): Promise<void> {
  const item = open(world, life)
  const { luck, plot } = world
  const at = plot.items.findIndex(({ id }) => id === item?.id)
  const read = plot.items[at]
  // Of two with the same number the name says which comes first: then another name would be another plan.
  if (read === undefined || new Set(read.steps.map(({ order }) => order)).size < read.steps.length) return
  const [one, other] = [luck.pick(read.steps).key, luck.pick(read.steps).key]
  const called = (key: string): string => (key === one ? other : key === other ? one : key)
  const steps = read.steps.map((step) => {
    const after = step.after.map((edge) => ({ ...edge, key: called(edge.key) }))
    return { ...step, key: called(step.key), after }
  })
  const changed = { ...read, steps }
  if (await bring(world, life, changed)) plot.items[at] = changed
}

function repair({ luck, plot }: World, life: Life): Promise<unknown> | undefined {
  return life.house?.repairHandoffs(luck.pick(plot.items).id).catch(() => undefined)
}

const flow = 'flow'

/** An item that goes by our workflow, and how it reads now. */
function flowing({ luck }: World, life: Life): Item | undefined {
  const items = [...(life.house?.state.items.values() ?? [])].filter(({ workflow }) => partsOf(workflow).name === flow)
  return items.length === 0 ? undefined : luck.pick(items)
}

function publish(world: World, life: Life): Promise<unknown> | undefined {
  const item = flowing(world, life)
  if (item === undefined) return undefined
  const { luck, clock } = world
  const live = item.steps.filter(({ spec, retired }) => !retired && spec.part === undefined)
  const patterns = live.map(({ spec }) => patternOf({ ...spec, exitCriteria: [`${spec.key} is there`] }))
  const versions = life.house?.state.workflows.get(flow) ?? []
  const steps = versions.length === 0 ? patterns : otherwise(world, patterns)
  const later = luck.is(0.7) ? {} : { effectiveFrom: Math.floor(clock.now()) + luck.from(-3_600_000, 3_600_000) }
  const version = String(versions.length + 1)
  return life.submit(ask('workflow.publish', { name: flow, version, steps, ...later, why: 'better', impact: 'little' }))
}

/** With a step less, a step more, or one that is called otherwise. */
function otherwise(world: World, steps: readonly StepPattern[]): StepPattern[] {
  const { luck } = world
  const one = luck.pick(steps)
  const kind = luck.from(1, 3)
  const named = `W${world.nextStep()}`
  if (kind === 1 && steps.length > 2) {
    const left = steps.filter((step) => step !== one)
    return left.map((step) => ({ ...step, after: (step.after ?? []).filter((key) => key !== one.key) }))
  }
  if (kind === 2) return [...steps, { ...one, key: named, after: [], title: `do ${named}`, brief: '' }]
  const called = (key: string): string => (key === one.key ? named : key)
  return steps.map((step) => ({ ...step, key: called(step.key), after: (step.after ?? []).map(called) }))
}

async function migrate(world: World, life: Life): Promise<void> {
  const item = flowing(world, life)
  const { luck, plot } = world
  if (item === undefined) return
  const others = (life.house?.state.workflows.get(flow) ?? []).filter((one) => {
    const holds = one.withdrawn === undefined && one.effectiveFrom <= world.clock.now()
    return holds && `${flow}@${one.version}` !== item.workflow
  })
  if (others.length === 0) return void (await publish(world, life))
  const target = luck.pick(others)
  const to = `${flow}@${target.version}`
  // Nobody may be at work on it: whoever wants that badly enough has them come to rest first.
  const badly = luck.is(0.7)
  if (badly) await life.submit(ask('run.pause', { item: item.id, why: 'it is to go by another workflow' }))
  if (badly) await life.house?.until(() => item.active.size === 0, 900_000)
  const mapping = mappingOf(item, target)
  const moved = await life.submit(ask('workflow.migrate', { item: item.id, to, mapping, why: 'the new one is better' }))
  if (badly) await life.submit(ask('run.resume', { item: item.id, why: 'on with it' }))
  if (!moved) return
  const at = plot.items.findIndex(({ id }) => id === item.id)
  const read = plot.items[at]
  if (read !== undefined) plot.items[at] = { ...read, workflow: to, steps: target.steps.map(specOf) }
}

/** What has no step of its name goes where nothing else does, or nowhere. */
function mappingOf(item: Item, target: Published): { from: string; to: string }[] {
  const live = item.steps.filter(({ spec, retired }) => !retired && spec.part === undefined)
  const known = new Set(live.map(({ spec }) => spec.key))
  const free = target.steps.map(({ key }) => key).filter((key) => !known.has(key))
  const there = new Set(target.steps.map(({ key }) => key))
  return live.map(({ spec: { key } }) => ({ from: key, to: there.has(key) ? key : (free.shift() ?? '') }))
}

function rollBack(_: World, life: Life): Promise<unknown> {
  return life.submit(ask('workflow.roll-back', { name: flow, why: 'it was worse', impact: 'little' }))
}

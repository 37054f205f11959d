// What the simulation has found, each as small as it can be shown.
import { expect, it } from 'vitest'
import { attemptComplete } from '../../src/api/attempt/complete.ts'
import type { AnyMethod, Caller } from '../../src/api/method.ts'
import { perform } from '../../src/api/perform.ts'
import { stepClaim } from '../../src/api/step/claim.ts'
import type { PlanItem } from '../../src/core/nouns/plan.ts'
import type { StepSpec } from '../../src/core/nouns/step.ts'
import { noPolicy, type TrustedPolicy } from '../../src/core/nouns/workspace.ts'
import type { Store } from '../../src/core/ports.ts'
import { StoreFailed } from '../../src/core/ports.ts'
import { stepOf } from '../../src/core/state.ts'
import { type Wishes, type WishType, wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import type { Part } from '../../src/executors/scripted.ts'
import {
  fair,
  judgedChecks,
  memoryClones,
  type SimulatedOptions,
  type SimulatedWorld,
  simulatedHouse,
  simulatedWorld,
  writesItsName,
} from '../../src/presets/simulated.ts'

const path = '/repo'

function step(key: string, more: Partial<StepSpec> = {}): StepSpec {
  const plain = { group: '', after: [], parallel: true, writes: [], locks: [], role: '', ticked: false }
  return { key, title: key, brief: '', order: 1, ...plain, ...more }
}

function itemOf(steps: readonly StepSpec[]): PlanItem {
  const plain = { brief: '', priority: 1, policy: 'graph', workflow: 'direct', openChecklists: [] } as const
  return { id: 'i', title: 'I', steps, ...plain }
}

const ada = { name: 'ada', executor: 'scripted', argv: [], env: {}, network: 'none', seats: 4, roles: [] } as const
const policy: TrustedPolicy = {
  ...noPolicy,
  agents: [{ ...ada, timeoutMs: 60_000 }],
  defaultAgent: 'ada',
  checks: [{ kind: 'command', name: 'content', argv: ['content'] }],
}

interface Scene {
  readonly world: SimulatedWorld
  readonly house: LocalHouse
  ask<K extends WishType>(type: K, data: Wishes[K]): Promise<boolean>
}

async function scene(
  steps: readonly StepSpec[],
  options: SimulatedOptions = {},
  world = simulatedWorld(),
): Promise<Scene> {
  const house = await simulatedHouse(world, options)
  const ask = async <K extends WishType>(type: K, data: Wishes[K]): Promise<boolean> =>
    (await world.clock.run(house.submit(wish(type, 'me', data)))).ok
  await ask('workspace.open', { path, baseBranch: 'main' })
  await ask('workspace.isolate', { path, isolation: 'none', clones: 'memory', why: 'a test' })
  await ask('workspace.trust', { path, digest: 'd', policy })
  const base = (await world.repository.tip('refs/heads/main')) ?? ''
  const about = { workspace: path, source: 'p', format: 'none', tickFile: '', base, tip: base }
  await ask('plan.import', { ...about, item: itemOf(steps) })
  return { world, house, ask }
}

const run = { item: 'i', parallel: 4, include: [], exclude: [], force: false }

it('never acknowledges up to what is only decided', async () => {
  const world = simulatedWorld()
  const append = world.store.append.bind(world.store)
  world.store.append = async (rows, after) => {
    await new Promise<void>((resolve) => world.clock.after(100, resolve))
    await append(rows, after)
  }
  const house = await simulatedHouse(world)
  const open = (baseBranch: string) => house.submit(wish('workspace.open', 'me', { path, baseBranch }))
  const first = open('main')
  await world.clock.pass(10)
  const same = open('main').then(async (answer) => ({ answer, head: (await world.store.head()).seq }))
  const last = open('trunk')
  const { answer, head } = await world.clock.run(same)
  expect(answer.ok && answer.seq).toBe(head)
  await world.clock.run(Promise.all([first, last]))
})

it('wakes a waiting step although the wall clock was set back meanwhile', async () => {
  const part: Part = (assignment, number) =>
    number === 1 ? [{ do: 'fail', reason: 'network' }] : writesItsName(assignment, number)
  const { world, house, ask } = await scene([step('A')], { part })
  await ask('run.start', run)
  await world.clock.pass(1000)
  expect(stepOf(house.state, 'i/A')?.notBefore).toBeGreaterThan(world.clock.now())
  world.clock.jump(-60_000)
  await world.clock.pass(120_000)
  expect(stepOf(house.state, 'i/A')?.phase).toBe('done')
})

it('waits with one timer for each thing that is owed, however long it takes', async () => {
  const hang: Part = () => [{ do: 'hang' }]
  const { world, ask } = await scene([step('A'), step('B'), step('C')], { part: hang })
  await ask('run.start', run)
  await world.clock.pass(100)
  let tries = 0
  const sweep = async (): Promise<number> => {
    tries += 1
    throw new Error('It cannot be said what is alive.')
  }
  await simulatedHouse(world, { over: { spawner: { sweep } } })
  await world.clock.pass(60_000)
  expect(tries).toBeGreaterThan(60)
  expect(tries).toBeLessThan(100)
})

it('is quiet while work behind an open question is only rehearsed', async () => {
  const part: Part = ({ step }) => [
    { do: 'wait', ms: step.key === 'C' ? 5000 : 10 },
    { do: 'write', path: `${step.key}.txt`, text: 'new\n' },
  ]
  const { world, house, ask } = await scene([step('A'), step('B'), step('C')], { part })
  await ask('run.start', { ...run, include: ['A'] })
  await world.clock.run(house.quiet())
  const main = (await world.repository.tip('refs/heads/main')) ?? ''
  world.repository.foreign('refs/heads/baton/i', main)
  await ask('run.start', run)
  let quiet = false
  void house.quiet().then(() => {
    quiet = true
  })
  await world.clock.pass(60_000)
  expect(house.state.items.get('i')?.lane).toHaveLength(2)
  expect(quiet).toBe(true)
  expect([...house.state.gates.values()].map((gate) => [gate.kind, gate.phase])).toEqual([['foreign', 'open']])
})

it.each([
  ['keep', 'does not bring back what a person took off the branch and let count as done'],
  ['adopt', 'does again what a person took off the branch, before what needs it'],
])('%s: %s', async (answer) => {
  const part: Part = ({ step }) => [
    { do: 'wait', ms: step.key === 'B' ? 60_000 : 10 },
    { do: 'write', path: `${step.key}.txt`, text: 'new\n' },
  ]
  const { world, house, ask } = await scene([step('A'), step('B', { after: [{ key: 'A', source: 'stated' }] })], {
    part,
  })
  await ask('run.start', run)
  await world.clock.pass(30_000)
  expect(stepOf(house.state, 'i/A')?.phase).toBe('done')
  const main = (await world.repository.tip('refs/heads/main')) ?? ''
  world.repository.foreign('refs/heads/baton/i', main)
  await world.clock.run(house.quiet())
  const foreign = [...house.state.gates.values()].find((gate) => gate.kind === 'foreign')
  await ask('gate.answer', { gate: foreign?.id ?? '', answer, reasons: [] })
  await world.clock.run(house.quiet())
  const files = await world.repository.list((await world.repository.tip('refs/heads/baton/i')) ?? '')
  expect(files.some((file) => file.path === 'A.txt')).toBe(answer === 'adopt')
  expect(stepOf(house.state, 'i/A')?.attempts).toHaveLength(answer === 'adopt' ? 2 : 1)
  expect([...house.state.gates.values()].at(-1)?.kind).toBe('conflict')
})

it('ends a cancelled agent that is still stopping before the next try starts', async () => {
  const swept: string[] = []
  const { world, ask } = await scene([step('A')], {
    part: (assignment, number) => (number === 1 ? [{ do: 'hang' }] : writesItsName(assignment, number)),
    over: {
      spawner: {
        sweep: async (marker) => {
          swept.push(marker ?? 'all of it')
          return 1
        },
      },
    },
  })
  await ask('run.start', run)
  await world.clock.pass(100)
  await ask('run.cancel', { item: 'i', why: 'no' })
  await ask('run.start', run)
  await world.clock.pass(100)
  expect(swept).toEqual(['i/A/1'])
})

it('sweeps behind a try that failed before it began', async () => {
  const swept: string[] = []
  let works = true
  const sweep = async (marker: string): Promise<number> => {
    const now = works
    works = true
    if (!now) throw new Error('It cannot be said what is alive.')
    swept.push(marker)
    return 0
  }
  const part: Part = (assignment, number) => (number === 1 ? [{ do: 'hang' }] : writesItsName(assignment, number))
  const { world, house, ask } = await scene([step('A')], { part, over: { spawner: { sweep } } })
  await ask('run.start', run)
  await world.clock.pass(100)
  works = false
  await ask('run.cancel', { item: 'i', why: 'no' })
  await ask('run.start', run)
  await world.clock.run(house.quiet())
  expect(stepOf(house.state, 'i/A')?.attempts[1]?.outcome?.kind).toBe('failed')
  expect(swept.slice(0, 2)).toEqual(['i/A/2', 'i/A/1'])
})

it('looks at a full disk again although its timer comes a moment early', async () => {
  const world = simulatedWorld()
  let free = 1
  const { clock } = world
  const hasty = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    chance: (length: number) => clock.chance(length),
    after: (ms: number, then: () => void) => clock.after(Math.max(0, ms - 0.5), then),
  }
  const house = await simulatedHouse(world, { over: { clock: hasty, disk: () => ({ free, of: 2e12 }) } })
  expect(house.state.diskLow).toBe(true)
  free = 1e12
  await clock.pass(120_000)
  expect(house.state.diskLow).toBe(false)
})

it('asks again about a step that was approved, failed, and is done again by force', async () => {
  const gated = step('A', { gate: 'a look' })
  const { world, house, ask } = await scene([gated])
  await ask('run.start', run)
  await world.clock.run(house.quiet())
  const [first] = [...house.state.gates.keys()]
  await ask('run.pause', { item: 'i', why: 'not yet' })
  await ask('gate.answer', { gate: first ?? '', answer: 'approve', reasons: [] })
  await world.clock.pass(100)
  expect(await ask('step.cancel', { step: 'i/A', why: 'no' })).toBe(true)
  await ask('step.skip', { step: 'i/A', why: 'no' })
  await ask('run.cancel', { item: 'i', why: 'no' })
  await ask('run.start', { ...run, force: true })
  await world.clock.pass(20_000)
  expect([...house.state.gates.values()].map((gate) => gate.phase)).toEqual(['answered', 'open'])
})

it('says that it gave up when a full disk turns out to be broken', async () => {
  let full = false
  const world = simulatedWorld()
  const { store } = world
  const flaky: Store = {
    append: async (rows, after) => {
      if (full) throw new StoreFailed('full', 'There is no room.')
      return store.append(rows, after)
    },
    head: async () => {
      if (full) throw new StoreFailed('broken', 'The medium cannot be read.')
      return store.head()
    },
    read: (after, limit, stream) => store.read(after, limit, stream),
    leaves: (after, limit) => store.leaves(after, limit),
    put: (bytes) => store.put(bytes),
    get: (digest) => store.get(digest),
    forget: (digest) => store.forget(digest),
    digests: () => store.digests(),
    close: () => store.close(),
  }
  const house = await simulatedHouse(world, { over: { store: flaky } })
  full = true
  void house.submit(wish('workspace.open', 'me', { path, baseBranch: 'main' }))
  await world.clock.pass(5000)
  expect(house.readOnly).toContain('cannot be read')
})

it.each(['spawn git EMFILE', 'ENOMEM: not enough memory'])(
  'charges no agent for what the machine lacks: %s',
  async (words) => {
    const world = simulatedWorld()
    let short = true
    const [judge, ...others] = judgedChecks(world.folders, fair)
    if (judge === undefined) throw new Error('there is no judge')
    const run: typeof judge.run = async (order) => {
      if (short) throw new Error(words)
      return judge.run(order)
    }
    const { house, ask } = await scene([step('A')], { over: { checkers: [{ ...judge, run }, ...others] } }, world)
    await ask('run.start', { item: 'i', parallel: 4, include: [], exclude: [], force: false })
    await world.clock.pass(120_000)
    const waits = stepOf(house.state, 'i/A')
    expect(waits?.phase).toBe('verifying')
    expect(waits?.why).toContain(words)
    short = false
    await world.clock.pass(120_000)
    const done = stepOf(house.state, 'i/A')
    expect(done?.phase).toBe('done')
    expect(done?.attempts).toHaveLength(1)
  },
)

it('says that the machine was short of something when a clone could not be made', async () => {
  const world = simulatedWorld()
  let tries = 0
  const clones = memoryClones(world.folders)
  const make: typeof clones.make = async (order) => {
    tries += 1
    if (tries < 12) throw new Error('spawn git EMFILE')
    return clones.make(order)
  }
  const short = new Proxy(clones, { get: (of, name) => (name === 'make' ? make : Reflect.get(of, name).bind(of)) })
  const { house, ask } = await scene([step('A')], { over: { clones: short } }, world)
  await ask('run.start', { item: 'i', parallel: 4, include: [], exclude: [], force: false })
  await world.clock.pass(600_000)
  const done = stepOf(house.state, 'i/A')
  expect(done?.phase).toBe('done')
  expect(done?.attempts.map((one) => one.outcome)).toMatchObject([{ reason: 'overloaded' }, { kind: 'succeeded' }])
})

/** Nothing can be appended while it is full. */
function smallDisk({ store }: SimulatedWorld): { full: boolean } {
  const small = { full: false }
  const append = store.append.bind(store)
  store.append = async (rows, after) => {
    if (small.full) throw new StoreFailed('full', 'There is no room on the disk.')
    return append(rows, after)
  }
  return small
}

it('says at once that the disk is full, where, and how much is free; and answers when there is room', async () => {
  const world = simulatedWorld()
  const small = smallDisk(world)
  const disk = () => ({ free: small.full ? 3_000_000 : 1e12, of: 2e12 })
  const { house } = await scene([step('A')], { over: { disk } }, world)
  const heard: string[] = []
  const calm = house.onWait((why) => heard.push(why))
  small.full = true
  const first = house.submit(wish('workspace.want', 'me', { path, desired: 2 }))
  await world.clock.pass(10)
  expect(heard).toEqual([expect.stringMatching(/no room.*3 MB of 2000000 MB are free on the disk of \/simulated/)])
  const late: string[] = []
  house.onWait((why) => late.push(why))()
  expect(late).toEqual(heard)
  const second = await house.submit(wish('workspace.want', 'me', { path, desired: 3 }))
  expect(second).toMatchObject({ ok: false, refusal: { kind: 'busy', why: expect.stringContaining('3 MB of') } })
  small.full = false
  expect((await world.clock.run(first)).ok).toBe(true)
  expect(heard.slice(1)).toEqual([''])
  calm()
})

it('waits on for a run whose steps are at work while the disk is full', async () => {
  const world = simulatedWorld()
  const small = smallDisk(world)
  const part: Part = ({ step }) => [
    { do: 'wait', ms: step.key === 'A' ? 1000 : 600_000 },
    { do: 'write', path: `${step.key}.txt`, text: step.key },
  ]
  const { house, ask } = await scene([step('A'), step('B')], { part }, world)
  await ask('workspace.trust', { path, digest: 'e', policy: { ...policy, checks: [] } })
  await ask('run.start', { ...run, policy: 'graph' })
  const heard: string[] = []
  house.onWait((why) => heard.push(why))
  world.clock.after(500, () => {
    small.full = true
  })
  world.clock.after(30_000, () => {
    small.full = false
  })
  expect(await world.clock.run(house.quiet('i'))).toBe(true)
  expect(heard).toEqual([expect.stringContaining('There is no room on the disk.'), ''])
  expect(house.state.items.get('i')?.steps.map(({ phase }) => phase)).toEqual(['gated', 'gated'])
})

it('keeps the result that the record names, whatever else is handed in for the same attempt', async () => {
  const { world, house, ask } = await scene([step('T1')])
  await ask('workspace.trust', { path, digest: 'e', policy: { ...policy, checks: [] } })
  const ann: Caller = { name: 'Ann', folder: path, may: new Set(['read', 'run']) }
  const call = (method: AnyMethod, given: object) => world.clock.run(perform(method, house, ann, given))
  const base = (await world.repository.tip('refs/heads/main')) ?? ''
  const made = async (text: string): Promise<string> => {
    const change = { path: 'out/T1.txt', kind: 'added', mode: '100644', content: Buffer.from(text) } as const
    const tree = await world.repository.writeTree(base, [change])
    const by = { authorName: 'Ann', authorEmail: 'ann@localhost', message: 'T1', at: 0 }
    return world.repository.commit({ ...by, tree, parents: [base] })
  }
  await call(stepClaim, { step: 'i/T1' })
  const [first, second, third] = [await made('1'), await made('2'), await made('3')]
  const complete = (commit: string) => perform(attemptComplete, house, ann, { attempt: 'i/T1/1', commit })
  const both = await world.clock.run(Promise.all([complete(first), complete(second)]))
  expect(both.map(({ ok }) => ok)).toEqual([true, false])
  expect((await world.clock.run(complete(third))).ok).toBe(false)
  const named = stepOf(house.state, 'i/T1')?.attempts[0]?.commit ?? 'none'
  expect(new TextDecoder().decode((await world.repository.readFile(named, 'out/T1.txt')) ?? undefined)).toBe('1')
  expect(await world.repository.tip('refs/baton/attempts/i/T1/1')).toBe(named)
})

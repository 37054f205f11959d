// Where a step begins when nobody names an agent: by what is recorded of agents, or by how the step was weighed; never where the rules forbid.
import { expect, it } from 'vitest'
import { evolve } from '../evolve/index.ts'
import type { AgentProfile } from '../nouns/agent.ts'
import type { ModelSpec, Tier } from '../nouns/model.ts'
import { noPolicy, type Routing, type TrustedPolicy } from '../nouns/workspace.ts'
import { freeze, thaw } from '../snapshot.ts'
import { emptyState } from '../state.ts'
import { asked, given, itemOf, planOf, red, trusted, type World } from '../testing.ts'
import { why } from '../why.ts'
import { standingOf } from './recorded.ts'
import { weighedWithinMs } from './weighed.ts'

function agent(name: string, tier: Tier, more: Partial<AgentProfile> = {}): AgentProfile {
  const usual = { executor: 'acp', argv: [], env: {}, network: 'all', seats: 50, timeoutMs: 60_000 } as const
  return { ...usual, roles: ['coder', 'tester', 'manager'], name, program: name, tier, ...more }
}

const agents = [agent('cheap', 'small'), agent('middle', 'medium'), agent('strong', 'large')]
const embedder: ModelSpec = {
  ...{ name: 'embed', id: 'embed', provider: 'test', endpoint: '', dialect: 'auto', tier: 'small' },
  ...{ local: true, tools: 'native', account: 'embed' },
}

/** A repository whose router is this one. */
function routed(router: Routing['router'], more: Partial<TrustedPolicy> = {}): World {
  const routing = { ...noPolicy.routing, router, ...(router === 'semantic' ? { embedder: 'embed' } : {}) }
  return trusted({ agents, defaultAgent: '', tries: 20, models: [embedder], routing, ...more })
}

function running(world: World, id: string, steps: string, role = 'coder'): World {
  const item = itemOf(steps, { id })
  world.ask('plan.import', planOf({ ...item, steps: item.steps.map((step) => ({ ...step, role })) }))
  world.ask('run.start', { ...asked, item: id, parallel: 50 })
  return world
}

const whoHas = (world: World, key: string) => world.step(key).attempts.at(-1)?.agent

/** So many attempts of an agent are judged, and so many of them land, as an item of their own that is over afterwards. */
function history(world: World, name: string, judged: number, landed: number, role = 'coder'): void {
  const id = `past-${world.state.seq}`
  const keys = Array.from({ length: judged }, (_, at) => `P${at}`)
  const item = itemOf(keys.join(' '), { id })
  world.ask('plan.import', planOf({ ...item, steps: item.steps.map((step) => ({ ...step, role })) }))
  world.ask('run.start', { ...asked, item: id, parallel: 50, agent: name })
  world.tick()
  for (const [at, key] of keys.entries()) {
    const step = `${id}/${key}`
    if (at < landed) world.done(step)
    else {
      world.begin(step)
      world.end(step)
      world.check(step, [red])
    }
  }
  world.ask('run.cancel', { item: id, why: 'enough' })
}

function refusedBy(world: World, key: string): void {
  world.begin(key)
  world.end(key)
  world.check(key, [red])
}

it('given an agent whose work mostly fails, begins with the next one and says why', () => {
  const world = routed('outcomes')
  history(world, 'cheap', 5, 2)
  running(world, 'i', 'A B')
  const [decision] = world.ask('tick', {})
  expect(decision).toMatchObject({
    type: 'decision.made',
    data: { launch: [{ agent: 'middle', advised: { agent: 'middle' } }, { agent: 'middle' }] },
  })
  const told = /2 of 5 judged attempts of cheap as coder landed, and too few of its own/
  expect(JSON.stringify(decision?.data)).toMatch(told)
  expect(why(world.state, 'i/A', world.now)?.why).toMatch(told)
})

it('given an agent whose work mostly lands, begins with it', () => {
  const world = routed('outcomes')
  history(world, 'cheap', 6, 3)
  running(world, 'i', 'A')
  world.tick()
  expect(world.step('A').attempts.at(-1)).toMatchObject({
    agent: 'cheap',
    advised: { why: '3 of 6 judged attempts of cheap as coder landed' },
  })
})

it('given several that fail, takes the cheapest that does not, and of none the best', () => {
  const world = routed('outcomes')
  history(world, 'cheap', 10, 1)
  history(world, 'middle', 10, 4)
  history(world, 'strong', 10, 5)
  running(world, 'i', 'A B')
  world.tick()
  expect(whoHas(world, 'A')).toBe('strong')
  const none = routed('outcomes')
  history(none, 'cheap', 10, 1)
  history(none, 'middle', 10, 4)
  history(none, 'strong', 10, 3)
  running(none, 'i', 'A')
  none.tick()
  expect(whoHas(none, 'A')).toBe('middle')
})

it('given too little, or what is known of another role or another router, goes by the rules', () => {
  const few = routed('outcomes')
  history(few, 'cheap', 4, 0)
  running(few, 'i', 'A')
  few.tick()
  expect(few.step('A').attempts.at(-1)).toMatchObject({ agent: 'cheap' })
  expect(few.step('A').attempts.at(-1)?.advised).toBeUndefined()
  const other = routed('outcomes')
  history(other, 'cheap', 9, 0, 'tester')
  running(other, 'i', 'A')
  other.tick()
  expect(whoHas(other, 'A')).toBe('cheap')
  const off = routed('rules')
  history(off, 'cheap', 9, 0)
  running(off, 'i', 'A')
  off.tick()
  expect(whoHas(off, 'A')).toBe('cheap')
})

it('given a rule, a run, a person or a preference that names an agent, is not asked', () => {
  const bad = (world: World): World => {
    history(world, 'cheap', 9, 0)
    return running(world, 'i', 'A')
  }
  const ruled = bad(routed('outcomes', { rules: [{ match: 'A', agent: 'cheap' }] }))
  const liked = bad(routed('outcomes', { routing: { ...noPolicy.routing, router: 'outcomes', prefer: 'cheap' } }))
  const person = bad(routed('outcomes', { tries: 1 }))
  person.tick()
  refusedBy(person, 'A')
  person.ask('step.retry', { step: 'i/A', why: 'mine', agent: 'cheap' })
  for (const world of [ruled, liked, person]) {
    world.tick()
    expect(whoHas(world, 'A')).toBe('cheap')
    expect(world.step('A').attempts.at(-1)?.advised).toBeUndefined()
  }
})

it('climbs from where it began, whatever is recorded meanwhile, and begins anew when a person lets it', () => {
  const world = routed('outcomes')
  history(world, 'cheap', 5, 0)
  running(world, 'i', 'A')
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
  refusedBy(world, 'A')
  history(world, 'cheap', 50, 50)
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
  refusedBy(world, 'A')
  world.tick()
  expect(whoHas(world, 'A')).toBe('strong')
  expect(why(world.state, 'i/A', world.now)?.why).toContain('begun with middle')
  world.ask('step.cancel', { step: 'i/A', why: 'stop' })
  world.fail('A', 'cancelled')
  world.ask('step.retry', { step: 'i/A', why: 'again' })
  world.tick()
  expect(whoHas(world, 'A')).toBe('cheap')
})

it('gives the step to another while the account of the advised one is barred, and says both', () => {
  const world = routed('outcomes', { quota: { fallback: true, longestWaitMs: 1 } })
  history(world, 'cheap', 5, 0)
  running(world, 'i', 'A')
  world.ask('account.bar', { account: 'middle', kind: 'quota', why: 'used up', until: world.now + 1000 })
  const decision = world.ask('tick', {})[0]
  expect(decision).toMatchObject({ data: { launch: [{ agent: 'strong', advised: { agent: 'middle' } }] } })
  expect(JSON.stringify(decision?.data)).toMatch(/of cheap as coder landed.*; middle: used up/)
})

it('counts each attempt once, as what says something of its agent, and never more landed than judged', () => {
  const world = running(routed('outcomes'), 'i', 'A B C D E')
  world.tick()
  world.fail('A', 'crashed')
  world.fail('B', 'no-change')
  world.fail('C', 'context-overflow')
  world.begin('D')
  world.end('D')
  // As when a branch was adopted meanwhile, and the same work is checked on another tip.
  for (const one of world.check('D')) world.tell(one)
  world.order('D')
  world.settle('D')
  refusedBy(world, 'E')
  const workspace = world.state.workspaces.get('/w')
  expect(workspace?.standings).toEqual([{ agent: 'cheap', role: 'coder', judged: 4, landed: 1 }])
})

it.each([
  ['although its checks passed', 'A!look', {}],
  ['that nothing had checked', 'A', { checks: [] }],
])('counts as judged what a person sent back %s', (_, steps, more) => {
  const world = running(routed('outcomes', more), 'i', steps)
  world.tick()
  world.begin('A')
  world.end('A')
  world.check('A', 'checks' in more ? [] : undefined)
  const [gate] = [...world.state.gates.values()]
  world.ask('gate.answer', { gate: gate?.id ?? '', answer: 'reject', reasons: ['not so'] })
  const workspace = world.state.workspaces.get('/w')
  expect(workspace?.standings).toEqual([{ agent: 'cheap', role: 'coder', judged: 1, landed: 0 }])
})

it('knows the same after its items are over, from a snapshot and from the record folded again', () => {
  const world = routed('outcomes')
  history(world, 'cheap', 5, 1)
  history(world, 'strong', 3, 3, 'tester')
  running(world, 'i', 'A')
  const expected = world.state.workspaces.get('/w')?.standings
  expect(expected).toHaveLength(2)
  const again = emptyState()
  // As a record from before any of this was known: no fact speaks of it.
  for (const entry of world.entries) evolve(again, JSON.parse(JSON.stringify(entry)))
  expect(again.workspaces.get('/w')?.standings).toEqual(expected)
  const thawed = thaw(JSON.parse(JSON.stringify(freeze(world.state))))
  expect(thawed?.workspaces.get('/w')?.standings).toEqual(expected)
  const closed = [
    ...world.entries,
    { seq: world.state.seq + 1, at: 1, type: 'item.closed', data: { id: 'i', why: '' } },
  ]
  for (const entry of closed.slice(-1)) evolve(again, entry)
  expect(again.items.has('i')).toBe(false)
  expect(standingOf(again.workspaces.get('/w') ?? never(), 'cheap', 'coder')).toMatchObject({ judged: 5, landed: 1 })
})

function never(): never {
  throw new Error('There is no workspace.')
}

it('whatever is recorded and weighed: nobody that the rules forbid, and nobody weaker than the role asks for', () => {
  let random = 7
  const next = (below: number): number => {
    random = (random * 48_271) % 2_147_483_647
    return random % below
  }
  const roles = ['coder', 'tester', 'manager'] as const
  for (let round = 0; round < 150; round++) {
    const crew = agents.map((one) => ({ ...one, local: next(2) === 0 }))
    const mode = next(3) === 0 ? ('offline' as const) : ('online' as const)
    const allow = next(2) === 0 ? [] : crew.filter(() => next(2) === 0).map(({ name }) => name)
    const router = next(2) === 0 ? ('outcomes' as const) : ('semantic' as const)
    const role = roles[next(3)] ?? 'coder'
    const routing = { ...noPolicy.routing, router, allow, embedder: 'embed' }
    const world = running(routed(router, { agents: crew, mode, routing }), 'i', 'A', role)
    const workspace = world.state.workspaces.get('/w') ?? never()
    workspace.standings = crew.map(({ name }) => {
      const judged = next(12)
      return { agent: name, role, judged, landed: next(judged + 1) }
    })
    const tier = (['small', 'medium', 'large'] as const)[next(3)] ?? 'small'
    if (router === 'semantic')
      world.ask('step.weigh', { step: 'i/A', title: 'A', brief: '', tier, by: 'embed', why: 'so' })
    world.tick()
    const attempt = world.step('A').attempts.at(-1)
    const may = crew.filter(
      ({ name, local }) => (allow.length === 0 || allow.includes(name)) && (mode === 'online' || local),
    )
    if (may.length === 0) expect(attempt).toBeUndefined()
    else {
      expect(may.map(({ name }) => name)).toContain(attempt?.agent)
      if (attempt?.advised !== undefined) expect(may.map(({ name }) => name)).toContain(attempt.advised.agent)
      const fit = may.some((one) => one.tier !== 'small')
      if (role === 'manager' && fit) expect(attempt?.agent).not.toBe('cheap')
    }
  }
})

it('given a weight, begins with the first agent of that tier and says by whom and why', () => {
  const world = running(routed('semantic'), 'i', 'A B C')
  for (const [key, tier] of [
    ['A', 'large'],
    ['B', 'medium'],
    ['C', 'small'],
  ] as const)
    given(world)
      .when('step.weigh', { step: `i/${key}`, title: key, brief: '', tier, by: 'embed', why: 'nearest to "x", 0.90' })
      .then(['step.weighed', { step: `i/${key}`, tier, by: 'embed' }])
  const [decision] = world.ask('tick', {})
  expect(['A', 'B', 'C'].map((key) => whoHas(world, key))).toEqual(['strong', 'middle', 'cheap'])
  expect(JSON.stringify(decision?.data)).toContain('it was weighed as large (nearest to \\"x\\", 0.90)')
})

it('waits two seconds for a weight and no longer, and says so', () => {
  const world = running(routed('semantic'), 'i', 'A B')
  expect(world.tick()).toEqual([])
  expect(why(world.state, 'i/A', world.now)).toMatchObject({
    kind: 'weighing',
    why: expect.stringMatching(/model embed weighs it/),
  })
  world.ask('step.weigh', { step: 'i/A', title: 'A', brief: '', tier: 'medium', by: 'embed', why: 'so' })
  expect(world.tick()).toEqual(['A'])
  world.now += weighedWithinMs
  expect(world.tick()).toEqual(['B'])
  expect(whoHas(world, 'B')).toBe('cheap')
  expect(world.step('B').attempts.at(-1)?.advised).toBeUndefined()
})

it('waits for no weight where nothing could come of it', () => {
  const named = running(routed('semantic', { rules: [{ match: 'A', agent: 'cheap' }] }), 'i', 'A')
  const alike = running(routed('semantic', { agents: [agent('one', 'small')], defaultAgent: 'one' }), 'i', 'A')
  const without = running(routed('semantic', { routing: { ...noPolicy.routing, router: 'semantic' } }), 'i', 'A')
  const setBack = running(routed('semantic'), 'i', 'A')
  setBack.now -= 10_000
  for (const world of [named, alike, without, setBack]) expect(world.tick()).toEqual(['A'])
})

it('notes once that nothing can be weighed, lets the rules choose at once, and goes on when something is weighed again', () => {
  const world = running(routed('semantic'), 'i', 'A B')
  const missed = { workspace: '/w', by: 'embed', why: 'nobody answers' }
  given(world).when('weighing.miss', missed).then(['weighing.missed', missed])
  given(world)
    .when('weighing.miss', { ...missed, why: 'still nobody' })
    .then()
  expect(world.tick()).toEqual(['A', 'B'])
  running(world, 'j', 'C')
  world.ask('step.weigh', { step: 'j/C', title: 'C', brief: '', tier: 'large', by: 'embed', why: 'so' })
  expect(world.state.workspaces.get('/w')?.unweighed).toBeUndefined()
  given(world)
    .when('weighing.miss', { ...missed, workspace: '/elsewhere' })
    .refused('not-found', /no workspace/)
})

it('weighs words, and other words anew', () => {
  const world = running(routed('semantic'), 'i', 'A')
  const weight = { step: 'i/A', title: 'A', brief: '', tier: 'large', by: 'embed', why: 'so' } as const
  given(world)
    .when('step.weigh', { ...weight, brief: 'other words' })
    .refused('conflict', /words have changed/)
  given(world)
    .when('step.weigh', { ...weight, step: 'i/Z' })
    .refused('not-found', /no such step/)
  world.ask('step.weigh', weight)
  given(world).when('step.weigh', weight).then()
  const item = itemOf('A')
  const changed = item.steps.map((step) => ({ ...step, brief: 'Now it says more.' }))
  world.ask('plan.import', planOf({ ...item, steps: changed }))
  expect(world.step('A').weight).toBeUndefined()
  expect(world.tick()).toEqual([])
})

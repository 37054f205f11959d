// Who is given a step: rules first, then what is allowed, what can be had, how strong it must be, and what is left to spend.
import { expect, it } from 'vitest'
import type { AgentProfile } from '../nouns/agent.ts'
import type { TrustedPolicy } from '../nouns/workspace.ts'
import { asked, green, itemOf, planOf, red, trusted, type World } from '../testing.ts'
import { why } from '../why.ts'

const hour = 3_600_000

function agent(name: string, more: Partial<AgentProfile> = {}): AgentProfile {
  const usual = {
    executor: 'acp',
    argv: [],
    env: {},
    network: 'all',
    seats: 10,
    roles: ['coder'],
    timeoutMs: 60_000,
  } as const
  return { ...usual, name, program: name, ...more }
}

const cheap = agent('cheap', { tier: 'small' })
const middle = agent('middle', { tier: 'medium' })
const strong = agent('strong', { tier: 'large' })

function crewed(steps: string, policy: Partial<TrustedPolicy>): World {
  const world = trusted({ agents: [strong, cheap, middle], defaultAgent: '', ...policy })
  world.ask('plan.import', planOf(itemOf(steps)))
  world.ask('run.start', asked)
  return world
}

const whoHas = (world: World, key: string): string | undefined => world.step(key).attempts.at(-1)?.agent
const routing = { allow: [], prefer: '', ladder: [], escalateAfter: 2, repair: true, router: 'rules' } as const

/** One try whose result its checks turn down. */
function refusedBy(world: World, key: string, check = red): void {
  world.begin(key)
  world.end(key, { session: `session of ${whoHas(world, key)}` })
  world.check(key, [check, green])
}

it('begins with the cheapest, repairs in its session, and goes to a stronger one after two failures of the same check', () => {
  const world = crewed('A', { tries: 10 })
  world.tick()
  expect(whoHas(world, 'A')).toBe('cheap')
  refusedBy(world, 'A')
  world.tick()
  expect(world.step('A').attempts.at(-1)).toMatchObject({ agent: 'cheap', mends: { attempt: 'i/A/1', what: 'checks' } })
  refusedBy(world, 'A')
  const decision = world.ask('tick', {}).find(({ type }) => type === 'decision.made')
  expect(decision).toMatchObject({
    data: { launch: [{ agent: 'middle', because: expect.stringMatching(/cheap failed 2 times .*check test/) }] },
  })
  expect(world.step('A').attempts.at(-1)?.mends).toBeUndefined()
  refusedBy(world, 'A')
  world.tick()
  refusedBy(world, 'A')
  world.tick()
  expect(whoHas(world, 'A')).toBe('strong')
  refusedBy(world, 'A')
  world.tick()
  refusedBy(world, 'A')
  world.tick()
  expect(whoHas(world, 'A')).toBe('strong')
})

it('does not count failures of different checks together, nor what the machine brought about', () => {
  const world = crewed('A', { tries: 20 })
  world.tick()
  refusedBy(world, 'A', { ...red, check: 'lint' })
  world.tick()
  refusedBy(world, 'A', { ...red, check: 'types' })
  world.tick()
  for (const reason of ['crashed', 'crashed', 'network', 'lost'] as const) {
    world.fail('A', reason)
    world.now += hour
    world.tick()
  }
  expect(whoHas(world, 'A')).toBe('cheap')
  world.fail('A', 'context-overflow')
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
})

it('begins anew at the cheapest when a person lets the step be tried again', () => {
  const world = crewed('A', { tries: 2 })
  world.tick()
  refusedBy(world, 'A')
  world.tick()
  refusedBy(world, 'A')
  expect(world.step('A').phase).toBe('failed')
  world.ask('step.retry', { step: 'i/A', why: 'mended' })
  world.tick()
  expect(whoHas(world, 'A')).toBe('cheap')
  expect(world.step('A').attempts.at(-1)?.mends).toBeUndefined()
})

it('keeps to a rule, and climbs from there', () => {
  const world = crewed('A', { rules: [{ match: 'A', agent: 'middle' }], tries: 10 })
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
  refusedBy(world, 'A')
  world.tick()
  refusedBy(world, 'A')
  world.tick()
  expect(whoHas(world, 'A')).toBe('strong')
})

it('begins where the role of the step does', () => {
  const world = crewed('A', { agents: [cheap, middle, strong].map((one) => ({ ...one, roles: ['coder', 'manager'] })) })
  const step = world.step('A')
  step.spec = { ...step.spec, role: 'manager' }
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
})

it('gives an allowed and available agent only, and prefers whom it is told to', () => {
  const liked = crewed('A', { routing: { ...routing, prefer: 'strong' } })
  liked.tick()
  expect(whoHas(liked, 'A')).toBe('strong')
  const ignored = crewed('A', { routing: { ...routing, prefer: 'strong', allow: ['cheap', 'middle'] } })
  ignored.tick()
  expect(whoHas(ignored, 'A')).toBe('cheap')
  const none = crewed('A', { routing: { ...routing, allow: ['nobody'] } })
  expect(none.tick()).toEqual([])
  expect(why(none.state, 'i/A', none.now)).toMatchObject({ kind: 'no-agent' })
})

it('uses nothing but local agents when it is offline, fallbacks included', () => {
  const here = { ...middle, local: true }
  const world = crewed('A', {
    agents: [cheap, here, strong],
    mode: 'offline',
    quota: { fallback: true, longestWaitMs: hour },
  })
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
  world.fail('A', 'quota', world.now + hour / 2)
  expect(world.tick()).toEqual([])
})

it('waits for a quota until its reset, says so, and burns no try', () => {
  const world = crewed('A B', { agents: [cheap], defaultAgent: 'cheap' })
  world.tick()
  world.begin('A')
  const until = world.now + 3 * hour
  world.fail('A', 'quota', until)
  world.begin('B')
  world.end('B')
  expect(world.tick()).toEqual([])
  expect(why(world.state, 'i/A', world.now)).toMatchObject({
    kind: 'quota',
    why: expect.stringMatching(/cheap/),
    until: expect.stringMatching(/1970-01-01 03:16 UTC/),
  })
  expect(world.step('A')).toMatchObject({ phase: 'waiting', tries: 0 })
  world.now = until
  expect(world.tick()).toEqual(['A'])
})

it('gives the step to another account meanwhile, where that is allowed', () => {
  const world = crewed('A B', { quota: { fallback: true, longestWaitMs: hour } })
  world.tick()
  world.fail('A', 'quota', world.now + 10 * hour)
  const decision = world.ask('tick', {}).find(({ type }) => type === 'decision.made')
  expect(decision).toMatchObject({
    data: { launch: [{ agent: 'middle', because: expect.stringMatching(/cheap: it was quota/) }] },
  })
  expect([...world.state.gates.values()]).toEqual([])
})

it('asks a person before it waits for longer than anybody allowed', () => {
  const world = crewed('A', { agents: [cheap], defaultAgent: 'cheap' })
  world.tick()
  world.fail('A', 'quota', world.now + 30 * hour)
  const [gate] = [...world.state.gates.values()]
  expect(gate).toMatchObject({
    kind: 'budget',
    step: 'i/A',
    asks: expect.stringMatching(/only in 30 hours/),
    options: ['wait', 'stop'],
  })
  expect(world.step('A').phase).toBe('gated')
  world.ask('gate.answer', { gate: gate?.id ?? '', answer: 'wait', reasons: [] })
  expect(world.tick()).toEqual([])
  world.now += 30 * hour
  expect(world.tick()).toEqual(['A'])
})

it('stops an agent whose login does not hold once, for all its steps, until somebody frees it', () => {
  const world = crewed('A B C', { agents: [{ ...cheap, seats: 1 }], defaultAgent: 'cheap' })
  expect(world.tick()).toEqual(['A'])
  world.fail('A', 'auth')
  expect(world.tick()).toEqual([])
  for (const key of ['A', 'B', 'C'])
    expect(why(world.state, `i/${key}`, world.now)).toMatchObject({
      kind: 'barred',
      until: expect.stringMatching(/baton agents free/),
    })
  world.ask('account.free', { account: 'cheap', why: 'logged in' })
  expect(world.tick()).toEqual(['A'])
  expect(world.step('A').tries).toBe(0)
})

it('takes another agent for one that no time brings back', () => {
  const world = crewed('A', {})
  world.tick()
  world.fail('A', 'auth')
  world.tick()
  expect(whoHas(world, 'A')).toBe('middle')
})

it('shares one bar among all that share an account', () => {
  const two = [agent('one', { account: 'us' }), agent('two', { account: 'us' })]
  const world = crewed('A B', {
    agents: two,
    rules: [
      { match: 'A', agent: 'one' },
      { match: 'B', agent: 'two' },
    ],
  })
  world.ask('account.bar', { account: 'us', kind: 'rate-limited', why: 'too many', until: world.now + 1000 })
  expect(world.tick()).toEqual([])
  world.now += 1000
  expect(world.tick()).toEqual(['A', 'B'])
})

it('gives the same answer to the same question, however often it is asked', () => {
  const world = crewed('A B C D', { tries: 10 })
  world.tick()
  refusedBy(world, 'A')
  const once = JSON.stringify(world.ask('tick', {}))
  const again = crewed('A B C D', { tries: 10 })
  again.tick()
  refusedBy(again, 'A')
  expect(JSON.stringify(again.ask('tick', {}))).toBe(once)
})

it('lets nobody explore with a model elsewhere unless somebody said so, escalated or fallen back or not', () => {
  const near = { ...cheap, executor: 'explore', local: true }
  const far = { ...strong, executor: 'explore', local: false }
  const kept = crewed('A', { agents: [near, far], tries: 10 })
  kept.tick()
  refusedBy(kept, 'A')
  kept.tick()
  refusedBy(kept, 'A')
  kept.tick()
  expect(whoHas(kept, 'A')).toBe('cheap')
  const open = crewed('A', { agents: [far], defaultAgent: 'strong', explore: { externalModels: true, network: false } })
  open.tick()
  expect(whoHas(open, 'A')).toBe('strong')
})

it('takes nobody else for an agent that is named and not there', () => {
  const world = crewed('A', {
    rules: [{ match: 'A', agent: 'nobody' }],
    quota: { fallback: true, longestWaitMs: hour },
  })
  world.ask('account.bar', { account: 'elsewhere', kind: 'quota', why: 'so' })
  expect(world.tick()).toEqual([])
  expect(why(world.state, 'i/A', world.now)).toMatchObject({ kind: 'no-agent' })
})

it('gives a step the role that configuration says, and with it the tier, the tools and what it may change', () => {
  const crew = [cheap, middle, strong].map((one) => ({ ...one, roles: ['coder', 'manager'] }))
  const world = crewed('A B', { agents: crew, rules: [{ match: 'A', role: 'manager' }] })
  world.tick()
  expect([whoHas(world, 'A'), whoHas(world, 'B')]).toEqual(['middle', 'cheap'])
})

it('takes an answer without a change from a role that only reads, and no change from it', () => {
  const rules = [{ match: '*', role: 'researcher' }]
  const quiet = crewed('A', { agents: [cheap], defaultAgent: 'cheap', rules, checks: [] })
  quiet.tick()
  quiet.begin('A')
  quiet.end('A', { changed: false })
  quiet.check('A', [])
  expect(quiet.step('A').phase).not.toBe('waiting')
  expect([...quiet.state.gates.values()]).toEqual([])
  const loud = crewed('A', { agents: [cheap], defaultAgent: 'cheap', rules })
  loud.tick()
  loud.begin('A')
  loud.end('A', { changed: true })
  expect(loud.step('A').attempts[0]?.outcome).toMatchObject({ kind: 'failed', reason: 'bad-output' })
})

// Steps are weighed by a model that embeds: over real HTTP, in a whole house, and not at all when it does not answer; no launch waits for long.
import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import { isRefusal } from '../../src/core/decide/answer.ts'
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import { noPolicy, type TrustedPolicy } from '../../src/core/nouns/workspace.ts'
import { type Clock, ModelFailed, type Models } from '../../src/core/ports.ts'
import { anchors } from '../../src/core/routing/anchors.ts'
import { asked, itemOf, planOf, trusted, type World } from '../../src/core/testing.ts'
import { wish } from '../../src/core/wishes.ts'
import { Weighing } from '../../src/engine/following/weighing.ts'
import { createHouse } from '../../src/engine/open.ts'
import { realClock } from '../../src/presets/clock.ts'
import { type SimulatedWorld, simulatedParts, simulatedWorld } from '../../src/presets/simulated.ts'
import { client, hurried, model, type Served, serve } from '../models/stage.ts'

const agent = (name: string, tier: AgentProfile['tier']): AgentProfile => ({
  ...{ name, executor: 'scripted', argv: [], env: {}, network: 'none', seats: 9, roles: ['coder'], timeoutMs: 60_000 },
  ...(tier === undefined ? {} : { tier }),
})

function policyOf(endpoint: string, more: Partial<TrustedPolicy> = {}): Partial<TrustedPolicy> {
  return {
    agents: [agent('cheap', 'small'), agent('middle', 'medium'), agent('strong', 'large')],
    defaultAgent: '',
    models: [model(endpoint, { name: 'embed', id: 'embed-1' })],
    routing: { ...noPolicy.routing, router: 'semantic', embedder: 'embed' },
    ...more,
  }
}

/** A meaning that anybody can follow: what is said to be hard is near to the hard sentences. */
function meaning(text: string): number[] {
  const anchor = anchors.find((one) => one.text === text)
  const tier = anchor?.tier ?? (/hard/.test(text) ? 'large' : /middling/.test(text) ? 'medium' : 'small')
  return ['small', 'medium', 'large'].map((one) => (one === tier ? 1 : 0.1))
}

const textsOf = (body: string): readonly string[] => (JSON.parse(body) as { input: string[] }).input

function embeds(served: () => Served) {
  return (response: ServerResponse, _: unknown, nth: number): void => {
    const data = textsOf(served().requests[nth]?.body ?? '').map((text, index) => ({ index, embedding: meaning(text) }))
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ object: 'list', data }))
  }
}

async function embedding(): Promise<Served> {
  const served: Served = await serve(embeds(() => served))
  return served
}

interface Scene {
  readonly world: World
  readonly weighing: Weighing
  readonly said: string[]
}

/** The record of a house, and the one that weighs beside it; without the loop that would launch. */
function scene(policy: Partial<TrustedPolicy>, models: Models | undefined, clock: Clock = realClock): Scene {
  const world = trusted(policy)
  const said: string[] = []
  const submit = async (one: Parameters<World['try']>[0]) => {
    const decided = world.try(one)
    if (isRefusal(decided)) return { ok: false, refusal: decided } as const
    for (const { type } of decided) said.push(type)
    return { ok: true, seq: world.state.seq, facts: [] } as const
  }
  return {
    world,
    said,
    weighing: new Weighing({ state: world.state, clock, models, secrets: ['s3cret-word'], submit }),
  }
}

function run(world: World, steps: string, briefs: Readonly<Record<string, string>> = {}): void {
  const item = itemOf(steps)
  const specs = item.steps.map((one) => ({ ...one, brief: briefs[one.key] ?? 'easy' }))
  world.ask('plan.import', planOf({ ...item, steps: specs }))
  world.ask('run.start', { ...asked, parallel: 50 })
}

async function until(come: () => boolean): Promise<void> {
  await expect.poll(come, { timeout: 10_000, interval: 5 }).toBe(true)
}

const tierOf = (world: World, key: string) => world.step(key).weight?.tier

it('weighs each step of a run by its words, asks for the anchors once, and in portions', async () => {
  const server = await embedding()
  const { world, weighing } = scene(policyOf(server.base), client())
  const keys = Array.from({ length: 40 }, (_, at) => `T${at}`)
  run(world, keys.join(' '), { T0: 'this is hard', T1: 'middling' })
  weighing.takeUp()
  await until(() => keys.every((key) => world.step(key).weight !== undefined))
  expect(['T0', 'T1', 'T2'].map((key) => tierOf(world, key))).toEqual(['large', 'medium', 'small'])
  expect(world.step('T0').weight).toMatchObject({ by: 'embed', why: expect.stringMatching(/^nearest to ".+", 1\.00$/) })
  expect(server.requests.map(({ body }) => textsOf(body).length)).toEqual([anchors.length + 16, 16, 8])
  expect(server.requests[0]?.body).toContain('embed-1')
  world.tick()
  expect(['T0', 'T1', 'T2'].map((key) => world.step(key).attempts.at(-1)?.agent)).toEqual(['strong', 'middle', 'cheap'])
})

it('weighs nothing that no run wants, that has begun, or for which no router asks', async () => {
  const server = await embedding()
  const off = scene(policyOf(server.base, { routing: { ...noPolicy.routing, embedder: 'embed' } }), client())
  run(off.world, 'A')
  off.weighing.takeUp()
  const { world, weighing } = scene(policyOf(server.base), client())
  world.ask('plan.import', planOf(itemOf('A B')))
  weighing.takeUp()
  world.now += 10_000
  world.ask('run.start', { ...asked, include: ['A'] })
  weighing.takeUp()
  await until(() => world.step('A').weight !== undefined)
  expect(server.requests).toHaveLength(1)
  expect(textsOf(server.requests[0]?.body ?? '').slice(anchors.length)).toEqual(['A'])
  expect(world.step('B').weight).toBeUndefined()
})

it.each([
  ['refuses', (response: ServerResponse) => response.writeHead(400).end('{"error":{"message":"no s3cret-word"}}')],
  ['answers nonsense', (response: ServerResponse) => response.end('{"data":"none"}')],
  ['says zero of everything', (response: ServerResponse) => response.end(zeros())],
])('leaves the rules in charge when the server %s, notes it once, and tells no secret', async (_, answer) => {
  const served: Served = await serve((response) => {
    response.setHeader('content-type', 'application/json')
    answer(response)
  })
  const { world, weighing, said } = scene(policyOf(served.base), client())
  run(world, 'A B C')
  weighing.takeUp()
  weighing.saw([])
  await until(() => said.length > 0)
  expect(said).toEqual(['weighing.missed'])
  expect(JSON.stringify(world.entries)).not.toContain('s3cret-word')
  expect(world.tick()).toEqual(['A', 'B', 'C'])
  expect(world.step('A').attempts.at(-1)).toMatchObject({ agent: 'cheap' })
  weighing.close()
})

function zeros(): string {
  const data = Array.from({ length: anchors.length + 3 }, (_, index) => ({ index, embedding: [0, 0] }))
  return JSON.stringify({ data })
}

it('gives a silent server up after two seconds, and asks again a minute later', async () => {
  let silent = true
  const served: Served = await serve((response, _, nth) => {
    if (!silent) embeds(() => served)(response, _, nth)
  })
  const { world, weighing, said } = scene(policyOf(served.base), client(), hurried)
  run(world, 'A')
  const began = performance.now()
  weighing.takeUp()
  await until(() => said.length > 0)
  // Two seconds of a clock that is twenty times as fast.
  expect(performance.now() - began).toBeGreaterThan(90)
  expect(world.state.workspaces.get('/w')?.unweighed).toMatch(/within 2 s/)
  await until(() => served.sockets.size === 0)
  silent = false
  await until(() => world.step('A').weight !== undefined)
  expect(said).toEqual(['weighing.missed', 'step.weighed'])
  expect(world.state.workspaces.get('/w')?.unweighed).toBeUndefined()
  weighing.close()
})

it('asks nobody who works elsewhere while the mode is offline, and nobody at all where no models are', async () => {
  const server = await embedding()
  const afar = { ...model(server.base, { name: 'embed', local: false }) }
  const offline = scene(policyOf(server.base, { mode: 'offline', models: [afar] }), client())
  const none = scene(policyOf(server.base), undefined)
  const unknown = scene(policyOf(server.base, { models: [] }), client())
  const whys: readonly [Scene, RegExp][] = [
    [offline, /offline/],
    [none, /asks no models/],
    [unknown, /nobody has described/],
  ]
  for (const [{ world, weighing, said }, why] of whys) {
    run(world, 'A')
    weighing.takeUp()
    await until(() => said.length > 0)
    expect(world.state.workspaces.get('/w')?.unweighed).toMatch(why)
    weighing.close()
  }
  expect(server.requests).toEqual([])
})

it('weighs again what the plan says otherwise meanwhile, and never puts an old weight on new words', async () => {
  let held: (() => void) | undefined
  const served: Served = await serve(
    (response, _, nth) => {
      held = () => embeds(() => served)(response, _, nth)
    },
    embeds(() => served),
  )
  const { world, weighing } = scene(policyOf(served.base), client())
  run(world, 'A')
  weighing.takeUp()
  await until(() => held !== undefined)
  const item = itemOf('A')
  world.ask('plan.import', planOf({ ...item, steps: item.steps.map((one) => ({ ...one, brief: 'hard' })) }))
  held?.()
  await until(() => world.step('A').weight !== undefined)
  expect(tierOf(world, 'A')).toBe('large')
  expect(textsOf(served.requests[1]?.body ?? '')).toEqual(['A\nhard'])
})

const path = '/simulated/w'

/** A whole house, whose models answer as they are told, after so long. */
async function house(world: SimulatedWorld, embed: Models['embed']) {
  const nothing = async function* () {}
  const models: Models = {
    embed,
    complete: nothing,
    list: async () => ({ dialect: 'openai', models: [] }),
    close: async () => {},
  }
  const made = await world.clock.run(createHouse({ ...simulatedParts(world), models }), 'opening')
  const tip = (await world.repository.tip('refs/heads/main')) ?? ''
  const policy = { ...noPolicy, ...policyOf(''), checks: [{ kind: 'command' as const, name: 'good', argv: ['true'] }] }
  const item = itemOf('A B<A')
  const steps = item.steps.map((one) => ({ ...one, brief: one.key === 'B' ? 'hard' : 'middling' }))
  for (const one of [
    wish('workspace.open', 'ada', { path, baseBranch: 'main' }),
    wish('workspace.isolate', 'ada', { path, isolation: 'none', clones: 'memory', why: '' }),
    wish('workspace.trust', 'ada', { path, digest: 'd', policy }),
    wish('plan.import', 'ada', { ...planOf({ ...item, steps }, path), tickFile: '', base: tip, tip }),
    wish('run.start', 'ada', { ...asked, parallel: 4 }),
  ])
    expect(await world.clock.run(made.submit(one), one.type)).toMatchObject({ ok: true })
  await world.clock.run(made.quiet('i'), 'quiet')
  const entries = await made.read(0, 1000)
  await world.clock.run(made.close('drain'), 'closing')
  const started = entries.filter(({ type }) => type === 'attempt.started')
  const data = started.map((one) => one.data as { step: string; agent: string; because: string })
  const began = entries.find(({ type }) => type === 'run.started')?.at ?? 0
  return { data, waited: (started[0]?.at ?? 0) - began, types: entries.map(({ type }) => type), entries }
}

it('in a whole house, each step begins where its weight says, and the record says why', async () => {
  const world = simulatedWorld()
  const { data, waited, entries } = await house(world, async (_, texts) => {
    await new Promise<void>((resolve) => world.clock.after(500, resolve))
    return texts.map((text) => Float32Array.from(meaning(text)))
  })
  expect(data.map(({ step, agent }) => `${step} ${agent}`)).toEqual(['i/A middle', 'i/B strong'])
  expect(data[1]?.because).toMatch(/strong, for it was weighed as large \(nearest to "/)
  expect(waited).toBeGreaterThanOrEqual(499)
  expect(waited).toBeLessThan(1000)
  const weighed = entries.filter(({ type }) => type === 'step.weighed').map((one) => one.data)
  expect(weighed).toMatchObject([
    { step: 'i/A', tier: 'medium', by: 'embed' },
    { step: 'i/B', tier: 'large', by: 'embed' },
  ])
})

it('in a whole house, a model that fails or never answers holds nothing up', async () => {
  const failing = await house(simulatedWorld(), async () => {
    throw new ModelFailed('network', 'nobody answers')
  })
  const silent = await house(simulatedWorld(), () => new Promise(() => {}))
  for (const { data, types } of [failing, silent]) {
    expect(data.map(({ agent }) => agent)).toEqual(['cheap', 'cheap'])
    expect(types.filter((type) => type === 'weighing.missed')).toHaveLength(1)
  }
  expect(failing.waited).toBeLessThan(100)
  expect(silent.waited).toBeGreaterThan(1900)
  expect(silent.waited).toBeLessThan(2100)
})

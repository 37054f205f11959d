import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Fastify from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { type Health, houseHealth } from '../../src/api/house/health.ts'
import type { Caller } from '../../src/api/method.ts'
import { perform } from '../../src/api/perform.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import type { House } from '../../src/core/ports/house.ts'
import { StoreFailed } from '../../src/core/ports.ts'
import { wish } from '../../src/core/wishes.ts'
import type { HttpAt } from '../../src/doors/http/at.ts'
import { healthRoutes } from '../../src/doors/http/health.ts'
import { createHouse } from '../../src/engine/open.ts'
import type { HouseParts } from '../../src/engine/parts.ts'
import { modelPlace } from '../../src/models/index.ts'
import { realClock } from '../../src/presets/clock.ts'
import { openHouse } from '../../src/presets/local.ts'
import { simulatedParts, simulatedWorld } from '../../src/presets/simulated.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { folder, paperHouse } from '../cli/testing.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const reader: Caller = { name: 'ann', folder: '/', may: new Set(['read']) }

async function healthOf(house: House): Promise<Health> {
  const done = await perform(houseHealth, house, reader, {})
  if (!done.ok) throw new Error(done.refusal.why)
  return done.result as Health
}

async function ask(house: House, caller?: Caller) {
  const app = Fastify()
  const at: HttpAt = {
    house,
    methods: [],
    clock: realClock,
    version: '1.2.3',
    callerOf: () => caller,
    onLeave: () => {},
  }
  await healthRoutes(app as never, at)
  const answer = await app.inject('/health')
  return { status: answer.statusCode, body: answer.json() as Health, text: answer.body }
}

/** A house of the real engine on the real clock, on parts of which each may be another. */
async function built(over: Partial<HouseParts> = {}) {
  const world = simulatedWorld()
  const parts = simulatedParts(world, { over: { clock: realClock, store: new MemoryStore() } })
  const { later: _, ...rest } = parts
  const house = await createHouse({ ...rest, flush: async () => undefined, ...over })
  ends.push(() => house.close('stop'))
  return house
}

function home(): string {
  const made = mkdtempSync(join(tmpdir(), 'baton-health-'))
  ends.push(() => rmSync(made, { recursive: true, force: true }))
  return made
}

async function modelServer(answer: Parameters<typeof createServer>[1]): Promise<{ base: string; server: Server }> {
  const server = createServer(answer as never)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, server }
}

it('is well on a real home, and tells its model server only to whoever has a key', async () => {
  const made = home()
  const house = await openHouse({ home: made, mode: 'work' })
  ends.push(() => house.close('stop'))
  const told = await ask(house, reader)
  expect(told.status).toBe(200)
  expect(told.body).toMatchObject({
    ok: true,
    home: made,
    head: house.state.seq,
    checks: { store: { ok: true }, disk: { ok: true }, flush: { ok: true, pending: 0 }, agents: { ok: true } },
    config: { ORCH_PORT: null, ORCH_MODEL: expect.any(String), OPENAI_API_BASE: expect.stringContaining('http') },
  })
  expect(told.body.checks.flush.ms).toBeGreaterThan(0)
  const { status, body, text } = await ask(house)
  expect([status, body]).toEqual([
    200,
    {
      ok: true,
      version: '1.2.3',
      checks: { store: true, disk: true, flush: true, agents: true, model: told.body.checks.model.ok },
    },
  ])
  expect(text).not.toMatch(/\/|\d{4}|baton-health/)
  expect(readdirSync(made)).not.toContain('flush.probe')
})

it.each([
  ['bound to one attempt', { ...reader, attempt: 'i/T1/1' }],
  ['that may not read', { ...reader, may: new Set(['run'] as const) }],
])('tells no more with a key %s than without one', async (_, caller) => {
  const { body } = await ask(paperHouse(), caller)
  expect(body).toEqual((await ask(paperHouse())).body)
})

it('is not well on a home that may only be read, and says why', async () => {
  const made = home()
  writeFileSync(join(made, 'format'), '999\n')
  const house = await openHouse({ home: made, mode: 'work' })
  ends.push(() => house.close('stop'))
  const { status, body } = await ask(house, reader)
  expect(status).toBe(503)
  expect(body.checks.store).toEqual({ ok: false, why: house.readOnly })
  expect(body.checks.flush).toMatchObject({ ok: true, why: 'Nothing is written here.' })
  expect((await ask(house)).body).toMatchObject({ ok: false, checks: { store: false, disk: true } })
})

it('is not well while the disk is full, says so, and is well again when there is room', async () => {
  const store = new MemoryStore()
  const append = store.append.bind(store)
  let full = false
  store.append = async (rows, after) => {
    if (full) throw new StoreFailed('full', 'There is no room on the disk.')
    return append(rows, after)
  }
  const house = await built({ store, disk: () => (full ? { free: 3e6, of: 1e11 } : { free: 5e10, of: 1e11 }) })
  expect((await healthOf(house)).ok).toBe(true)
  full = true
  const waits = house.submit(wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }))
  await expect.poll(() => house.readOnly).toBeDefined()
  const ill = await healthOf(house)
  expect(ill).toMatchObject({ ok: false, checks: { flush: { pending: expect.any(Number) } } })
  expect(ill.checks.store.why).toContain('There is no room on the disk.')
  expect(ill.checks.disk).toMatchObject({ ok: false, why: expect.stringContaining('Only 3 MB (0 %)') })
  full = false
  await waits
  expect(await healthOf(house)).toMatchObject({ ok: true, checks: { store: { ok: true, why: '' } } })
})

it.each([
  ['nearly no bytes', { free: 9e8, of: 1e10 }, false],
  ['a small share', { free: 4e10, of: 1e12 }, false],
  ['enough of both', { free: 6e10, of: 1e12 }, true],
])('looks at the disk: %s are free', async (_, disk, ok) => {
  expect((await healthOf(await built({ disk: () => disk }))).checks.disk.ok).toBe(ok)
})

it('is not well on a disk that cannot be asked', async () => {
  const house = await built({
    hands: false,
    disk: () => {
      throw new Error('EIO')
    },
  })
  expect(await healthOf(house)).toMatchObject({ ok: false, checks: { disk: { ok: false } } })
})

it('answers in good time when everything hangs, and starts nothing twice', async () => {
  const never = () => new Promise<never>(() => undefined)
  const started = { store: 0, flush: 0, model: 0, isolation: 0 }
  const store = new MemoryStore()
  const hung = (what: keyof typeof started) => () => {
    started[what] += 1
    return never()
  }
  const world = simulatedWorld()
  const { machine } = simulatedParts(world)
  const house = await built({
    store,
    flush: hung('flush'),
    model: { address: 'http://x', named: '', ask: hung('model') },
    machine: { ...machine, probe: hung('isolation') },
    hands: false,
  })
  const agents = [
    { name: 'a', executor: 'model', argv: [], env: {}, network: 'none', seats: 2, roles: [], timeoutMs: 1 },
  ] as const
  for (const asked of [
    wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }),
    wish('workspace.isolate', 'ann', { path: folder, isolation: 'basic', clones: 'shared', why: 'test' }),
    wish('workspace.trust', 'ann', { path: folder, digest: 'd', policy: { ...noPolicy, agents } }),
  ])
    expect(await house.submit(asked)).toMatchObject({ ok: true })
  store.head = hung('store')
  const began = performance.now()
  const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => ask(house)))
  expect(performance.now() - began).toBeLessThan(1500)
  expect(first).toMatchObject({
    status: 503,
    body: { checks: { store: false, disk: true, flush: true, model: false } },
  })
  expect(others.every(({ text }) => text === first?.text)).toBe(true)
  const all = await healthOf(house)
  expect(all.checks.store.why).toContain('no answer came within')
  expect(all.checks.agents).toMatchObject({
    ok: true,
    why: expect.stringContaining('still being tried'),
    agents: [{ seats: 2 }],
  })
  expect(all.checks.model).toMatchObject({ ok: false, needed: true })
  expect(started).toEqual({ store: 1, flush: 0, model: 1, isolation: 1 })
})

it('is not well when flushing an idle disk takes too long, or fails', async () => {
  const slow = await built({ hands: false, flush: () => new Promise((go) => setTimeout(go, 1050)) })
  expect((await healthOf(slow)).checks.flush).toMatchObject({ ok: false, why: expect.stringContaining('too slow') })
  const broken = await built({ hands: false, flush: async () => Promise.reject(new Error('EIO: the medium')) })
  expect((await healthOf(broken)).checks.flush).toMatchObject({
    ok: false,
    why: expect.stringContaining('EIO: the medium'),
  })
})

it('is not well when commits take too long', async () => {
  const store = new MemoryStore()
  const append = store.append.bind(store)
  store.append = async (rows, after) => {
    await new Promise((go) => setTimeout(go, 1100))
    return append(rows, after)
  }
  const house = await built({ store, hands: false })
  const first = house.submit(wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }))
  await expect.poll(() => house.vitals().commits.underWayMs ?? 0, { timeout: 5000 }).toBeGreaterThan(1000)
  expect((await healthOf(house)).checks.flush).toMatchObject({ ok: false, pending: 1 })
  await first
  expect((await healthOf(house)).checks.flush).toMatchObject({
    ok: false,
    why: expect.stringContaining('A commit takes 1'),
  })
})

it('says which isolation does not hold where agents need it', async () => {
  const { machine } = simulatedParts(simulatedWorld())
  const probe = async () => [
    { level: 'basic' as const, works: false, tried: [{ what: 'read your home', held: false, detail: '' }] },
  ]
  const house = await built({ machine: { ...machine, probe }, hands: false })
  expect((await healthOf(house)).checks.agents).toMatchObject({ ok: true, why: 'No agent is configured.' })
  const agents = [
    { name: 'a', executor: 'shell', argv: ['x'], env: {}, network: 'none', seats: 1, roles: [], timeoutMs: 1 },
  ] as const
  await house.submit(wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }))
  await house.submit(wish('workspace.trust', 'ann', { path: folder, digest: 'd', policy: { ...noPolicy, agents } }))
  expect((await healthOf(house)).checks.agents).toMatchObject({ ok: true, why: expect.stringContaining('not chosen') })
  await house.submit(wish('workspace.isolate', 'ann', { path: folder, isolation: 'basic', clones: 'shared', why: '' }))
  expect(await healthOf(house)).toMatchObject({
    ok: false,
    checks: { agents: { ok: false, why: expect.stringContaining('read your home') } },
  })
})

it.each([
  ['strict', false],
  ['basic', true],
] as const)('goes by the isolation that was chosen: %s where strict does not hold', async (isolation, ok) => {
  const { machine } = simulatedParts(simulatedWorld())
  const probe = async () => [
    { level: 'strict' as const, works: false, tried: [{ what: 'mount', held: false, detail: '' }] },
    { level: 'basic' as const, works: true, tried: [] },
  ]
  const house = await built({ machine: { ...machine, probe }, hands: false })
  const agents = [
    { name: 'a', executor: 'shell', argv: ['x'], env: {}, network: 'none', seats: 1, roles: [], timeoutMs: 1 },
  ] as const
  await house.submit(wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }))
  await house.submit(wish('workspace.isolate', 'ann', { path: folder, isolation, clones: 'shared', why: '' }))
  await house.submit(wish('workspace.trust', 'ann', { path: folder, digest: 'd', policy: { ...noPolicy, agents } }))
  const { agents: check } = (await healthOf(house)).checks
  expect(check.ok).toBe(ok)
  if (!ok) expect(check.why).toContain('isolation strict did not hold: mount')
})

it('is well without a model server as long as no agent needs one, and asks a real one once', async () => {
  let asked = 0
  const { base, server } = await modelServer((_: unknown, answer: { end(text: string): void }) => {
    asked += 1
    answer.end('{"data":[]}')
  })
  const house = await built({ model: modelPlace({ env: { OPENAI_API_BASE: base, ORCH_MODEL: 'qwen' } }) })
  const first = await Promise.all([healthOf(house), healthOf(house), healthOf(house)])
  expect(first[0]).toMatchObject({
    ok: true,
    checks: { model: { ok: true, why: '', needed: false } },
    config: { ORCH_MODEL: 'qwen', OPENAI_API_BASE: base },
  })
  server.closeAllConnections()
  server.close()
  expect((await healthOf(house)).checks.model.ok).toBe(true)
  expect(asked).toBe(1)
  const without = await built({ model: modelPlace({ env: { OPENAI_API_BASE: base } }) })
  const told = await healthOf(without)
  expect(told).toMatchObject({
    ok: true,
    checks: { model: { ok: false, why: expect.stringMatching(/cannot be reached.*No agent needs it\.$/) } },
  })
  expect((await ask(without)).body.checks.model).toBe(false)
})

it('gives the port that it is served at, and no login of a model server', async () => {
  const house = paperHouse()
  const odd: House = {
    ...house,
    serving: {
      urls: ['http://127.0.0.1:4100'],
      since: 0,
      invite: () => ({ url: '', until: 0 }),
      admit: () => '',
      dismiss: () => undefined,
    },
  }
  expect((await healthOf(odd)).config.ORCH_PORT).toBe(4100)
  const { address } = modelPlace({ env: { OPENAI_API_BASE: 'http://ada:sk-secret@127.0.0.1/v1' } })
  expect(address).toBe('')
})

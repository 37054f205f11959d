import fc from 'fast-check'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect, it } from 'vitest'
import type { Caller } from '../../src/api/method.ts'
import { wish } from '../../src/core/wishes.ts'
import type { HttpAt } from '../../src/doors/http/at.ts'
import { metricsRoutes, scraper } from '../../src/doors/http/metrics.ts'
import { Tally, tallyOf, timeRequests } from '../../src/doors/http/tally.ts'
import type { Part } from '../../src/executors/scripted.ts'
import { realClock } from '../../src/presets/clock.ts'
import { writesItsName } from '../../src/presets/simulated.ts'
import { busyHouse, folder, hostile, paperHouse, spec } from '../cli/testing.ts'
import { stage } from './health.stage.ts'

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (NaN|Nan|[+-]?Inf|-?[0-9.e+-]+)$/

/** Read as Prometheus does: whatever is not a comment must be a sample, of a metric that was named before. */
function read(text: string): readonly Sample[] {
  const kinds = new Map<string, string>()
  const samples: Sample[] = []
  for (const one of text.split('\n')) {
    const named = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(one)
    if (named !== null) {
      expect(kinds.has(named[1] ?? '')).toBe(false)
      kinds.set(named[1] ?? '', named[2] ?? '')
    }
    if (one === '' || one.startsWith('# ')) continue
    const found = line.exec(one)
    expect(found, one).not.toBeNull()
    const [, name = '', labels = '', value = ''] = found ?? []
    const base = kinds.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '')
    expect(kinds.has(base), one).toBe(true)
    const pairs = [...labels.matchAll(/([a-z_]+)="((?:[^"\\\n]|\\.)*)"/g)].map(([, key, said]) => [key, said] as const)
    expect(pairs.map(([key, said]) => `${key}="${said}"`).join(',')).toBe(labels)
    samples.push({ name, labels: Object.fromEntries(pairs), value: Number(value.replace('Inf', 'Infinity')) })
  }
  return samples
}

function valueIn(samples: readonly Sample[], name: string, labels: Readonly<Record<string, string>> = {}): number {
  const found = samples.filter(
    (one) => one.name === name && Object.entries(labels).every(([key, said]) => one.labels[key] === said),
  )
  expect(found, name).toHaveLength(1)
  return found[0]?.value ?? Number.NaN
}

const reader: Caller = { name: 'ann', folder: '/', may: new Set(['read']) }

async function served(house: HttpAt['house'], caller: Caller | undefined = reader): Promise<FastifyInstance> {
  const app = Fastify()
  timeRequests(app)
  const at: HttpAt = {
    house,
    methods: [],
    clock: realClock,
    version: '1',
    callerOf: () => caller,
    onLeave: () => undefined,
  }
  app.get('/api/:noun/:verb', async ({ query }) => {
    if (Object.hasOwn(query as object, 'fails')) throw new Error('no')
    return 'yes'
  })
  app.get('/events', async () => 'a stream')
  await app.register(async (inner) => metricsRoutes({ dropped: () => 7 })(inner, at))
  return app
}

it('tells what the house does, in lines that Prometheus reads', async () => {
  const app = await served(busyHouse(hostile))
  const answer = await app.inject('/metrics')
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  const samples = read(answer.body)
  expect(valueIn(samples, 'baton_steps', { status: 'running' })).toBe(1)
  expect(valueIn(samples, 'baton_steps', { status: 'waiting' })).toBe(2)
  expect(valueIn(samples, 'baton_steps', { status: 'done' })).toBe(0)
  expect(valueIn(samples, 'baton_items', { status: 'active' })).toBe(1)
  expect(valueIn(samples, 'baton_items', { status: 'closed' })).toBe(0)
  expect(valueIn(samples, 'baton_agents_running')).toBe(1)
  expect(valueIn(samples, 'baton_agents_desired')).toBe(4)
  expect(valueIn(samples, 'baton_agent_seats_busy')).toBe(1)
  expect(valueIn(samples, 'baton_workspaces')).toBe(1)
  expect(valueIn(samples, 'baton_journal_writable')).toBe(1)
  expect(valueIn(samples, 'baton_journal_head')).toBeGreaterThan(4)
  expect(valueIn(samples, 'baton_disk_free_bytes')).toBe(1e12)
  expect(valueIn(samples, 'baton_log_lines_dropped_total')).toBe(7)
  expect(valueIn(samples, 'baton_streams_open', { kind: 'events' })).toBe(0)
  expect(valueIn(samples, 'baton_process_resident_memory_bytes')).toBeGreaterThan(1e6)
  expect(samples.some(({ name }) => name === 'baton_nodejs_eventloop_lag_p99_seconds')).toBe(true)
  expect(samples.every(({ name }) => name.startsWith('baton_'))).toBe(true)
  expect(answer.body).not.toMatch(/repository|001-photo|T001|owned/)
})

it('counts items by what their run does, and questions until they are answered', async () => {
  const { house, run, ask } = await stage([{ ...spec('A', 1), gate: 'a look' }, spec('B', 2)])
  const scrape = scraper(house, new Tally())
  await run()
  const samples = read(await scrape())
  expect(valueIn(samples, 'baton_items', { status: 'active' })).toBe(1)
  expect(valueIn(samples, 'baton_gates_open', { kind: 'approval' })).toBe(1)
  expect(valueIn(samples, 'baton_gates_open', { kind: 'conflict' })).toBe(0)
  await ask('run.pause', { item: 'i', why: 'enough' })
  expect(valueIn(read(await scrape()), 'baton_items', { status: 'paused' })).toBe(1)
  const [gate = ''] = house.state.gates.keys()
  await ask('gate.answer', { gate, answer: 'approve', reasons: [] })
  expect(valueIn(read(await scrape()), 'baton_gates_open', { kind: 'approval' })).toBe(0)
})

it('tells how long commits took and how attempts ended, from the house that made them', async () => {
  const part: Part = (assignment, number) =>
    number === 1 ? [{ do: 'fail', reason: 'network' }] : writesItsName(assignment, number)
  const { world, house, run } = await stage([spec('A', 1)], { part })
  await run()
  await world.clock.pass(120_000)
  const scrape = scraper(house, new Tally())
  await scrape()
  const samples = read(await scrape())
  const count = valueIn(samples, 'baton_journal_commit_seconds_count')
  expect(count).toBeGreaterThan(5)
  expect(valueIn(samples, 'baton_journal_commit_seconds_bucket', { le: '+Inf' })).toBe(count)
  expect(valueIn(samples, 'baton_journal_entries_written_total')).toBe(house.state.seq)
  expect(valueIn(samples, 'baton_journal_head')).toBe(house.state.seq)
  const buckets = samples.filter(({ name }) => name === 'baton_journal_commit_seconds_bucket').map(({ value }) => value)
  expect(buckets).toEqual([...buckets].sort((a, b) => a - b))
  expect(valueIn(samples, 'baton_attempts_ended_total', { outcome: 'network' })).toBe(1)
  expect(valueIn(samples, 'baton_attempts_ended_total', { outcome: 'succeeded' })).toBe(1)
})

it('times requests by the route that answered, and streams not at all', async () => {
  const app = await served(paperHouse())
  await app.inject('/api/step/why?step=001/T1')
  await app.inject('/api/gate/answer')
  await app.inject('/api/gate/answer?fails=1')
  await app.inject('/nowhere/at/all')
  await app.inject('/events')
  const samples = read((await app.inject('/metrics')).body)
  const count = (route: string, status: string) =>
    valueIn(samples, 'baton_http_request_seconds_count', { route, status, method: 'GET' })
  expect(count('/api/:noun/:verb', '2xx')).toBe(2)
  expect(count('/api/:noun/:verb', '5xx')).toBe(1)
  expect(count('none', '4xx')).toBe(1)
  expect(samples.some(({ labels }) => labels.route === '/events')).toBe(false)
})

it('makes no new line for anything that a stranger asks', async () => {
  const app = await served(paperHouse())
  const kinds = async (): Promise<ReadonlySet<string>> => {
    const samples = read((await app.inject('/metrics')).body)
    const own = samples.filter(({ name }) => name.startsWith('baton_http'))
    return new Set(own.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`))
  }
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)
    await app.inject({ method, url: '/x' })
  for (const url of ['/api/a/b', '/api/a/b?fails', '/%', '/metrics']) await app.inject(url)
  const before = await kinds()
  await fc.assert(
    fc.asyncProperty(
      fc.webPath(),
      fc.webQueryParameters(),
      fc.constantFrom('GET', 'POST', 'PATCH'),
      async (path, query, method) => {
        for (const url of [`/api/${path.slice(1)}`, `${path}?${query}`, `/api/step/${encodeURIComponent(path)}`])
          await app.inject({ method: method as 'GET', url: url.startsWith('/') ? url : '/' })
      },
    ),
    { numRuns: 100 },
  )
  const after = await kinds()
  expect([...after].filter((one) => !before.has(one))).toEqual([])
  const tally = new Tally()
  for (const method of ['PROPFIND', 'x'.repeat(100), 'constructor'])
    tally.took({ route: undefined, method, status: 999 }, 1)
  const odd = read(await tally.registry.metrics()).filter(({ name }) => name.endsWith('seconds_count'))
  expect(odd.map(({ labels }) => labels)).toEqual([{ route: 'none', method: 'other', status: '5xx' }])
})

it('counts streams that open and end, and readers that were cut', async () => {
  const app = await served(paperHouse())
  const tally = tallyOf(app)
  const ends = [tally.opened('events'), tally.opened('events'), tally.opened('rpc')]
  tally.cut('events')
  ends[0]?.()
  ends[0]?.()
  const samples = read((await app.inject('/metrics')).body)
  expect(valueIn(samples, 'baton_streams_open', { kind: 'events' })).toBe(1)
  expect(valueIn(samples, 'baton_streams_open', { kind: 'rpc' })).toBe(1)
  expect(valueIn(samples, 'baton_readers_cut_total', { kind: 'events' })).toBe(1)
  expect(valueIn(samples, 'baton_readers_cut_total', { kind: 'mcp' })).toBe(0)
})

it.each([
  ['without a key', undefined],
  ['with a key that may not read', { ...reader, may: new Set(['run'] as const) }],
  ['with a key for one attempt', { ...reader, attempt: 'i/T1/1' }],
])('tells nothing %s', async (_, caller) => {
  const app = Fastify()
  const at = {
    house: paperHouse(),
    methods: [],
    clock: realClock,
    version: '1',
    callerOf: () => caller,
    onLeave: () => undefined,
  }
  await metricsRoutes()(app as never, at as HttpAt)
  const answer = await app.inject('/metrics')
  expect(answer.statusCode).not.toBe(200)
  expect(answer.body).not.toContain('baton_')
})

it('takes a few milliseconds with ten thousand steps', async () => {
  const house = paperHouse()
  house.say(wish('workspace.open', 'ann', { path: folder, baseBranch: 'main' }))
  for (let one = 0; one < 10; one += 1) {
    const steps = Array.from({ length: 1000 }, (_, at) => spec(`T${String(at).padStart(4, '0')}`, at + 1))
    const rest = {
      title: 'I',
      brief: '',
      priority: 1,
      policy: 'graph',
      workflow: 'direct',
      openChecklists: [],
    } as const
    const plan = {
      workspace: folder,
      source: `p${one}`,
      format: 'f',
      tickFile: '',
      base: 'b',
      tip: 'b',
      item: { id: `i${one}`, ...rest, steps },
    }
    expect(house.say(wish('plan.import', 'ann', plan))).toMatchObject({ ok: true })
  }
  const scrape = scraper(house, new Tally())
  const samples = read(await scrape())
  const all = samples.filter(({ name }) => name === 'baton_steps').reduce((sum, { value }) => sum + value, 0)
  expect(all).toBe(10_000)
  const times: number[] = []
  for (let one = 0; one < 21; one += 1) {
    const began = performance.now()
    await scrape()
    times.push(performance.now() - began)
  }
  times.sort((a, b) => a - b)
  expect(times[10]).toBeLessThan(50)
})

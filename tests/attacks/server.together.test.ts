// Many at once on one home: two servers, a server that is killed under its clients, one that is ended, and five hundred clients.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Listener, listenBySocket, listenBySse } from './listening.ts'
import { Grounds, memoryOf, plan, type Served } from './served.ts'
import { type Answer, ask, bearing, json } from './wire.ts'

const grounds = new Grounds()
let served: Served

const post = (method: string, params: unknown = {}): Promise<Answer> =>
  ask(served.port, 'POST', `/api/${method}`, {
    headers: { ...json, ...bearing(grounds.token) },
    body: JSON.stringify(params),
  })
const head = async (): Promise<number> => JSON.parse((await post('state/read')).text).seq
const raise = (notes: string): Promise<Answer> => post('blocker/raise', { on: 'wf', notes })
const upTo = (last: number): number[] => Array.from({ length: last }, (_, n) => n + 1)

/** What the record holds of them, in order. */
async function raised(mark: string): Promise<string[]> {
  const notes: string[] = []
  for (let after = 0; ; ) {
    const { entries } = JSON.parse((await post('journal/read', { after, limit: 1000 })).text) as {
      entries: { seq: number; type: string; data: { notes?: string } }[]
    }
    for (const { type, data } of entries)
      if (type === 'blocker.raised' && data.notes?.startsWith(mark)) notes.push(data.notes)
    const last = entries.at(-1)
    if (last === undefined) return notes
    after = last.seq
  }
}

beforeAll(async () => {
  const repo = grounds.repository('repo', { 'wf.yaml': plan('Bake a cake') })
  await grounds.ready(repo)
  served = await grounds.serve()
  expect((await post('plan/import', { plan: 'wf.yaml', workspace: repo })).status).toBe(200)
}, 60_000)
afterAll(() => grounds.remove())

describe('two servers of one home', () => {
  it('of those that start at once, one serves and the others find it', async () => {
    for (let round = 0; round < 20; round += 1) {
      const other = new Grounds()
      try {
        const both = await Promise.all([other.serve(), other.serve()])
        const first = both.filter(({ already }) => !already)
        const second = both.filter(({ already }) => already)
        expect([first.length, second.length]).toEqual([1, 1])
        expect(second[0]?.url).toBe(first[0]?.url)
        expect(await second[0]?.ended).toEqual({ code: 0, signal: null })
        const { status } = await ask(first[0]?.port ?? 0, 'GET', '/api/status/list', { headers: bearing(other.token) })
        expect(status).toBe(200)
      } finally {
        other.remove()
      }
    }
  }, 120_000)
})

describe('a server that is killed under its clients', () => {
  it('comes back with every wish that it had answered, once, and nobody misses an entry or is told one twice', async () => {
    const { port } = served
    const listeners: Listener[] = upTo(14).map((n) => (n <= 7 ? listenBySse : listenBySocket)(port, grounds.token))
    const acknowledged: string[] = []
    const asked: string[] = []
    let going = true
    const writers = upTo(6).map(async (writer) => {
      for (let n = 0; going; n += 1) {
        const notes = `kill ${writer}-${n}`
        asked.push(notes)
        const answer = await raise(notes).catch(() => undefined)
        if (answer?.status === 200) acknowledged.push(notes)
        else await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    for (const many of [60, 120, 180]) {
      await expect.poll(() => acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(many)
      served.kill('SIGKILL')
      expect((await served.ended).signal).toBe('SIGKILL')
      served = await grounds.serve(['--port', String(port)])
      expect(served.already).toBe(false)
    }
    going = false
    await Promise.all(writers)
    await raise('last')
    const last = await head()
    for (const { seen } of listeners) await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe(last)
    for (const { seen, kinds, leave } of listeners) {
      leave()
      expect(seen).toEqual(upTo(last))
      expect(kinds.filter((kind) => kind === 'reload' || kind === 'cut')).toEqual([])
    }
    const recorded = await raised('kill')
    expect(new Set(recorded).size).toBe(recorded.length)
    expect(acknowledged.filter((notes) => !recorded.includes(notes))).toEqual([])
    expect(recorded.filter((notes) => !asked.includes(notes))).toEqual([])
    expect(JSON.parse((await post('audit/verify')).text).whole).toBe(true)
  }, 120_000)
})

describe('five hundred clients at once', () => {
  it('are all answered, none of them late, and hold little', async () => {
    const before = memoryOf(served.pid)
    const listeners = upTo(250).map((n) =>
      (n % 2 === 0 ? listenBySse : listenBySocket)(served.port, grounds.token, n % 100),
    )
    const waits: number[] = []
    const look = async (): Promise<void> => {
      for (const path of ['/api/status/list', '/api/journal/read?limit=5', '/health']) {
        const began = performance.now()
        const { status } = await ask(served.port, 'GET', path, { headers: bearing(grounds.token) })
        expect(status).toBe(200)
        waits.push(performance.now() - began)
      }
    }
    const writing = upTo(20).map((n) => raise(`many ${n}`))
    await Promise.all(upTo(230).map(look))
    for (const answer of await Promise.all(writing)) expect(answer.status).toBe(200)
    const last = await head()
    for (const { seen } of listeners) await expect.poll(() => seen.at(-1), { timeout: 20_000 }).toBe(last)
    for (const [at, { seen, leave }] of listeners.entries()) {
      leave()
      expect(seen).toEqual(upTo(last).slice((at + 1) % 100))
    }
    expect(waits.length).toBe(690)
    expect(Math.max(...waits)).toBeLessThan(10_000)
    expect(memoryOf(served.pid) - before).toBeLessThan(300_000)
  }, 60_000)
})

describe('a server that is ended', () => {
  it('answers what is under way, says goodbye to its readers, and ends well', async () => {
    const listeners = upTo(10).map((n) => (n <= 5 ? listenBySse : listenBySocket)(served.port, grounds.token))
    for (const { seen } of listeners) await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThan(0)
    const under = upTo(20).map((n) =>
      raise(`end ${n}`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    await Promise.race(under)
    const began = performance.now()
    served.kill('SIGINT')
    const statuses = await Promise.all(under)
    expect(await served.ended).toEqual({ code: 0, signal: null })
    expect(performance.now() - began).toBeLessThan(12_000)
    for (const { kinds, leave } of listeners) {
      leave()
      expect(kinds).toContain('bye')
    }
    served = await grounds.serve()
    const recorded = await raised('end')
    expect(recorded.length).toBeGreaterThanOrEqual(statuses.filter((status) => status === 200).length)
    expect(new Set(recorded).size).toBe(recorded.length)
    expect(statuses.filter((status) => ![200, 0, 503].includes(status))).toEqual([])
    expect(statuses).toContain(200)
  }, 60_000)
})

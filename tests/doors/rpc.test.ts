// JSON-RPC over a WebSocket: the specification's examples, streams, the event feed, and what strangers send.
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { methods } from '../../src/api/index.ts'
import { type AnyMethod, reads, series } from '../../src/api/method.ts'
import { growingHouse, owner, type Stage, type StageOptions, stage, until } from './feed.stage.ts'

const stages: Stage[] = []
const peers: WebSocket[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.terminate()
  for (const one of stages.splice(0)) await one.close()
})

type Said = { id?: unknown; result?: unknown; error?: { code: number; data?: { kind: string } }; method?: string } & {
  params?: Record<string, unknown>
}

let release: (() => void)[] = []
const subtract = reads({
  name: 'paper/subtract',
  needs: 'read',
  caption: 'x',
  params: z.strictObject({ minuend: z.number(), subtrahend: z.number() }),
  read: async (_house, { minuend, subtrahend }) => minuend - subtrahend,
})
const slowly = reads({
  name: 'paper/slowly',
  needs: 'read',
  caption: 'x',
  params: z.strictObject({}),
  read: () => new Promise<string>((resolve) => release.push(() => resolve('done'))),
})
const numbers = series({
  name: 'paper/numbers',
  needs: 'read',
  caption: 'x',
  params: z.strictObject({ to: z.number(), fail: z.boolean().default(false) }),
  series: async function* (_house, { to, fail }) {
    for (let n = 1; n <= to; n += 1) yield n
    if (fail) throw new Error('it broke')
  },
})
const large = reads({
  name: 'paper/large',
  needs: 'read',
  caption: 'x',
  params: z.strictObject({}),
  read: async () => 'y'.repeat(200_000),
})
const given = [...methods, subtract, slowly, numbers, large] as unknown as readonly AnyMethod[]

async function open(options: StageOptions = {}, house = growingHouse()): Promise<{ on: Stage; house: typeof house }> {
  const on = await stage(house, { methods: given, ...options })
  stages.push(on)
  return { on, house }
}

interface Peer {
  readonly socket: WebSocket
  readonly said: Said[]
  send(value: unknown): void
  ask(value: unknown): Promise<Said>
  of(method: string): readonly Said[]
}

async function dial(on: Stage): Promise<Peer> {
  const socket = new WebSocket(`ws://127.0.0.1:${on.port}/rpc`)
  peers.push(socket)
  const said: Said[] = []
  socket.on('message', (bytes) => said.push(JSON.parse(String(bytes)) as Said))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const send = (value: unknown): void => socket.send(typeof value === 'string' ? value : JSON.stringify(value))
  return {
    socket,
    said,
    send,
    ask: async (value) => {
      const before = said.length
      send(value)
      await until(() => said.length > before)
      return said[before] as Said
    },
    of: (method) => said.filter((one) => one.method === method),
  }
}

const call = (id: unknown, method: string, params: unknown = {}) => ({ jsonrpc: '2.0', id, method, params })
const take = (minuend: number, subtrahend: number) => ({ minuend, subtrahend })

it('answers the examples of the specification', async () => {
  const peer = await dial((await open()).on)
  expect(await peer.ask(call(3, 'paper/subtract', { subtrahend: 23, minuend: 42 }))).toEqual({
    jsonrpc: '2.0',
    result: 19,
    id: 3,
  })
  expect(await peer.ask(call(1, 'paper/subtract', [42, 23]))).toMatchObject({ id: 1, error: { code: -32602 } })
  expect(await peer.ask(call('1', 'foobar'))).toMatchObject({ id: '1', error: { code: -32601 } })
  expect(await peer.ask('{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]')).toMatchObject({
    id: null,
    error: { code: -32700 },
  })
  expect(await peer.ask('{"jsonrpc": "2.0", "method": 1, "params": "bar"}')).toMatchObject({ error: { code: -32600 } })
  expect(await peer.ask('[{"jsonrpc": "2.0", "method": "sum"')).toMatchObject({ id: null, error: { code: -32700 } })
  expect(await peer.ask('[]')).toMatchObject({ id: null, error: { code: -32600 } })
  expect(await peer.ask('[1,2,3]')).toMatchObject(new Array(3).fill({ id: null, error: { code: -32600 } }))
  const batch = await peer.ask([
    call('1', 'paper/subtract', take(42, 23)),
    { jsonrpc: '2.0', method: 'paper/subtract', params: take(1, 1) },
    { foo: 'boo' },
    call('5', 'foo/get'),
    call('9', 'paper/subtract', take(1, 2)),
  ])
  expect(batch).toMatchObject([
    { id: '1', result: 19 },
    { id: null, error: { code: -32600 } },
    { id: '5', error: { code: -32601 } },
    { id: '9', result: -1 },
  ])
  const before = peer.said.length
  peer.send({ jsonrpc: '2.0', method: 'paper/subtract', params: take(1, 1) })
  peer.send({ jsonrpc: '2.0', method: 'foobar' })
  peer.send([{ jsonrpc: '2.0', method: 'foobar' }])
  await peer.ask(call(4, 'paper/subtract', take(2, 1)))
  expect(peer.said.length).toBe(before + 1)
})

it('refuses strange frames, and the connection goes on', async () => {
  const peer = await dial((await open()).on)
  const code = async (send: () => void): Promise<number | undefined> => {
    const before = peer.said.length
    send()
    await until(() => peer.said.length > before)
    return peer.said[before]?.error?.code
  }
  expect(await code(() => peer.socket.send(Buffer.from('{}'), { binary: true }))).toBe(-32600)
  expect(await code(() => peer.socket.send(Buffer.from([0x22, 0xc3, 0x28, 0x22]), { binary: false }))).toBe(-32700)
  expect(await code(() => peer.send(`${'['.repeat(1000)}${']'.repeat(1000)}`))).toBe(-32600)
  expect(await code(() => peer.send('{"jsonrpc":"2.0","id":1,"method":"a","params":{"__proto__":{}}}'))).toBe(-32600)
  expect(await code(() => peer.send(new Array(51).fill(call(1, 'a'))))).toBe(-32600)
  expect(await peer.ask(call(4, 'paper/subtract', take(2, 1)))).toMatchObject({ result: 1 })
  peer.send('x'.repeat(1024 * 1024 + 1))
  await until(() => peer.socket.readyState === WebSocket.CLOSED)
})

it('gives a stream as notices, up to its end or what broke it', async () => {
  const { on, house } = await open()
  const peer = await dial(on)
  expect(await peer.ask(call(1, 'paper/numbers', { to: 5 }))).toMatchObject({ id: 1, result: { subscription: 1 } })
  await until(() => peer.of('stream/end').length === 1)
  expect(peer.of('stream/next').flatMap(({ params }) => params?.values)).toEqual([1, 2, 3, 4, 5])
  expect(peer.of('stream/end')[0]?.params).toEqual({ subscription: 1 })
  await peer.ask(call(2, 'paper/numbers', { to: 2, fail: true }))
  await until(() => peer.of('stream/end').length === 2)
  expect(peer.of('stream/end')[1]?.params).toMatchObject({ subscription: 2, error: { data: { why: 'it broke' } } })
  expect(await peer.ask(call(3, 'paper/numbers', { to: 'x' }))).toMatchObject({ id: 3, error: { code: -32602 } })
  house.grow(3)
  await peer.ask(call(4, 'journal/follow', { after: 1 }))
  const entries = () => peer.of('stream/next').filter(({ params }) => params?.subscription === 4)
  await until(() => entries().length === 1)
  house.grow(1)
  await until(() => entries().flatMap(({ params }) => params?.values).length === 3)
  expect(await peer.ask(call(5, 'stream/cancel', { subscription: 4 }))).toMatchObject({ result: { subscription: 4 } })
  house.grow(5)
  expect(await peer.ask(call(6, 'stream/cancel', { subscription: 4 }))).toMatchObject({ error: { code: -32002 } })
  expect(entries().flatMap(({ params }) => params?.values)).toHaveLength(3)
})

it('tells of events: after a position, one stream, transcripts, reload, and no more once cancelled', async () => {
  const { on, house } = await open({ feed: { pollMs: 10 } })
  house.grow(6, 5, ['a', 'b'])
  house.speak('a/T1/1', 'hello')
  const peer = await dial(on)
  const wish = { after: 2, stream: 'a', transcripts: [{ attempt: 'a/T1/1', from: 0 }] }
  expect(await peer.ask(call(1, 'events/subscribe', wish))).toMatchObject({
    result: { subscription: 1, record: 'paper.test', head: 6 },
  })
  await until(() => peer.of('events/facts').length === 1 && peer.of('events/said').length > 0)
  expect(peer.of('events/facts')[0]?.params).toMatchObject({ subscription: 1, entries: [{ seq: 3 }, { seq: 5 }] })
  expect(peer.of('events/facts')[0]?.params?.id).toMatch(/^6\+\d@paper\.test$/)
  expect(peer.of('events/said')[0]?.params).toMatchObject({ subscription: 1, attempt: 'a/T1/1', next: 1 })
  await peer.ask(call(2, 'events/subscribe', { last: '9@paper.test' }))
  await until(() => peer.of('events/reload').length === 1)
  expect(peer.of('events/reload')[0]?.params).toMatchObject({ subscription: 2, id: '6@paper.test', head: 6 })
  await peer.ask(call(3, 'events/unsubscribe', { subscription: 1 }))
  house.grow(1, 5, ['a'])
  await until(() => peer.of('events/facts').length === 2)
  expect(peer.of('events/facts')[1]?.params).toMatchObject({ subscription: 2, entries: [{ seq: 7 }] })
  expect(await peer.ask(call(4, 'events/subscribe', { nonsense: 1 }))).toMatchObject({ error: { code: -32602 } })
  peer.socket.terminate()
  await until(() => house.followers() === 0 && on.feed.held().outlets === 0)
})

it('answers a batch before what its subscriptions say', async () => {
  const { on, house } = await open()
  house.grow(3)
  const peer = await dial(on)
  peer.send([call(1, 'events/subscribe', { after: 0 }), call(2, 'paper/numbers', { to: 1 })])
  await until(() => peer.said.length >= 4)
  expect(peer.said[0]).toMatchObject([{ id: 1 }, { id: 2 }])
})

it('carries out at most so many calls at once, and lets no more subscriptions in', async () => {
  const { on } = await open({ rpc: { mostCalls: 2, mostSubscriptions: 2 } })
  const peer = await dial(on)
  release = []
  for (const id of [1, 2, 3, 4]) peer.send(call(id, 'paper/slowly'))
  await until(() => release.length === 2)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(release.length).toBe(2)
  for (const go of release.splice(0)) go()
  await until(() => release.length === 2)
  for (const go of release.splice(0)) go()
  await until(() => peer.said.length === 4)
  const ids = [call(5, 'events/subscribe'), call(6, 'events/subscribe'), call(7, 'events/subscribe')]
  peer.send(ids)
  await until(() => peer.said.length === 5)
  const answers = peer.said[4] as unknown as Said[]
  expect(answers.map((one) => one.error?.data?.kind)).toEqual([undefined, undefined, 'busy'])
})

it('does nothing beyond the rights of whoever connected', async () => {
  const reader = { ...owner, may: new Set(['read'] as const) }
  const peer = await dial((await open({ caller: reader })).on)
  expect(await peer.ask(call(1, 'run/pause', { run: 'x' }))).toMatchObject({ error: { code: -32000 } })
  const bound = { ...reader, attempt: 'a/T1/1' }
  const { on, house } = await open({ caller: bound })
  const own = await dial(on)
  expect(await own.ask(call(1, 'events/subscribe'))).toMatchObject({ error: { data: { kind: 'auth' } } })
  const wish = { after: 0, transcripts: [{ attempt: 'a/T1/1', from: 0 }] }
  expect(await own.ask(call(2, 'events/subscribe', wish))).toMatchObject({ result: { subscription: 2 } })
  house.grow(2)
  house.speak('a/T1/1', 'hi')
  await own.ask(call(3, 'paper/subtract', take(1, 1)))
  expect(own.of('events/facts')).toEqual([])
  expect(await own.ask(call(4, 'journal/follow'))).toMatchObject({ error: { data: { kind: 'auth' } } })
  const nobody = await open({ caller: undefined })
  await expect(dial(nobody.on)).rejects.toThrow(/400/)
  expect((await fetch(`${nobody.on.url}/rpc`)).status).toBe(400)
})

it('lets go of a peer that is gone without a word', async () => {
  const { on } = await open({ rpc: { pingMs: 50 } })
  const good = await dial(on)
  // It speaks WebSocket for one moment, and then never answers a ping.
  const mute = connect(on.port, '127.0.0.1')
  mute.write(
    'GET /rpc HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  mute.on('error', () => undefined).resume()
  await new Promise((resolve) => mute.once('close', resolve))
  expect(good.socket.readyState).toBe(WebSocket.OPEN)
})

it('queues nothing for a peer that does not read, and cuts it with the reason', async () => {
  const { on, house } = await open({ feed: { stallMs: 800, graceMs: 30_000 } })
  const good = await dial(on)
  await good.ask(call(1, 'events/subscribe'))
  const slow = await dial(on)
  await slow.ask(call(1, 'events/subscribe'))
  slow.socket.pause()
  let most = 0
  for (let n = 0; n < 400 && on.feed.held().readers > 1; n += 1) {
    house.grow(10, 20_000)
    await until(() => good.of('events/facts').at(-1)?.params?.id === `${house.entries.length}@paper.test`)
    most = Math.max(most, on.feed.held().waiting)
  }
  await until(() => on.feed.held().readers === 1)
  expect(most).toBeLessThan(4 * 70_000)
  const code = new Promise((resolve) => slow.socket.once('close', resolve))
  slow.socket.resume()
  expect(await code).toBe(1013)
  expect(slow.of('events/cut')[0]?.params).toEqual({ subscription: 1, why: 'nothing was read for 0.8 s' })
  expect(good.of('events/cut')).toEqual([])
}, 40_000)

it('makes no answers for a peer that does not read them', async () => {
  const { on } = await open()
  const peer = await dial(on)
  peer.socket.pause()
  for (let n = 0; n < 400; n += 1) peer.send(call(n, 'paper/large'))
  let most = 0
  await until(() => on.feed.held().waiting > 0)
  for (let n = 0; n < 50; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    most = Math.max(most, on.feed.held().waiting)
  }
  // Twice the calls that may be under way, while 80 MB were asked for.
  expect(most).toBeLessThan(130 * 200_100)
  peer.socket.resume()
  await until(() => peer.said.length === 400, 20_000)
}, 40_000)

it('says bye to all when the server closes', async () => {
  const { on } = await open()
  const peer = await dial(on)
  await peer.ask(call(1, 'events/subscribe'))
  on.leave()
  await until(() => peer.socket.readyState === WebSocket.CLOSED)
  expect(peer.of('events/bye')[0]?.params).toEqual({ subscription: 1, why: 'the server closes' })
})

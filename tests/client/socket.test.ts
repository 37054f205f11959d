// Calls over a WebSocket that breaks at any moment: what was sent is never sent again, what was not is sent once.
import { afterEach, expect, it } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { type Line, overSocket, type SocketOptions } from '../../src/client/socket.ts'
import { type Refusal, Refused, refuse } from '../../src/core/refusals.ts'
import { Peer, reachOf, swift } from './peer.ts'

type Fields = Readonly<Record<string, unknown>>

/** A line in this process, whose other side is the test. */
class Wire implements Line {
  readonly sent: Fields[] = []
  readonly #heard: Record<string, (event: unknown) => void> = {}
  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.#heard[type] = listener
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Fields)
  }
  close(): void {
    this.happen('close')
  }
  happen(type: string, event: unknown = {}): void {
    this.#heard[type]?.(event)
  }
  say(value: unknown): void {
    this.happen('message', { data: JSON.stringify(value) })
  }
}

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

function socketOf(options: SocketOptions = {}) {
  const wires: Wire[] = []
  const pace = swift()
  const dial = (): Line => {
    const wire = new Wire()
    wires.push(wire)
    return wire
  }
  const transport = overSocket(reachOf(new Peer(), pace), { dial, patienceMs: 11_000, answerMs: 70_000, ...options })
  opened.push(transport)
  return { transport, wires, pace, wire: () => wires.at(-1) as Wire }
}

async function refusal(of: Promise<unknown>): Promise<Refusal> {
  try {
    await of
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
  throw new Error('It was not refused.')
}

const soon = () => new Promise((resolve) => setImmediate(resolve))
const unknown = /it is not known whether it was done/

it('pairs answers with calls, in whatever order and in batches', async () => {
  const { transport, wire } = socketOf()
  const [first, second] = [transport.ask('run/start', { item: 'a' }), transport.ask('status/list', undefined)]
  const bad = refusal(transport.ask('step/why', {}))
  await soon()
  expect(wire().sent).toEqual([])
  wire().happen('open')
  expect(wire().sent[0]).toEqual({ jsonrpc: '2.0', id: 1, method: 'run/start', params: { item: 'a' } })
  expect(wire().sent[1]?.params).toEqual({})
  const said = refuse('not-found', 'step x', 'there is none', 'look')
  wire().say([
    { jsonrpc: '2.0', id: 2, result: [2] },
    { jsonrpc: '2.0', id: 3, error: { code: -32000, message: 'no', data: said } },
    { jsonrpc: '2.0', id: 99, result: 'nobody asked' },
  ])
  wire().say({ jsonrpc: '2.0', id: 1, result: undefined })
  expect([await first, await second]).toEqual([null, [2]])
  expect(await bad).toEqual(said)
  const coded = refusal(transport.ask('no/such', {}))
  await soon()
  wire().say({ jsonrpc: '2.0', id: 4, error: { code: -32601, message: 'there is no such method' } })
  expect(await coded).toMatchObject({ kind: 'not-found', why: 'there is no such method' })
})

it('refuses what was on its way when the line broke, and never sends it again', async () => {
  const { transport, wires, wire } = socketOf()
  const [wish, view] = [refusal(transport.ask('run/start', {})), refusal(transport.ask('status/list', {}))]
  wire().happen('open')
  wire().happen('close')
  expect(await wish).toMatchObject({ kind: 'busy', why: expect.stringMatching(unknown) })
  expect((await view).why).not.toMatch(unknown)
  await soon()
  await soon()
  const later = transport.ask('gate/list', {})
  await soon()
  expect(wires).toHaveLength(2)
  wire().happen('open')
  expect(wire().sent.map(({ method }) => method)).toEqual(['gate/list'])
  wire().say({ id: 3, result: 'so' })
  expect(await later).toBe('so')
})

it('sends what was not sent yet over the next line, once', async () => {
  const { transport, wires, wire, pace } = socketOf()
  const wish = transport.ask('run/start', {})
  for (let n = 0; n < 4; n += 1) {
    const before = wires.length
    wire().happen('error')
    wire().happen('close')
    while (wires.length === before) await soon()
  }
  expect(pace.waits).toEqual([0, 1000, 2000, 4000])
  wire().happen('open')
  expect(wires.flatMap(({ sent }) => sent)).toHaveLength(1)
  wire().say({ id: 1, result: 'done' })
  expect(await wish).toBe('done')
})

it('says that nothing was done when no line ever stood', async () => {
  const { transport, pace, wire } = socketOf()
  const wish = refusal(transport.ask('run/start', {}))
  expect(pace.pending()).toEqual([11_000])
  pace.pass()
  expect((await wish).why).toBe('there was no connection within 11 s; nothing was done')
  wire().happen('open')
  expect(wire().sent).toEqual([])
})

it('gives up on an answer that does not come, and dials anew after silence', async () => {
  const { transport, pace, wire, wires } = socketOf()
  const wish = refusal(transport.ask('run/start', {}))
  wire().happen('open')
  expect(pace.pending()).toEqual([70_000])
  pace.pass()
  expect((await wish).why).toMatch(/no answer came within 70 s; it is not known/)
  await soon()
  await soon()
  void transport.ask('status/list', {}).catch(() => undefined)
  await soon()
  expect(wires).toHaveLength(2)
})

it('reads streams, cancels them, and ends them with the line', async () => {
  const { transport, wire } = socketOf()
  const values: unknown[] = []
  const reading = (async () => {
    for await (const value of transport.stream('audit/export', {})) values.push(value)
  })()
  await soon()
  wire().happen('open')
  wire().say({ id: 1, result: { subscription: 's1' } })
  wire().say({ method: 'stream/next', params: { subscription: 's1', values: [1, 2] } })
  wire().say({ method: 'stream/next', params: { subscription: 'other', values: [9] } })
  wire().say({ method: 'stream/end', params: { subscription: 's1' } })
  await reading
  expect(values).toEqual([1, 2])
  for await (const value of begun(transport.stream('audit/export', {}), () => {
    wire().say({ id: 2, result: { subscription: 's2' } })
    wire().say({ method: 'stream/next', params: { subscription: 's2', values: ['a', 'b'] } })
  }))
    if (value === 'a') break
  expect(wire().sent.at(-1)).toMatchObject({ method: 'stream/cancel', params: { subscription: 's2' } })
  const failed = refuse('busy', 'audit/export', 'the disk is slow', 'later')
  const third = refusal(
    every(
      begun(transport.stream('audit/export', {}), () => {
        wire().say({ id: 4, result: { subscription: 's3' } })
        wire().say({ method: 'stream/end', params: { subscription: 's3', error: failed } })
      }),
    ),
  )
  expect(await third).toEqual(failed)
  const fourth = refusal(
    every(
      begun(transport.stream('journal/follow', {}), () => {
        wire().say({ id: 5, result: { subscription: 's4' } })
        wire().happen('close')
      }),
    ),
  )
  expect((await fourth).kind).toBe('busy')
})

it('lets go of a stream that nobody reads', async () => {
  const { transport, wire } = socketOf({ mostUnread: 10 })
  const source = transport.stream('journal/follow', {})[Symbol.asyncIterator]()
  const first = source.next()
  await soon()
  wire().happen('open')
  wire().say({ id: 1, result: { subscription: 's' } })
  wire().say({ method: 'stream/next', params: { subscription: 's', values: [0] } })
  expect((await first).value).toBe(0)
  wire().say({ method: 'stream/next', params: { subscription: 's', values: Array.from({ length: 11 }, () => 1) } })
  expect(wire().sent.at(-1)).toMatchObject({ method: 'stream/cancel' })
  const rest = refusal(
    (async () => {
      while (!(await source.next()).done);
    })(),
  )
  expect((await rest).why).toMatch(/11 values wait/)
})

it('drops a line that says nonsense, and refuses everything once closed', async () => {
  const { transport, wire } = socketOf()
  const wish = refusal(transport.ask('run/start', {}))
  wire().happen('open')
  wire().happen('message', { data: 'no JSON' })
  expect((await wish).kind).toBe('provider')
  const queued = refusal(transport.ask('run/start', {}))
  await transport.close()
  expect((await queued).kind).toBe('cancelled')
  expect((await refusal(transport.ask('run/start', {}))).kind).toBe('cancelled')
  const keyed = overSocket(
    { ...reachOf(new Peer()), key: 'k' },
    {
      dial: () => {
        throw new Refused(refuse('invalid', 'rpc', 'a browser sends no key', 'use HTTP'))
      },
    },
  )
  expect((await refusal(keyed.ask('run/start', {}))).why).toMatch(/sends no key/)
})

it('speaks with a real server, key and all', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', path: '/rpc' })
  const keys: (string | undefined)[] = []
  server.on('connection', (socket: WebSocket, request) => {
    keys.push(request.headers.authorization)
    socket.on('message', (text) => {
      const { id, params } = JSON.parse(String(text)) as { id: number; params: unknown }
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: params }))
    })
  })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const reach = { ...reachOf(new Peer()), url: `http://127.0.0.1:${port}`, key: 'k-9' }
  const transport = overSocket(reach)
  opened.push(transport, { close: () => new Promise((resolve) => server.close(() => resolve())) })
  expect(await transport.ask('status/list', { a: 'ü' })).toEqual({ a: 'ü' })
  for (const one of server.clients) one.terminate()
  expect(await transport.ask('status/list', { b: 1 }).catch(() => transport.ask('status/list', { b: 2 }))).toBeTruthy()
  expect(keys).toEqual(['Bearer k-9', 'Bearer k-9'])
})

async function* begun(stream: AsyncIterable<unknown>, then: () => void): AsyncGenerator<unknown> {
  setImmediate(then)
  yield* stream
}

async function every(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of values) all.push(value)
  return all
}

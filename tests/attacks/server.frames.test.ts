// WebSocket frames that no well-behaved client sends: broken ones, endless ones, and too many of them.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Grounds, memoryOf, type Served } from './served.ts'
import { ask, bearing, type Held, hold } from './wire.ts'

const grounds = new Grounds()
let served: Served
beforeAll(async () => {
  served = await grounds.serve()
}, 60_000)
afterAll(() => grounds.remove())

interface Odd {
  readonly fin?: boolean
  readonly rsv?: number
  readonly masked?: boolean
  /** Said instead of the real length. */
  readonly length?: bigint
}

const text = 1
const close = 8
const ping = 9

function frame(opcode: number, payload: string | Buffer = '', odd: Odd = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = odd
  const bytes = Buffer.from(payload)
  const length = odd.length ?? BigInt(bytes.length)
  const short = length < 126n ? Number(length) : length < 65_536n ? 126 : 127
  const head = Buffer.from([(fin ? 0x80 : 0) | (rsv << 4) | opcode, (masked ? 0x80 : 0) | short])
  const more = Buffer.alloc(short === 126 ? 2 : short === 127 ? 8 : 0)
  if (short === 126) more.writeUInt16BE(Number(length))
  if (short === 127) more.writeBigUInt64BE(length)
  if (!masked) return Buffer.concat([head, more, bytes])
  const mask = randomBytes(4)
  return Buffer.concat([head, more, mask, bytes.map((byte, at) => byte ^ (mask[at & 3] ?? 0))])
}

const closing = (code: number, why: string | Buffer = ''): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(code)
  return frame(close, Buffer.concat([bytes, Buffer.from(why)]))
}

/** A WebSocket at /rpc, by hand. */
async function shaken(): Promise<Held> {
  const lines = [
    'GET /rpc HTTP/1.1',
    `Host: 127.0.0.1:${served.port}`,
    `Authorization: Bearer ${grounds.token}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Extensions: permessage-deflate',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  const held = hold(served.port, `${lines.join('\r\n')}\r\n\r\n`)
  await expect.poll(held.text).toContain('101 Switching')
  expect(held.text()).not.toContain('permessage-deflate')
  return held
}

const said = (held: Held): string => held.text().slice(held.text().indexOf('\r\n\r\n') + 4)

/** The code of the close frame that came last. */
function codeOf(held: Held): number | undefined {
  const bytes = Buffer.from(said(held), 'latin1')
  const at = bytes.lastIndexOf(Buffer.from([0x88]))
  return at < 0 || bytes.length < at + 4 ? undefined : bytes.readUInt16BE(at + 2)
}

async function honest(): Promise<void> {
  const waits: number[] = []
  while (waits.length < 3 && !waits.some((ms) => ms < 1000)) {
    const began = performance.now()
    expect((await ask(served.port, 'GET', '/api/status/list', { headers: bearing(grounds.token) })).status).toBe(200)
    waits.push(performance.now() - began)
  }
  expect(Math.min(...waits)).toBeLessThan(1000)
}

describe('a frame that breaks the rules ends its connection with the reason', () => {
  it.each([
    ['not masked', () => frame(text, '{}', { masked: false }), 1002],
    ['a reserved kind', () => frame(3, '{}'), 1002],
    ['a reserved kind of control', () => frame(11), 1002],
    ['compressed, which nobody agreed to', () => frame(text, randomBytes(100), { rsv: 4 }), 1002],
    ['another reserved bit', () => frame(text, '{}', { rsv: 2 }), 1002],
    ['the end of what never began', () => frame(0, '{}'), 1002],
    ['two beginnings', () => Buffer.concat([frame(text, '{', { fin: false }), frame(text, '}')]), 1002],
    ['a ping in pieces', () => frame(ping, 'x', { fin: false }), 1002],
    ['a ping that is too long', () => frame(ping, 'x'.repeat(126)), 1002],
    ['a close of one byte', () => frame(close, 'x'), 1002],
    ['a close that nobody may say', () => closing(1005), 1002],
    ['a close of no kind', () => closing(999), 1002],
    ['a close that is no text', () => closing(1000, Buffer.from([0xff, 0xfe])), 1000],
    ['a length beyond all numbers', () => frame(text, '', { length: 2n ** 63n }), 1009],
    ['a terabyte to come', () => frame(text, '', { length: 2n ** 40n }), 1009],
    ['20 MB', () => frame(text, Buffer.alloc(20_000_000, 32)), 1009],
    [
      '20 MB in pieces',
      () =>
        Buffer.concat([
          frame(text, '', { fin: false }),
          ...Array.from({ length: 20 }, () => frame(0, Buffer.alloc(1_000_000, 32), { fin: false })),
        ]),
      1009,
    ],
    [
      'half a million pieces of nothing',
      () =>
        Buffer.concat([frame(text, '', { fin: false }), ...Array<Buffer>(500_000).fill(frame(0, '', { fin: false }))]),
      1008,
    ],
  ] as [string, () => Buffer, number][])('%s', async (_, bytes, code) => {
    const held = await shaken()
    held.socket.write(bytes())
    await honest()
    // Whoever still sends when it is closed may lose the reason with the connection.
    await Promise.race([held.closed, expect.poll(() => codeOf(held), { timeout: 10_000 }).toBeDefined()])
    expect([code, undefined]).toContain(codeOf(held))
    held.socket.destroy()
  })

  it('and a goodbye is answered with the same', async () => {
    const held = await shaken()
    held.socket.write(closing(4321, 'enough'))
    await held.closed
    expect(codeOf(held)).toBe(4321)
  })
})

describe('a message that is no question is answered, and the next one too', () => {
  it.each([
    ['nothing', frame(text, '')],
    ['no JSON', frame(text, '{')],
    ['no text', frame(text, Buffer.from([0xff, 0xfe, 0xfd]))],
    ['bytes', frame(2, randomBytes(64))],
    ['65 levels', frame(text, '['.repeat(65) + ']'.repeat(65))],
    ['100,000 levels', frame(text, '['.repeat(100_000))],
    ['__proto__', frame(text, '{"jsonrpc":"2.0","id":1,"method":"status/list","__proto__":{}}')],
    [
      'one letter at a time',
      Buffer.concat([
        frame(text, '{', { fin: false }),
        ...[...'"id":'].map((one) => frame(0, one, { fin: false })),
        frame(0, '}'),
      ]),
    ],
    ['__proto__ as a method', frame(text, '{"jsonrpc":"2.0","id":1,"method":"__proto__"}')],
    ['constructor as a method', frame(text, '{"jsonrpc":"2.0","id":1,"method":"constructor/call"}')],
  ])('%s', async (_, bytes) => {
    const held = await shaken()
    held.socket.write(bytes)
    await expect.poll(() => said(held)).toMatch(/"error":\{"code":-32\d{3}/u)
    held.socket.write(frame(text, '{"jsonrpc":"2.0","id":77,"method":"status/list"}'))
    await expect.poll(() => said(held)).toMatch(/"id":77,"result"|"result":.*"id":77/u)
    held.socket.destroy()
  })
})

describe('a flood holds little memory, and nobody up', () => {
  const call = frame(text, '{"jsonrpc":"2.0","id":1,"method":"status/list"}')
  it.each([
    ['pings whose answers nobody reads', frame(ping, 'x'.repeat(125))],
    ['calls whose answers nobody reads', call],
    [
      'subscriptions whose answers nobody reads',
      frame(text, '{"jsonrpc":"2.0","id":1,"method":"events/subscribe","params":{"after":0}}'),
    ],
    ['errors whose answers nobody reads', frame(text, '{')],
  ])(
    '%s',
    async (_, one) => {
      const held = await Promise.all([1, 2, 3, 4].map(shaken))
      const before = memoryOf(served.pid)
      const many = Buffer.concat(Array<Buffer>(2000).fill(one))
      for (const { socket } of held) {
        socket.pause()
        // As much as it takes: 100,000 of them at the most.
        for (let n = 0; n < 50; n += 1) socket.write(many)
      }
      await honest()
      await new Promise((resolve) => setTimeout(resolve, 1500))
      await honest()
      expect(memoryOf(served.pid) - before).toBeLessThan(150_000)
      for (const { socket } of held) socket.destroy()
      await honest()
    },
    60_000,
  )
})

// Shows that bytes become lines at every cut, that a line is bounded, and that only whole answers to our own requests are passed on.
import { expect, it } from 'vitest'
import type { Child } from '../../core/ports.ts'
import { Lines, openWire } from './wire.ts'

const text = 'first\n{"é":"日本"}\n\n   \nlast'

it('cuts at every place', () => {
  const bytes = Buffer.from(text)
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const lines = new Lines()
    const all = [...lines.push(bytes.subarray(0, cut)), ...lines.push(bytes.subarray(cut))]
    expect([...all, lines.take()]).toEqual(['first', '{"é":"日本"}', 'last'])
  }
})

it('leaves out a line that is too long, whole, and goes on after it', () => {
  const lines = new Lines(10)
  const all = ['short\n', 'x'.repeat(8), 'x'.repeat(8), 'x\nnext\n', `${'y'.repeat(11)}\n`].flatMap((one) => [
    ...lines.push(Buffer.from(one)),
  ])
  expect([all, lines.leftOut, lines.take()]).toEqual([['short', 'next'], 2, undefined])
})

async function heard(lines: readonly unknown[]) {
  const said: string[] = []
  const passed: unknown[] = []
  const out = Buffer.from(lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'))
  const written: string[] = []
  const child: Child = {
    pid: 1,
    output: (async function* () {
      await new Promise((done) => setImmediate(done))
      yield { from: 'out' as const, bytes: out }
    })(),
    ended: Promise.resolve({ code: 0, signal: null }),
    write: (bytes) => written.push(Buffer.from(bytes).toString()),
    closeInput: () => undefined,
    stop: async () => undefined,
  }
  const wire = openWire(child, {
    said: async (from, words) => void said.push(`${from}:${words}`),
    updated: async (params) => void said.push(`update:${JSON.stringify(params)}`),
    noted: async (method) => void said.push(`note:${method}`),
  })
  const writer = wire.stream.writable.getWriter()
  await writer.write({ jsonrpc: '2.0', id: 4, method: 'initialize', params: {} })
  for await (const message of wire.stream.readable) passed.push(message)
  await wire.read
  return { said: said.filter((one) => one !== 'err:'), passed, written }
}

it('passes on requests and answers to what was asked, once, and hears the rest', async () => {
  const request = { jsonrpc: '2.0', id: 'a', method: 'session/request_permission', params: {} }
  const answer = { jsonrpc: '2.0', id: 4, result: {} }
  const { said, passed, written } = await heard([
    { jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's' } },
    request,
    answer,
    answer,
    { jsonrpc: '2.0', id: 5, result: {} },
    { jsonrpc: '2.0', id: {}, method: 'x' },
    { jsonrpc: '2.0', method: '_own' },
    { id: 4, result: {} },
    'plain words',
  ])
  expect(passed).toEqual([request, answer])
  expect(said).toEqual(['update:{"sessionId":"s"}', 'note:_own', 'out:{"id":4,"result":{}}\n', 'out:plain words'])
  expect(written).toEqual(['{"jsonrpc":"2.0","id":4,"method":"initialize","params":{}}\n'])
})

it('passes on no more requests than anybody needs', async () => {
  const { passed } = await heard(Array.from({ length: 20_100 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'x' })))
  expect(passed).toHaveLength(20_000)
})

it('keeps little of a hundred megabytes without a line feed, and goes on with what follows them', () => {
  const lines = new Lines()
  const piece = Buffer.alloc(1024 * 1024, 'x')
  const before = process.memoryUsage().arrayBuffers
  for (let n = 0; n < 100; n += 1) expect([...lines.push(piece)]).toEqual([])
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
  expect([...lines.push(Buffer.from('\nnext\n'))]).toEqual(['next'])
  expect(lines.leftOut).toBe(1)
})

it('takes bytes that are no UTF-8, and NULs, as letters that say so', () => {
  const lines = new Lines()
  const bytes = Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a, 0xc3, 0x0a, 0x00, 0x0a])
  expect([...lines.push(bytes)]).toEqual(['\ufffd\ufffd\0A', '\ufffd', '\0'])
})

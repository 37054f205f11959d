// Answers that are too much to take in, and places that are no model server.
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { asks, client, finishes, hear, hello, serve, serveRaw, sse, streams } from './stage.ts'

describe('an answer that is too much', () => {
  it('has headers of 10 MB', async () => {
    const { base, sockets } = await serveRaw((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(10_485_760)}\r\n\r\n`),
    )
    const began = performance.now()
    const { failed, again } = await hear(client().complete(asks(base)))
    expect([failed?.reason, again]).toEqual(['network', 0])
    expect(failed?.message).toContain('headers')
    expect(performance.now() - began).toBeLessThan(10_000)
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('is packed so that it fills the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(96 * 1_048_576), { level: 1 })
    const { base } = await serve(streams(bomb, { 'content-encoding': 'gzip' }))
    const before = process.memoryUsage().rss
    const { failed } = await hear(client({ bounds: { answerBytes: 1_048_576 } }).complete(asks(base)))
    expect(failed).toMatchObject({ reason: 'bad-output', message: expect.stringContaining('1048576') })
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1_048_576)
  })

  it('has a line without an end', async () => {
    const { base, sockets } = await serve((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: "')
      const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), more))
      more()
    })
    expect((await hear(client().complete(asks(base)))).failed?.message).toContain('line')
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('calls more tools than anybody needs', async () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      index,
      id: `c${index}`,
      function: { name: 'a', arguments: '{}' },
    }))
    const { base } = await serve(
      streams(sse({ choices: [{ index: 0, delta: { tool_calls: many } }] }, finishes('tool_calls'))),
    )
    const { failed, calls } = await hear(client().complete(asks(base)))
    expect([failed?.reason, calls]).toEqual(['bad-output', []])
  })
})

describe('what is no model server', () => {
  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['nothing, and hangs up', ''],
    ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
    ['chunks that are none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nxx\r\n'],
  ])('speaks %s', async (_, text) => {
    const { base } = await serveRaw((socket) => socket.end(text))
    expect((await hear(client({ again: 1 }).complete(asks(base)))).failed?.reason).toBe('network')
  })

  it('is not there', async () => {
    const served = await serve(streams(hello))
    await served.close()
    const { failed, again } = await hear(client().complete(asks(served.base)))
    expect(failed).toMatchObject({ reason: 'network', message: expect.stringContaining('nobody listens there') })
    expect(again).toBe(2)
  })

  it('is a name that leads to a metadata address', async () => {
    const { base, connections } = await serve(streams(hello))
    const resolve = async () => [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]
    const named = base.replace('127.0.0.1', 'rebound.test')
    const { failed, again } = await hear(client({ resolve }).complete(asks(named)))
    expect(failed).toMatchObject({ reason: 'network', message: expect.stringContaining('169.254.169.254') })
    expect([again, connections]).toEqual([0, 0])
  })

  it('is an address that nobody should ask', async () => {
    const { failed } = await hear(client().complete(asks('http://169.254.169.254/v1')))
    expect(failed).toMatchObject({ reason: 'defect', message: expect.stringContaining('endpoint of model mouse') })
    const env = { OPENAI_API_BASE: 'http://metadata.google.internal/v1' }
    expect((await hear(client({ env }).complete(asks('')))).failed?.message).toContain('OPENAI_API_BASE')
  })
})

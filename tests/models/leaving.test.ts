// Answers that nobody wants any more, connections that are used again, and clients that are closed.
import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { ownClock } from '../../src/models/clock.ts'
import { asks, breaks, client, hear, hello, refuses, says, serve, sse, streams } from './stage.ts'

const dripping = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const timer = setInterval(() => response.write(sse(says('x'))), 5)
  response.on('close', () => clearInterval(timer))
}

describe('an answer that is not wanted any more', () => {
  it.each([
    ['before anything came', () => undefined],
    ['after its headers', breaks('', 'silent')],
    ['in its middle', dripping],
    ['while it waits to be asked again', refuses(429, {}, { 'retry-after': '50' })],
  ])('%s ends at once, and its connection with it', async (_, answer) => {
    const { base, sockets, requests } = await serve(answer)
    const stop = new AbortController()
    const began = performance.now()
    const heard = hear(client({ clock: ownClock }).complete(asks(base, { stop: stop.signal })))
    await expect.poll(() => requests.length).toBe(1)
    stop.abort()
    expect((await heard).failed?.reason).toBe('cancelled')
    expect(performance.now() - began).toBeLessThan(3000)
    if (answer !== dripping) return
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('before it was asked for is not asked for', async () => {
    const { base, requests } = await serve(streams(hello))
    const { failed } = await hear(client().complete(asks(base, { stop: AbortSignal.abort() })))
    expect([failed?.reason, requests.length]).toEqual(['cancelled', 0])
  })

  it('because nobody reads on closes its connection', async () => {
    const { base, sockets } = await serve(dripping)
    for await (const part of client().complete(asks(base))) if (part.kind === 'text') break
    await expect.poll(() => sockets.size).toBe(0)
  })

  it('leaves no listener behind', async () => {
    const { base } = await serve(streams(hello))
    let listeners = 0
    const stop = {
      aborted: false,
      addEventListener: () => {
        listeners += 1
      },
      removeEventListener: () => {
        listeners -= 1
      },
    }
    for (let n = 0; n < 5; n += 1) await hear(client().complete(asks(base, { stop })))
    expect(listeners).toBe(0)
  })
})

describe('a connection', () => {
  it('serves one request after the other, also where a server is slow to end an answer that is over', async () => {
    const served = await serve(
      streams(hello),
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(hello)
        setTimeout(() => response.end(), 30)
      },
      streams(hello),
    )
    const models = client()
    for (let n = 0; n < 10; n += 1) expect((await hear(models.complete(asks(served.base)))).text).toBe('Hello.')
    // One that is not free again at once may need another beside it.
    expect(served.connections).toBeLessThanOrEqual(3)
  })

  it('that a server has closed meanwhile costs nobody a try', async () => {
    const served = await serve(streams(hello))
    const models = client({ again: 1 })
    for (let n = 0; n < 5; n += 1) {
      expect(await hear(models.complete(asks(served.base)))).toMatchObject({ text: 'Hello.', again: 0 })
      for (const socket of served.sockets) socket.destroy()
    }
  })

  it('whose server holds an answer open after its end is let go', async () => {
    const served = await serve((response) => void response.writeHead(200).write(hello))
    expect((await hear(client().complete(asks(served.base)))).text).toBe('Hello.')
    await expect.poll(() => served.sockets.size, { timeout: 4000 }).toBe(0)
  })
})

describe('a client that is closed', () => {
  it('ends what is under way and begins nothing more', async () => {
    const { base, sockets, requests } = await serve(dripping)
    const models = client()
    const heard = hear(models.complete(asks(base)))
    await expect.poll(() => requests.length).toBe(1)
    await models.close()
    expect((await heard).failed?.reason).toBe('cancelled')
    expect((await hear(models.complete(asks(base)))).failed?.reason).toBe('cancelled')
    await expect.poll(() => sockets.size).toBe(0)
  })
})

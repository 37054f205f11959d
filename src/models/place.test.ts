import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createRaw, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { modelPlace } from './place.ts'

const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

async function listening(server: Server | ReturnType<typeof createRaw>): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const serve = (answer: RequestListener): Promise<string> => listening(createServer(answer))
const raw = (text: string): Promise<string> =>
  listening(createRaw((socket) => socket.on('error', () => undefined).end(text)))

const asked = (base: string, more: object = {}) => modelPlace({ env: { OPENAI_API_BASE: base }, ...more }).ask()

describe('a model server that is asked', () => {
  it('is well when it lists its models; no key and no query goes out', async () => {
    const seen: unknown[] = []
    const base = await serve((request, answer) => {
      seen.push(request.url, request.method, request.headers.authorization)
      answer.end('{"data":[]}')
    })
    const env = { OPENAI_API_BASE: `${base}/v1/?api_key=sk-secret`, OPENAI_API_KEY: 'sk-secret' }
    expect(await modelPlace({ env }).ask()).toEqual({ ok: true, why: '' })
    expect(seen).toEqual(['/v1/models', 'GET', undefined])
    expect(modelPlace({ env }).address).toBe(`${base}/v1`)
  })

  it.each([401, 403])('is there when it wants a key (%i)', async (status) => {
    const base = await serve((_, answer) => answer.writeHead(status).end())
    expect((await asked(base)).ok).toBe(true)
  })

  it.each([404, 500, 503])('is not well when it answers %i', async (status) => {
    const base = await serve((_, answer) => answer.writeHead(status).end())
    expect(await asked(base)).toEqual({ ok: false, why: expect.stringContaining(`with ${status}`) })
  })

  it('is not followed elsewhere', async () => {
    let led = 0
    const elsewhere = await serve((_, answer) => {
      led += 1
      answer.end()
    })
    const base = await serve((_, answer) => answer.writeHead(302, { location: `${elsewhere}/models` }).end())
    expect(await asked(base)).toEqual({ ok: false, why: expect.stringContaining('redirect') })
    expect(led).toBe(0)
  })

  it('is given up when it says nothing', async () => {
    const base = await serve(() => undefined)
    const began = performance.now()
    expect(await asked(base, { timeoutMs: 100 })).toEqual({ ok: false, why: expect.stringContaining('within 100 ms') })
    expect(performance.now() - began).toBeLessThan(1000)
  })

  it('is not read to its end', async () => {
    let closed = false
    const base = await serve((_, answer) => {
      const timer = setInterval(() => answer.write('x'.repeat(10_000)), 1)
      answer.on('close', () => {
        clearInterval(timer)
        closed = true
      })
    })
    expect((await asked(base)).ok).toBe(true)
    await expect.poll(() => closed).toBe(true)
  })

  it.each([
    ['speaks no HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['says nothing and hangs up', ''],
    ['sends endless headers', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}`],
    ['changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'],
  ])('is not well when it %s', async (_, text) => {
    const base = await raw(text)
    expect((await asked(base, { timeoutMs: 500 })).ok).toBe(false)
  })

  it('is not there where nobody listens, and the sentence says where', async () => {
    const base = await raw('')
    for (const close of open.splice(0)) close()
    expect(await asked(base)).toEqual({ ok: false, why: expect.stringContaining(`${base} cannot be reached`) })
  })

  it('is not asked when its name leads to a metadata address, also not as one of several', async () => {
    let came = 0
    const base = await serve((_, answer) => {
      came += 1
      answer.end()
    })
    const port = new URL(base).port
    const addresses = [
      { address: '127.0.0.1', family: 4 },
      { address: '169.254.169.254', family: 4 },
    ]
    const found = await asked(`http://rebound.test:${port}`, { resolve: async () => addresses })
    expect(found).toEqual({ ok: false, why: expect.stringContaining('rebound.test leads to 169.254.169.254') })
    expect(came).toBe(0)
    const honest = await asked(`http://honest.test:${port}`, { resolve: async () => addresses.slice(0, 1) })
    expect(honest.ok).toBe(true)
  })

  it('is not asked at an address that nobody should ask, and says which setting is meant', async () => {
    const { ask, address } = modelPlace({ env: { OPENAI_API_BASE: 'http://169.254.169.254/v1' } })
    expect(address).toBe('')
    expect(await ask()).toEqual({ ok: false, why: expect.stringContaining('OPENAI_API_BASE') })
  })

  it('is the usual one when nothing is set', () => {
    expect(modelPlace({ env: { OPENAI_API_BASE: ' ' } })).toMatchObject({
      address: 'http://127.0.0.1:1234/v1',
      named: '',
    })
    expect(modelPlace({ env: { LM_STUDIO_MODEL: 'qwen' } }).named).toBe('qwen')
  })
})

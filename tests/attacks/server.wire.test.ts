// What no well-behaved client sends, byte for byte: requests that mean two things, that never end, and that are far too large.
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Grounds, memoryOf, type Served } from './served.ts'
import { ask, bearing, hold, send } from './wire.ts'

const grounds = new Grounds()
let served: Served
/** Begun before the tests: what takes long waits beside them. */
let slow: { readonly name: string; readonly held: ReturnType<typeof hold>; readonly trickle?: NodeJS.Timeout }[] = []
let before = 0

const host = () => `Host: 127.0.0.1:${served.port}\r\n`
const key = () => `Authorization: Bearer ${grounds.token}\r\n`
const type = 'Content-Type: application/json\r\n'
const path = '/api/status/list'
const get = (more = '', target = path) => `GET ${target} HTTP/1.1\r\n${host()}${key()}${more}\r\n`
const post = (more: string, body: string, target = path) =>
  `POST ${target} HTTP/1.1\r\n${host()}${key()}${type}${more}\r\n${body}`
const sized = (body: string) => post(`Content-Length: ${Buffer.byteLength(body)}\r\n`, body)
const deep = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** What follows a request that is smuggled would be answered on its own; nobody may get that far. */
const smuggled = () => `GET /api/smuggled HTTP/1.1\r\n${host()}${key()}\r\n`
const chunked = 'Transfer-Encoding: chunked\r\n'

beforeAll(async () => {
  served = await grounds.serve()
  await sleep(500)
  before = memoryOf(served.pid)
  const trickling = (name: string, begin: string, piece: string) => {
    const held = hold(served.port, begin)
    const trickle = setInterval(() => held.socket.writable && held.socket.write(piece), 1000)
    void held.closed.then(() => clearInterval(trickle))
    return { name, held, trickle }
  }
  slow = [
    ...Array.from({ length: 20 }, () => trickling('headers', `GET ${path} HTTP/1.1\r\n`, 'x')),
    trickling('header lines', `GET ${path} HTTP/1.1\r\n`, 'x: y\r\n'),
    trickling('a first line', 'G', 'E'),
    { name: 'nothing', held: hold(served.port, '') },
    { name: 'HTTP/0.9', held: hold(served.port, `GET ${path}\r\n`) },
    trickling('a body', post('Content-Length: 1000\r\n', '{'), ' '),
    trickling('chunks', post(chunked, '1\r\n{\r\n'), '1\r\n \r\n'),
    trickling('the size of a chunk', post(chunked, '0'), '0'),
    trickling('a body without a key', `POST /session HTTP/1.1\r\n${host()}${type}Content-Length: 900\r\n\r\n{`, ' '),
  ]
}, 60_000)
afterAll(() => {
  for (const { held, trickle } of slow) {
    clearInterval(trickle)
    held.socket.destroy()
  }
  grounds.remove()
})

/** An honest request while others are under way; on a machine that does other things too it may have waited for those, so thrice. */
async function honest(): Promise<number> {
  const waits: number[] = []
  while (waits.length < 3) {
    const began = performance.now()
    const { status } = await ask(served.port, 'GET', path, { headers: bearing(grounds.token) })
    expect(status).toBe(200)
    waits.push(performance.now() - began)
    if (Math.min(...waits) < 1000) break
  }
  return Math.min(...waits)
}

/** Sends bytes while an honest client asks: only 501 and 505 may say that the server cannot. */
async function sent(bytes: string | Buffer, answers = 1, atMostMs = 3000) {
  let [heard, ms] = await Promise.all([send(served.port, bytes, { answers, atMostMs }), honest()])
  // On a machine that does other things too, an honest client may have waited for those.
  for (let more = 0; more < 3 && ms >= 1000; more += 1)
    [heard, ms] = await Promise.all([send(served.port, bytes, { answers, atMostMs }), honest()])
  expect(ms).toBeLessThan(1000)
  expect(heard.statuses.filter((status) => status >= 500 && status !== 501 && status !== 505)).toEqual([])
  expect(heard.text).not.toMatch(/\bat .*\.[jt]s:\d+|node:internal|ENOENT/u)
  return heard
}

describe('a request that means two things', () => {
  const zero = '0\r\n\r\n'
  const pairs: [string, string][] = [
    ['a length and chunks', `Content-Length: 4\r\n${chunked}`],
    ['chunks and a length', `${chunked}Content-Length: 4\r\n`],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 40\r\n'],
    ['two equal lengths', 'Content-Length: 5\r\nContent-Length: 5\r\n'],
    ['a list of lengths', 'Content-Length: 0, 40\r\n'],
    ['a length with a sign', 'Content-Length: +5\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a hexadecimal length', 'Content-Length: 0x5\r\n'],
    ['a length with a fraction', 'Content-Length: 5.0\r\n'],
    ['an endless length', 'Content-Length: 99999999999999999999999\r\n'],
    ['an empty length', 'Content-Length: \r\n'],
    ['a length of letters', 'Content-Length: five\r\n'],
    ['a length that is folded', 'Content-Length:\r\n 0\r\n'],
    ['a length after a space', 'Content-Length : 5\r\n'],
    ['a length after a tab', 'Content-Length\t: 5\r\n'],
    ['gzip after chunks', 'Transfer-Encoding: chunked, gzip\r\n'],
    ['gzip alone', 'Transfer-Encoding: gzip\r\n'],
    ['identity', 'Transfer-Encoding: identity\r\nContent-Length: 5\r\n'],
    ['chunks twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'],
    ['chunks and identity', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n'],
    ['chunks of another kind', 'Transfer-Encoding: xchunked\r\n'],
    ['chunks after a tab', 'Transfer-Encoding:\tchunked\r\nContent-Length: 5\r\n'],
    ['chunks after a vertical tab', 'Transfer-Encoding: \x0bchunked\r\n'],
    ['chunks in quotes', 'Transfer-Encoding: "chunked"\r\n'],
    ['chunks that are folded', 'Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n'],
    ['chunks after a space', 'Transfer-Encoding : chunked\r\nContent-Length: 5\r\n'],
    ['chunks after a bare line feed', `X: y\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n`],
    ['chunks after a bare carriage return', `X: y\rTransfer-Encoding: chunked\r\nContent-Length: 5\r\n`],
    ['chunks behind a null', `X: y\0\r\n${chunked}Content-Length: 5\r\n`],
    ['a header that begins with a space', ` ${chunked}Content-Length: 5\r\n`],
    ['a header without a name', `: x\r\nContent-Length: 5\r\n`],
    ['a header without a colon', `nothing\r\nContent-Length: 5\r\n`],
    ['a name that is no name', `X(y): z\r\nContent-Length: 5\r\n`],
  ]

  it.each(pairs)('is answered at most once and then closed: %s', async (_, headers) => {
    const { statuses, closed, text } = await sent(post(headers, `${zero}${smuggled()}`), 3, 1500)
    expect(text).not.toContain('/api/smuggled')
    const refused = statuses.at(-1) === 400 && closed
    // A body that is waited for has no answer yet; one that was taken whole is answered, and what follows it is not.
    expect(refused || statuses.length === 0 || text === '', `${statuses} ${closed} ${text.slice(0, 200)}`).toBe(true)
  })

  it.each([
    ['a size that is no number', 'zz\r\n{}\r\n0\r\n\r\n'],
    ['a size that is larger than memory', 'fffffffffffffffff\r\n{}\r\n0\r\n\r\n'],
    ['a size that wraps round', '10000000000000002\r\n{}\r\n0\r\n\r\n'],
    ['a negative size', '-2\r\n{}\r\n0\r\n\r\n'],
    ['a size in another notation', '0x2\r\n{}\r\n0\r\n\r\n'],
    ['a chunk that ends with a bare line feed', '2\n{}\n0\n\n'],
    ['a chunk that is longer than its size', '2\r\n{}}}\r\n0\r\n\r\n'],
    ['a size after a space', ' 2\r\n{}\r\n0\r\n\r\n'],
    ['an extension with a line feed', '2;a\nb\r\n{}\r\n0\r\n\r\n'],
  ])('is not taken in chunks: %s', async (_, body) => {
    const { statuses, closed, text } = await sent(post(chunked, body + smuggled()), 2, 1500)
    expect(text).not.toContain('/api/smuggled')
    expect([statuses, closed]).toEqual([[400], true])
  })

  it('has no room to hide in the extensions of a chunk', async () => {
    const { statuses, closed } = await sent(post(chunked, `2;${'x'.repeat(1_000_000)}\r\n{}\r\n0\r\n\r\n`))
    expect([statuses.every((status) => status === 413 || status === 400), closed]).toEqual([true, true])
  })

  it('is two requests only if it is two requests', async () => {
    const { statuses, text } = await sent(
      post(chunked, `2\r\n{}\r\n0\r\nTrailer: x\r\n\r\n${get('', '/api/nowhere')}`),
      2,
    )
    expect(statuses).toEqual([200, 404])
    expect(text).toContain('/api/nowhere')
  })
})

describe('a request that is too much', () => {
  it.each([
    ['10,000 headers', () => get('a: b\r\n'.repeat(10_000)), [431]],
    [
      '2,500 tiny headers, the last of them foreign',
      () => get(`${'a:\r\n'.repeat(2500)}Origin: http://evil.test\r\n`),
      [200, 403, 431],
    ],
    ['a header line of 1 MB', () => get(`x: ${'y'.repeat(1_000_000)}\r\n`), [431]],
    ['a header name of 1 MB', () => get(`${'y'.repeat(1_000_000)}: x\r\n`), [431]],
    ['an address of 1 MB', () => get('', `/${'y'.repeat(1_000_000)}`), [431, 414]],
    ['an address of 10 kB', () => get('', `/api/${'y'.repeat(10_000)}`), [404, 414]],
    ['a method of 1 MB', () => `${'G'.repeat(1_000_000)} / HTTP/1.1\r\n${host()}\r\n`, [400]],
    ['10,000 parameters', () => get('', `${path}?${'a=b&'.repeat(3000)}`), [400]],
    [
      'a cookie of 12 kB',
      () => `GET ${path} HTTP/1.1\r\n${host()}Cookie: ${'baton-1=x; '.repeat(1100)}\r\n\r\n`,
      [401],
    ],
    ['a body of 11 MB', () => sized(`"${'x'.repeat(11 * 1024 * 1024)}"`), [413]],
    ['a body of 11 MB in chunks', () => post(chunked, `b00000\r\n${'x'.repeat(0xb00000)}\r\n0\r\n\r\n`), [413]],
    ['a body that says it has a terabyte', () => post('Content-Length: 1099511627776\r\n', '{'), [413]],
    ['a string of 5 MB', () => sized(`{"x":"${'x'.repeat(5_000_000)}"}`), [400]],
    ['a number of 1 MB', () => sized(`{"at":1${'0'.repeat(1_000_000)}}`), [400]],
    ['64 levels', () => sized(deep(64)), [400]],
    ['65 levels', () => sized(deep(65)), [400]],
    ['100,000 levels', () => sized(deep(100_000)), [400]],
    ['4,000,000 levels that do not end', () => sized('['.repeat(4_000_000)), [400]],
    ['500,000 fields', () => sized(`{${Array.from({ length: 500_000 }, (_, n) => `"a${n}":1`).join(',')}}`), [400]],
  ] as [string, () => string, number[]][])('%s', async (_, bytes, statuses) => {
    const heard = await sent(bytes(), 1, 8000)
    // Whoever is refused in the middle of sending may lose the answer with the connection.
    if (heard.statuses.length === 0) expect(heard.closed).toBe(true)
    else expect(statuses).toContain(heard.statuses[0])
  })
})

describe('a body that is no question', () => {
  it.each([
    ['nothing', ''],
    ['white space', ' \r\n\t'],
    ['an empty object', '{}'],
    ['null', 'null'],
  ])('is one without parameters: %s', async (_, body) => expect((await sent(sized(body))).statuses).toEqual([200]))

  it.each([
    ['__proto__', '{"__proto__":{"admin":true}}'],
    ['an escaped __proto__', '{"\\u005f_proto__":{"admin":true}}'],
    ['constructor', '{"constructor":{"prototype":{"admin":true}}}'],
    ['a lone surrogate', '{"at":"\\ud800"}'],
    ['a lone surrogate as a key', '{"\\udfff":1}'],
    ['a null', '{"at":"\\u0000"}'],
    ['an array', '[]'],
    ['a word', 'true'],
    ['a number', '1'],
    ['two values', '{} {}'],
    ['a value and more', '{}x'],
    ['a comment', '{}//'],
    ['single quotes', "{'a':1}"],
    ['NaN', '{"at":NaN}'],
    ['a byte order mark', '\ufeff{}'],
    ['a form', 'a=1&b=2'],
    ['a number that is infinite', '{"at":1e999}'],
    ['a negative position', '{"at":-1}'],
    ['JSON in UTF-16', '{\0}\0'],
  ])('is refused: %s', async (name, body) => {
    const { statuses, text } = await sent(sized(body))
    expect([name, ...statuses]).toEqual([name, 400])
    expect(text).toContain('"error":"validation_error"')
  })

  it('is refused as bytes that are no text', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])
    const begin = Buffer.from(post(`Content-Length: ${bytes.length}\r\n`, ''))
    expect((await sent(Buffer.concat([begin, bytes]))).statuses).toEqual([400])
  })

  it.each(['gzip', 'br', 'deflate', 'zstd', 'compress'])(
    'is refused in %s, which could hold far more',
    async (encoding) => {
      const { statuses } = await sent(post(`Content-Encoding: ${encoding}\r\nContent-Length: 4\r\n`, 'abcd'))
      expect(statuses).toEqual([415])
    },
  )
})

describe('another way to ask', () => {
  const upgrade = (to: string) => `Connection: Upgrade\r\nUpgrade: ${to}\r\n`
  it.each([
    ['an address with another name in it', () => get('', `http://evil.test${path}`), [421]],
    ['an address with our name in it', () => get('', `http://127.0.0.1:${served.port}${path}`), [200]],
    ['an address with a user in it', () => get('', `http://root@127.0.0.1:${served.port}${path}`), [421]],
    ['two Host headers', () => get('Host: evil.test\r\n'), [400, 421]],
    ['the same Host twice', () => get(host()), [400, 421]],
    ['no Host', () => `GET ${path} HTTP/1.1\r\n${key()}\r\n`, [400]],
    ['no Host in HTTP/1.0', () => `GET ${path} HTTP/1.0\r\n${key()}\r\n`, [421]],
    ['a tunnel', () => `CONNECT 127.0.0.1:22 HTTP/1.1\r\n${host()}${key()}\r\n`, []],
    ['a null in the address', () => get('', '/api/\0status/list'), [400]],
    ['a null that is written', () => get('', '/api/status/list%00'), [404]],
    ['a space in the address', () => get('', '/api/status /list'), [400]],
    ['a line feed in the address', () => get('', '/api/status\n/list'), [400]],
    ['no address', () => `GET  HTTP/1.1\r\n${host()}\r\n`, [400]],
    ['no version', () => `GET ${path} HTTP/\r\n${host()}\r\n`, [400]],
    ['HTTP/9.9', () => `GET ${path} HTTP/9.9\r\n${host()}\r\n`, [400, 401, 505]],
    ['HTTP/2 by prior knowledge', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
    ['HTTP/2 by upgrade', () => get(`${upgrade('h2c')}HTTP2-Settings: AAMAAABk\r\n`), [400]],
    ['an upgrade to garbage', () => get(`${upgrade('\x01\x02 garbage')}`), [400]],
    ['a WebSocket without its key', () => get(upgrade('websocket'), '/rpc'), [400]],
    [
      'a WebSocket of another age',
      () =>
        get(
          `${upgrade('websocket')}Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`,
          '/rpc',
        ),
      [400, 426],
    ],
    ['TLS', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', []],
    ['garbage', () => '\xff\xfe\0\r\n\r\n', [400]],
    ['SSH', () => 'SSH-2.0-OpenSSH_9.9\r\n', [400]],
    ['Redis', () => '*1\r\n$4\r\nPING\r\n', [400]],
    ['an expectation that nobody knows', () => post('Expect: 200-maybe\r\nContent-Length: 2\r\n', '{}'), [417]],
    ['an expectation, and the body with it', () => post('Expect: 100-continue\r\nContent-Length: 2\r\n', '{}'), [200]],
    ['a body that is shorter than it says', () => post('Content-Length: 100\r\n', '{}'), []],
    ['a body that is longer than it says', () => post('Content-Length: 2\r\n', '{}{}{}'), [200, 400]],
    ['a body where there is none', () => get('Content-Length: 4\r\n').concat('{}{}'), [200]],
  ] as [string, () => string, number[]][])('%s', async (_, bytes, statuses) => {
    const heard = await sent(Buffer.from(bytes(), 'latin1'), 1, 1500)
    if (statuses.length === 0) expect(heard.statuses.filter((status) => status !== 400)).toEqual([])
    else expect(statuses).toContain(heard.statuses[0])
  })

  it('an address that is no text', async () => {
    const bytes = Buffer.concat([
      Buffer.from('GET /api/'),
      Buffer.from([0xff, 0xc0, 0xaf]),
      Buffer.from(` HTTP/1.1\r\n${host()}${key()}\r\n`),
    ])
    expect([400, 404]).toContain((await sent(bytes)).statuses[0])
  })

  it('1,000 requests at once on one connection are all answered, in order', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => get(`X-Request-Id: n-${n}\r\n`)).join('')
    const { statuses, text } = await sent(many, 1000, 15_000)
    expect(statuses.length).toBe(1000)
    expect(new Set(statuses)).toEqual(new Set([200]))
    const ids = [...text.matchAll(/x-request-id: n-(\d+)/gu)].map(([, n]) => Number(n))
    expect(ids).toEqual(Array.from({ length: 1000 }, (_, n) => n))
  })

  it('an expectation that is met waits for its body', async () => {
    const held = hold(served.port, post('Expect: 100-continue\r\nContent-Length: 2\r\n', ''))
    await expect.poll(held.text).toContain('100 Continue')
    held.socket.write('{}')
    await expect.poll(held.text).toContain('200 OK')
    held.socket.destroy()
  })
})

describe('whoever never ends', () => {
  it('is left waiting by nobody: others are answered meanwhile, and in time it is closed', async () => {
    expect(await honest()).toBeLessThan(1000)
    const headers = slow.filter(({ name }) => !/body|chunk/u.test(name))
    for (const { name, held } of headers) expect(await held.closed, name).toBeLessThan(30_000)
    const bodies = slow.filter((one) => !headers.includes(one))
    for (const { name, held } of bodies) {
      expect(await held.closed, name).toBeLessThan(75_000)
      expect(held.text(), name).toMatch(/HTTP\/1\.1 40[08]/u)
    }
  }, 90_000)

  it('holds nothing: not a descriptor, and no memory to speak of', async () => {
    const held = Array.from({ length: 300 }, (_, n) =>
      hold(
        served.port,
        n % 2 === 0 ? `GET ${path} HTTP/1.1\r\n` : get('Connection: Upgrade\r\nUpgrade: websocket\r\n', '/nowhere'),
      ),
    )
    expect(await honest()).toBeLessThan(1000)
    for (const { socket } of held) socket.destroy()
    await expect.poll(() => readdirSync(`/proc/${served.pid}/fd`).length, { timeout: 10_000 }).toBeLessThan(80)
    expect(memoryOf(served.pid) - before).toBeLessThan(200_000)
  })

  it('does not keep the server from ending', async () => {
    const held = [
      get(),
      get('Connection: Upgrade\r\nUpgrade: websocket\r\n', '/nowhere'),
      `GET ${path} HTTP/1.1\r\n`,
      post('Content-Length: 9\r\n', '{'),
    ].map((bytes) => hold(served.port, bytes))
    held.push(
      hold(
        served.port,
        get(
          `Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n`,
          '/rpc',
        ),
      ),
    )
    await sleep(300)
    const began = performance.now()
    served.kill('SIGINT')
    expect((await served.ended).code, served.said()).toBe(0)
    expect(performance.now() - began).toBeLessThan(12_000)
    for (const { socket } of held) socket.destroy()
  })
})

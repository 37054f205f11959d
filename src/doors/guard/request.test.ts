import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barred, hostNames, openRoutes, type Seen } from './request.ts'

const hosts = hostNames([4100], ['baton.example', 'proxy.example:8443'])
const plain: Seen = {
  method: 'GET',
  path: '/api/status/list',
  host: '127.0.0.1:4100',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  contentType: undefined,
  contentEncoding: undefined,
}
const status = (change: Partial<Seen>): number | undefined => barred({ ...plain, ...change }, hosts)?.status

describe('the Host header', () => {
  it.each([
    '127.0.0.1:4100',
    'localhost:4100',
    'LocalHost:4100',
    'LOCALHOST:4100',
    '[::1]:4100',
    'baton.example:4100',
    'Baton.Example:4100',
    'proxy.example:8443',
  ])('lets %s in', (host) => expect(status({ host })).toBeUndefined())

  it.each([
    undefined,
    '',
    ' ',
    ':4100',
    '127.0.0.1',
    'localhost',
    'localhost:80',
    'localhost:4101',
    'localhost:04100',
    'localhost:4100 ',
    ' localhost:4100',
    'localhost.:4100',
    '127.0.0.1.:4100',
    'localhost:4100.',
    'localhost.evil.test:4100',
    'evil.test:4100',
    'evil.localhost:4100',
    'evil@localhost:4100',
    'localhost:4100@evil.test',
    'localhost:4100:4100',
    'localhost:4100/',
    'localhost:4100#',
    'localhost:4100?',
    'localhost:4100\u0000',
    'localhost:4100, evil.test:4100',
    'localhost:4100, localhost:4100',
    'http://localhost:4100',
    '2130706433:4100',
    '0x7f000001:4100',
    '0x7f.1:4100',
    '0177.0.0.1:4100',
    '127.1:4100',
    '127.0.1:4100',
    '127.0.0.2:4100',
    '0.0.0.0:4100',
    '0:4100',
    '[::]:4100',
    '::1:4100',
    '[::ffff:127.0.0.1]:4100',
    '[0:0:0:0:0:0:0:1]:4100',
    '[::1%lo]:4100',
    'ｌｏｃａｌｈｏｓｔ:4100',
    'loca\u017Fhost:4100',
    'proxy.example:4100',
    'proxy.example',
    'baton.example:8443',
    'notbaton.example:4100',
  ])('answers 421 to %j', (host) => expect(status({ host })).toBe(421))

  it('knows no name besides its own, whatever it looks like', () => {
    const known = new Set(['127.0.0.1', 'localhost', '[::1]', 'baton.example', 'proxy.example'])
    const near = fc.tuple(fc.constantFrom(...known), fc.string({ maxLength: 4 }), fc.nat(70_000))
    const host = fc.oneof(
      fc.string(),
      fc.domain(),
      near.map(([name, more, port]) => `${name}${more}:${port}`),
      near.map(([name, more, port]) => `${more}${name}:${port}`),
    )
    fc.assert(
      fc.property(host, (given) => {
        fc.pre(!hosts.has(given.toLowerCase()))
        expect(status({ host: given })).toBe(421)
      }),
      { numRuns: 2000 },
    )
  })

  it('is asked before anything else, so that a rebound name learns nothing', () => {
    expect(status({ host: 'evil.test:4100', origin: 'http://evil.test:4100', method: 'POST' })).toBe(421)
  })

  it('may leave the port away only where browsers do', () => {
    expect(barred({ ...plain, host: 'localhost' }, hostNames([80], []))).toBeUndefined()
    expect(barred({ ...plain, host: 'localhost' }, hostNames([443], []))?.status).toBe(421)
  })
})

describe('the Origin header', () => {
  it.each([
    'http://127.0.0.1:4100',
    'http://localhost:4100',
    'HTTP://LOCALHOST:4100',
    'http://[::1]:4100',
    'https://proxy.example:8443',
  ])('lets %s in', (origin) => expect(status({ origin })).toBeUndefined())

  it.each([
    '',
    'null',
    'Null',
    'undefined',
    '*',
    'localhost:4100',
    '//localhost:4100',
    'http://localhost',
    'http://localhost:3000',
    'http://127.0.0.1:4101',
    'http://localhost.evil.test:4100',
    'http://localhost:4100.evil.test',
    'http://evil.test:4100',
    'http://evil.test#localhost:4100',
    'http://evil.test/http://localhost:4100',
    'http://evil@localhost:4100',
    'http://localhost:4100@evil.test',
    'http://localhost:4100/',
    'http://localhost:4100/path',
    'http://localhost:4100?x',
    'http://localhost:4100\n',
    'http://localhost:4100 ',
    'http:localhost:4100',
    'http:///localhost:4100',
    'ws://localhost:4100',
    'file://',
    'file://localhost:4100',
    'chrome-extension://localhost:4100',
    'vscode-webview://localhost:4100',
    'http://localhost:4100, http://evil.test',
    'http://evil.test, http://localhost:4100',
    'http://localhost:4100 http://evil.test',
  ])('answers 403 to %j', (origin) => expect(status({ origin })).toBe(403))

  it('lets nobody in who is not one of ours', () => {
    const scheme = fc.constantFrom('http://', 'https://', 'ws://', 'http:', '', 'javascript:')
    fc.assert(
      fc.property(scheme, fc.oneof(fc.domain(), fc.webAuthority(), fc.string()), (how, who) => {
        fc.pre(!hosts.has(who.toLowerCase()))
        expect(status({ origin: `${how}${who}` })).toBe(403)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('Sec-Fetch-Site', () => {
  it.each([undefined, 'none', 'same-origin'])('lets %s in', (fetchSite) =>
    expect(status({ fetchSite })).toBeUndefined(),
  )

  it.each(['cross-site', 'same-site', 'Same-Origin', '', 'same-origin, cross-site', 'none, none', 'whatever'])(
    'answers 403 to %j',
    (fetchSite) => expect(status({ fetchSite })).toBe(403),
  )

  it('lets a link from elsewhere lead to the page, and to nothing else', () => {
    const visit = { fetchSite: 'cross-site', fetchMode: 'navigate' }
    expect(status({ ...visit, path: '/' })).toBeUndefined()
    for (const path of ['/api/status/list', '/events', '//', '/.', '/page.js', '/openapi.json', '/session'])
      expect(status({ ...visit, path })).toBe(403)
    expect(status({ ...visit, path: '/', method: 'POST', contentType: 'application/json' })).toBe(403)
    for (const fetchMode of ['no-cors', 'cors', 'websocket', undefined])
      expect(status({ fetchSite: 'cross-site', fetchMode, path: '/' })).toBe(403)
  })
})

describe('the form of a body', () => {
  const post = (contentType: string | undefined, contentEncoding?: string) =>
    status({ method: 'POST', contentType, contentEncoding })

  it.each([
    'application/json',
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json; charset=UTF-8',
    'application/json ; charset="utf-8"',
  ])('takes %s', (type) => expect(post(type)).toBeUndefined())

  it.each([
    undefined,
    '',
    'text/plain',
    'text/plain; x=application/json',
    'text/plain;application/json',
    'text/plain, application/json',
    'application/json, text/plain',
    'application/jsonp',
    'application/json-patch+json',
    'application/problem+json',
    'application/x-json',
    'text/json',
    'xapplication/json',
    'application/json; charset=utf-7',
    'application/json; charset=utf-16',
    'application/json; boundary=x',
    'application/json; charset=utf-8; x=y',
    'application/json/',
    'application/ json',
    'multipart/form-data; boundary=application/json',
    'application/x-www-form-urlencoded',
    '*/*',
  ])('answers 415 to %j', (type) => expect(post(type)).toBe(415))

  it('takes no other type, however it is dressed up', () => {
    const more = fc.string({ minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(fc.constantFrom('application/json', 'text/plain', ''), more, (type, rest) => {
        fc.pre(!/^application\/json\s*(;\s*charset="?utf-8"?\s*|;?\s*)?$/iu.test(`${type}${rest}`.trim()))
        expect(post(`${type}${rest}`)).toBe(415)
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['gzip', 'br', 'deflate', 'zstd', 'x-gzip', '', 'identity, gzip', 'Identity'])(
    'answers 415 to a body encoded as %j, whatever the method',
    (encoding) => {
      expect(post('application/json', encoding)).toBe(415)
      expect(status({ contentEncoding: encoding })).toBe(415)
    },
  )

  it.each(['PUT', 'PATCH', 'TRACE', 'PROPFIND', 'get', 'QUERY', 'CONNECT'])('asks %s for JSON too', (method) =>
    expect(status({ method })).toBe(415),
  )

  it('needs none to take something away or to look', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) expect(status({ method })).toBeUndefined()
    expect(status({ method: 'DELETE', contentType: 'text/plain' })).toBe(415)
  })
})

it('is pure: every request gets the same answer again, and never an error', () => {
  const word = fc.option(fc.string(), { nil: undefined })
  const seen = fc.record({
    method: fc.oneof(fc.constantFrom('GET', 'POST', 'DELETE'), fc.string()),
    path: fc.string(),
    host: fc.oneof(word, fc.constantFrom(...hosts)),
    origin: word,
    fetchSite: word,
    fetchMode: word,
    contentType: word,
    contentEncoding: word,
  })
  fc.assert(fc.property(seen, (one) => void expect(barred(one, hosts)).toEqual(barred(one, hosts))))
})

it('leaves open only what holds nothing, and what lets in', () => {
  for (const route of openRoutes) expect(route).toMatch(/^(GET|POST|DELETE) \/[a-z.]*$/)
  expect([...openRoutes].filter((route) => route.includes('/api/'))).toEqual([])
})

// Every route of the running program, tried by everybody who may not use it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod } from '../../src/api/method.ts'
import { openRoutes } from '../../src/doors/guard/request.ts'
import { type HttpDoor, openHttpDoor, type RouteSeen } from '../../src/doors/http/door.ts'
import { realClock } from '../../src/presets/clock.ts'
import { paperHouse } from '../cli/testing.ts'
import { Grounds, keys, type Served } from './served.ts'
import { type Answer, type Asking, ask, bearing, json, upgrading } from './wire.ts'

const grounds = new Grounds()
let served: Served
let door: HttpDoor
let routes: readonly RouteSeen[] = []
let count = 0

beforeAll(async () => {
  const options = {
    house: paperHouse(),
    methods,
    clock: realClock,
    version: '0.0.0',
    token: 'x'.repeat(40),
    owner: 'ada',
  }
  door = await openHttpDoor({ ...options, port: 0 })
  routes = door.routes
  served = await grounds.serve()
}, 60_000)
afterAll(async () => {
  await door.close()
  grounds.remove()
})

/** Each from another address of this machine, so that nobody is held back for what another one did. */
function elsewhere(): string {
  count += 1
  return `127.${1 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`
}

const nameOf = ({ method, url }: RouteSeen): string => `${method} ${url}`
/** With something in the place of whatever is left open in it. */
const pathOf = ({ url }: RouteSeen): string => url.replace(/:\w+/gu, '%2Fsomewhere')
const hasBody = ({ method }: RouteSeen): boolean => method === 'POST' || method === 'PUT' || method === 'PATCH'
/** What document 003's addresses take. */
const counted = ({ method, url }: RouteSeen): Asking =>
  method === 'PUT' ? { body: JSON.stringify({ [url.endsWith('running') ? 'running' : 'desired']: 1 }) } : {}
const methodOf = ({ url }: RouteSeen): AnyMethod | undefined => methods.find(({ name }) => url === `/api/${name}`)

function knock(route: RouteSeen, asking: Asking = {}, path = pathOf(route), port = served.port): Promise<Answer> {
  const body = hasBody(route) ? { body: '{}' } : {}
  const headers = { ...(hasBody(route) ? json : {}), ...asking.headers }
  return ask(port, route.method, path, { from: elsewhere(), ...body, ...asking, headers })
}

/** What each route answered that did not answer as it should. */
async function others(should: number, asked: (route: RouteSeen) => Promise<Answer>, over = routes): Promise<string[]> {
  const said: string[] = []
  for (const route of over) {
    const { status, text } = await asked(route)
    if (status !== should) said.push(`${nameOf(route)}: ${status} ${text.slice(0, 80)}`)
    else if (text !== '' && !text.includes(`"statusCode":${should}`))
      said.push(`${nameOf(route)}: ${text.slice(0, 80)}`)
  }
  return said
}

describe('the list of routes', () => {
  it('is long, and holds every method', () => {
    expect(routes.length).toBeGreaterThan(methods.length)
    const missing = methods.filter((one) => one.shape !== 'follow' && !routes.some((route) => methodOf(route) === one))
    expect(missing.map(({ name }) => name)).toEqual([])
  })

  it('is the one that the built program says it has', async () => {
    const { text } = await ask(served.port, 'GET', '/openapi.json', { headers: bearing(grounds.token) })
    const { paths } = JSON.parse(text) as { paths: Record<string, object> }
    const told = Object.entries(paths).flatMap(([url, verbs]) =>
      Object.keys(verbs).map((verb) => `${verb.toUpperCase()} ${url}`),
    )
    const written = routes.map((route) => nameOf(route).replace(/:(\w+)/gu, '{$1}'))
    expect(told.sort()).toEqual(written.sort())
  })

  it('leaves open what is named here and nothing else', async () => {
    const open = [
      'GET /',
      'GET /page.css',
      'GET /page.js',
      'GET /favicon.ico',
      'GET /health',
      'POST /session',
      'DELETE /session',
    ]
    expect([...openRoutes].sort()).toEqual([...open].sort())
    const answered: string[] = []
    for (const route of routes) if ((await knock(route)).status !== 401) answered.push(nameOf(route))
    expect(answered.sort()).toEqual(open.sort())
  })
})

describe('every route refuses', () => {
  const shut = (): RouteSeen[] => routes.filter((route) => !openRoutes.has(nameOf(route)))

  it.each([
    ['no key', {}],
    ['an empty one', { authorization: 'Bearer ' }],
    ['a wrong one', bearing('wrong-wrong-wrong-wrong')],
    ['a wrong one elsewhere', { 'x-api-key': 'wrong-wrong-wrong-wrong' }],
    ['another scheme', { authorization: 'Basic YWRhOmFkYQ==' }],
    ['a cookie of nobody', { cookie: 'baton-4100=a.b.c; baton=a.b.c' }],
  ])('%s with 401', async (_, headers) => {
    expect(await others(401, (route) => knock(route, { headers }), shut())).toEqual([])
  })

  it('the token anywhere but in its header with 401', async () => {
    const { token } = grounds
    const query = `?${['token', 'access_token', 'key', 'api_key', 'authorization', 'x-api-key', 'code'].map((one) => `${one}=${token}`).join('&')}`
    const wrong = (headers: Record<string, string>, path?: string) => (route: RouteSeen) =>
      knock(route, { headers }, path ?? `${pathOf(route)}${query}`)
    expect(await others(401, wrong({}), shut())).toEqual([])
    expect(await others(401, wrong({ cookie: `baton-${served.port}=${token}` }), shut())).toEqual([])
    expect(
      await others(401, wrong({ 'proxy-authorization': `Bearer ${token}`, 'x-auth-token': token }), shut()),
    ).toEqual([])
    expect(await others(401, (route) => knock(route, {}, `/${token}${pathOf(route)}`))).toEqual([])
  })

  it.each([
    'evil.test:PORT',
    'evil.test',
    'localhost.evil.test:PORT',
    'localhost:1',
    '127.0.0.2:PORT',
    '0.0.0.0:PORT',
    'evil@127.0.0.1:PORT',
  ])('the name %s with 421, whoever asks', async (name) => {
    const host = name.replace('PORT', String(served.port))
    expect(await others(421, (route) => knock(route, { headers: { host, ...bearing(grounds.token) } }))).toEqual([])
  })

  it.each([
    'null',
    'http://evil.test',
    'http://evil.test:PORT',
    'http://localhost.evil.test:PORT',
    'http://127.0.0.1:1',
    'http://localhost',
    'file://',
  ])('the origin %s with 403, whoever asks', async (name) => {
    const origin = name.replace('PORT', String(served.port))
    expect(await others(403, (route) => knock(route, { headers: { origin, ...bearing(grounds.token) } }))).toEqual([])
  })

  it.each(['cross-site', 'same-site'])('what a %s page asks with 403', async (site) => {
    const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors', ...bearing(grounds.token) }
    expect(await others(403, (route) => knock(route, { headers }))).toEqual([])
    const visit = { ...headers, 'sec-fetch-mode': 'navigate' }
    const rest = routes.filter(({ url }) => url !== '/')
    expect(await others(403, (route) => knock(route, { headers: visit }), rest)).toEqual([])
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'text/plain; x=application/json',
    '',
  ])('a body of type "%s" with 415', async (type) => {
    const bodies = routes.filter(hasBody)
    expect(bodies.length).toBeGreaterThan(20)
    const headers = { 'content-type': type, ...bearing(grounds.token) }
    expect(await others(415, (route) => knock(route, { headers }), bodies)).toEqual([])
  })
})

/** What is for agents at work is refused to everybody else, whatever they may do. */
const isView = (method: AnyMethod | undefined): boolean => method?.shape === 'view' && method.forAgents !== true

describe('rights', () => {
  it.each([
    ['read-only', keys.reader, ['run', 'approve', 'admin']],
    ['bare', keys.runner, ['approve', 'admin']],
    ['approving', keys.approver, ['admin']],
  ])('a %s key does no more than it may', async (_, key, denied) => {
    const over = routes.filter((route) => denied.includes(methodOf(route)?.needs ?? ''))
    expect(over.length).toBeGreaterThan(2)
    expect(await others(403, (route) => knock(route, { headers: bearing(key) }), over)).toEqual([])
    const rest = routes.filter((route) => !over.includes(route) && isView(methodOf(route)))
    for (const route of rest) expect((await knock(route, { headers: bearing(key) })).status).not.toBe(403)
  })

  it('a key of one attempt asks about that one, and is dismissed with it', async () => {
    const key = door.admit('001-photo-albums/T001/1')
    const port = Number(new URL(door.urls[0] ?? '').port)
    const asked = (route: RouteSeen) => knock(route, { headers: bearing(key) }, pathOf(route), port)
    const bound = routes.filter((route) => methodOf(route) !== undefined && methodOf(route)?.about === undefined)
    expect(await others(403, asked, bound)).toEqual([])
    const about = (step: string) =>
      ask(port, 'POST', '/api/status/step', { headers: { ...json, ...bearing(key) }, body: JSON.stringify({ step }) })
    expect((await about('001-photo-albums/T002')).status).toBe(403)
    expect((await about('001-photo-albums/T001')).status).toBe(404)
    const rest = routes.filter(
      ({ url, websocket }) => /^\/(events|metrics|api\/orchestration)/u.test(url) && !websocket,
    )
    for (const route of rest) {
      const body = counted(route)
      const { status } = await knock(route, { headers: bearing(key), ...body }, pathOf(route), port)
      expect(status, nameOf(route)).toBe(403)
      if ('body' in body) expect((await knock(route, { headers: bearing(keys.reader), ...body })).status).toBe(403)
    }
    door.dismiss('001-photo-albums/T001/1')
    expect((await about('001-photo-albums/T001')).status).toBe(401)
  })
})

describe('an upgrade', () => {
  it.each([
    ['without a key', {}, [401, 400]],
    ['with a wrong key', bearing('wrong-wrong-wrong'), [401]],
    ['of a foreign page', { origin: 'http://evil.test', ...bearing('TOKEN') }, [403]],
    ['of no page', { origin: 'null', ...bearing('TOKEN') }, [403]],
    ['of a rebound name', { host: 'evil.test:PORT', ...bearing('TOKEN') }, [421]],
    ['of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'websocket', ...bearing('TOKEN') }, [403]],
  ] as [string, Record<string, string>, number[]][])('%s is refused before it happens', async (_, given, statuses) => {
    const filled = Object.entries(given).map(([name, value]) => [
      name,
      value.replace('TOKEN', grounds.token).replace('PORT', String(served.port)),
    ])
    const headers = { ...upgrading, ...(Object.fromEntries(filled) as Record<string, string>) }
    const wrong: string[] = []
    for (const route of routes.filter(({ method }) => method === 'GET')) {
      const { status } = await knock(route, { headers })
      if (!statuses.includes(status)) wrong.push(`${nameOf(route)}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  it('happens where it is spoken, and nowhere else', async () => {
    const headers = { ...upgrading, ...bearing(grounds.token) }
    const spoken: string[] = []
    for (const route of routes.filter(({ method }) => method === 'GET'))
      if ((await knock(route, { headers })).status === 101) spoken.push(route.url)
    expect(spoken).toEqual(routes.filter(({ websocket }) => websocket).map(({ url }) => url))
    expect(spoken).toContain('/rpc')
  })

  it('takes no key from the address or the protocols that a page may choose', async () => {
    const { token } = grounds
    for (const [path, protocols] of [
      [`/rpc?token=${token}&access_token=${token}`, []],
      ['/rpc', ['bearer', token]],
      ['/rpc', [`bearer.${token}`]],
    ] as const) {
      const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, [...protocols])
      const status = await new Promise((resolve) => {
        socket.on('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('open', () => resolve('open'))
        socket.on('error', resolve)
      })
      socket.terminate()
      expect(status, path).toBe(401)
    }
  })
})

describe('nothing leads past the guard', () => {
  const verbs = 'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND SEARCH MKCOL COPY LOCK REPORT PURGE LINK'.split(
    ' ',
  )
  const target = '/api/status/list'
  const paths = [
    ...[
      target,
      `/${target}`,
      `//${target}`,
      `${target}/`,
      '/API/STATUS/LIST',
      '/Api/status/list',
      '/api/./status/list',
    ],
    ...[
      '/api/../api/status/list',
      '/api/%2e%2e/api/status/list',
      '/api%2fstatus%2flist',
      '/%61pi/status/list',
      '/api/status/%6cist',
    ],
    ...[
      '/health/../api/status/list',
      '/health/..%2fapi/status/list',
      '/health%2f..%2fapi%2fstatus%2flist',
      '/health;/api/status/list',
    ],
    ...[
      '/page.js/../api/status/list',
      '/page.js%3f/api/status/list',
      '/health%00',
      '/health%20',
      '/health/',
      '/HEALTH',
      '/%68ealth',
    ],
    ...[
      '/api/status/list;x=1',
      '/api/status/list%3fx',
      '/api/status/list%23',
      '/api/status/list%00',
      '/api\\status\\list',
      '/..\\api\\status\\list',
    ],
    ...[
      '/session/../api/status/list',
      '/api/status/list/../../../health',
      '/.%2e/health',
      '/%2e/health',
      '/api/%zz',
      '/%',
      '/api/%c0%ae%c0%ae/',
    ],
    ...[
      '*',
      'http://127.0.0.1/health',
      '/events/',
      '/rpc/',
      '/mcp/',
      '//mcp',
      '/mcp/..',
      '/metrics/',
      '/openapi.json/',
      '/reference/',
    ],
  ]

  it('no verb, and no way to write an address', async () => {
    const wrong: string[] = []
    for (const path of paths) {
      for (const verb of verbs) {
        const body = ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'DELETE'].includes(verb) ? {} : { body: '{}' }
        const { status, text } = await ask(served.port, verb, path, { headers: json, from: elsewhere(), ...body })
        const fine = [400, 401, 404, 421].includes(status) && !text.includes('"items"')
        if (!fine) wrong.push(`${verb} ${path}: ${status} ${text.slice(0, 60)}`)
      }
    }
    expect(wrong).toEqual([])
  })

  it('no header that names another method, address or caller', async () => {
    const headers = {
      'x-http-method-override': 'GET',
      'x-original-url': '/health',
      'x-rewrite-url': '/health',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'localhost',
      'x-forwarded-user': 'root',
      'x-real-ip': '127.0.0.1',
      'x-remote-user': 'root',
      forwarded: 'for=127.0.0.1;host=localhost',
      'accept-version': '*',
    }
    const shut = routes.filter((route) => !openRoutes.has(nameOf(route)))
    expect(await others(401, (route) => knock(route, { headers }), shut)).toEqual([])
  })
})

// Whose word counts: rights that a caller claims, secrets that come out, folders that are not ours, and keys that are guessed.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { methods } from '../../src/api/index.ts'
import { Grounds, keys, plan, type Served } from './served.ts'
import { type Asking, ask, bearing, json } from './wire.ts'

const grounds = new Grounds()
const canary = 'a-canary-that-nobody-may-hear'
let served: Served
let repo = ''
let outside = ''

beforeAll(async () => {
  outside = grounds.repository('outside', {
    'wf.yaml': plan(canary),
    'baton.yaml': `agents: {${canary}: {command: [x]}}\n`,
  })
  repo = grounds.repository('repo', {
    'wf.yaml': plan('Nothing to hide'),
    out: '-> ../outside',
    'out.yaml': '-> ../outside/wf.yaml',
    root: '-> /',
  })
  await grounds.ready(repo)
  served = await grounds.serve()
}, 60_000)
afterAll(() => grounds.remove())

const post = (method: string, params: unknown, key: string, more: Asking = {}) =>
  ask(served.port, 'POST', `/api/${method}`, {
    ...more,
    headers: { ...json, ...bearing(key), ...more.headers },
    body: JSON.stringify(params),
  })
const head = async (): Promise<number> => JSON.parse((await post('state/read', {}, grounds.token)).text).seq

describe('what a request can name (S3)', () => {
  const dangerous =
    /^(commands?|cmd|argv?|args|exec|execute|shell|env|environment|script|program|binary|bin|spawn|cwd|eval|code|module|hooks?|node_?options)$/iu

  /** Every field that a schema knows, however deep it lies, and whether it takes fields that it does not know. */
  function fieldsOf(schema: unknown, at = ''): string[] {
    if (typeof schema !== 'object' || schema === null) return []
    if (Array.isArray(schema)) return schema.flatMap((one) => fieldsOf(one, at))
    const { properties = {}, additionalProperties, ...rest } = schema as Record<string, unknown>
    const fields = Object.entries(properties as object).flatMap(([name, one]) => [
      `${at}${name}`,
      ...fieldsOf(one, `${at}${name}.`),
    ])
    const open = additionalProperties === undefined || additionalProperties === false ? [] : [`${at}*`]
    return [...fields, ...open, ...fieldsOf(Object.values(rest), at)]
  }
  const bad = (schema: z.ZodType): string[] =>
    fieldsOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })).filter((field) => {
      const last = field.split('.').at(-1) ?? ''
      return dangerous.test(last) || last === '*'
    })

  it('is never something to run', () => {
    // A table of outcomes has whatever models and tasks it has: they are counted, and nothing is done with their names.
    const table = new Set(['cost/simulate outcomes.models.*'])
    const found = methods.flatMap(({ name, params }) => bad(params).map((field) => `${name} ${field}`))
    expect(found.filter((field) => !table.has(field))).toEqual([])
  })

  it('would be seen here', () => {
    expect(bad(z.strictObject({ a: z.array(z.strictObject({ argv: z.string() })) }))).toEqual(['a.argv'])
    expect(
      bad(z.strictObject({ of: z.union([z.int(), z.object({ env: z.record(z.string(), z.string()) })]) })),
    ).toEqual(['of.env', 'of.env.*'])
  })
})

describe('secrets (S5)', () => {
  it('stand in no answer, no page, no log, no address and no file but their own', async () => {
    const secrets = [grounds.token, ...Object.values(keys)]
    const said: string[] = []
    const note = ({ text, headers }: { text: string; headers: object }): void => {
      said.push(text, JSON.stringify(headers))
    }
    for (const path of [
      '/',
      '/page.js',
      '/page.css',
      '/health',
      '/metrics',
      '/openapi.json',
      '/reference',
      '/nowhere',
      '/api/%zz',
    ])
      note(await ask(served.port, 'GET', path, { headers: bearing(grounds.token) }))
    for (const { name, shape } of methods) {
      if (shape === 'read' || shape === 'view') note(await post(name, {}, grounds.token))
      note(await post(name, { unknown: 1 }, grounds.token))
      note(await post(name, {}, keys.reader))
    }
    note(await post('server/invite', {}, grounds.token))
    for (const key of [...secrets, `${grounds.token}x`])
      note(
        await ask(served.port, 'GET', '/api/status/list', {
          headers: { authorization: `Basic ${key}` },
          from: '127.77.0.1',
        }),
      )
    said.push(served.said())
    const files = readdirSync(grounds.home, { recursive: true, withFileTypes: true }).filter((file) => file.isFile())
    expect(files.length).toBeGreaterThan(3)
    for (const { parentPath, name } of files)
      if (join(parentPath, name) !== join(grounds.home, 'token'))
        said.push(readFileSync(join(parentPath, name), 'latin1'))
    for (const secret of secrets) expect(said.filter((one) => one.includes(secret))).toEqual([])
    expect(readFileSync(`/proc/${served.pid}/cmdline`, 'utf8')).not.toContain(grounds.token)
  })

  it('are exchanged once: the link holds a code, not a key, and the cookie is kept from scripts and other sites', async () => {
    const link = JSON.parse((await post('server/invite', {}, grounds.token)).text).url as string
    const code = new URL(link).hash.slice(1)
    expect(new URL(link).search).toBe('')
    const open = (given: string) =>
      ask(served.port, 'POST', '/session', { headers: json, body: JSON.stringify({ code: given }), from: '127.77.0.2' })
    const first = await open(code)
    expect(first.status).toBe(204)
    const [cookie = ''] = first.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict; /)
    expect(cookie).not.toMatch(/Domain|Secure=/)
    expect((await open(code)).status).toBe(403)
    const list = await ask(served.port, 'GET', '/api/status/list', { headers: { cookie: cookie.split(';')[0] ?? '' } })
    expect(list.status).toBe(200)
  })
})

describe('rights that a caller claims (S6)', () => {
  const claims = {
    headers: {
      'x-baton-scopes': 'admin',
      'x-scopes': 'read,run,approve,admin',
      scope: 'admin',
      scopes: 'admin',
      'x-baton-caller': 'root',
      'x-user': 'root',
      'x-admin': '1',
      'x-baton-attempt': '',
      cookie: 'scopes=admin; admin=1; may=admin',
    },
    body: {
      scopes: ['read', 'run', 'approve', 'admin'],
      may: ['admin'],
      admin: true,
      role: 'admin',
      needs: 'read',
      by: 'root',
      caller: { name: 'root', may: ['admin'] },
      folder: '/',
      attempt: null,
    },
  }

  it('change nothing, wherever they stand', async () => {
    const before = await head()
    const denied = methods.filter(({ needs, shape }) => needs !== 'read' && shape !== 'follow')
    expect(denied.length).toBeGreaterThan(10)
    for (const { name } of denied) {
      const { status, text } = await post(`${name}?scopes=admin&may=admin&admin=true`, claims.body, keys.reader, {
        headers: claims.headers,
      })
      expect(`${name} ${status} ${JSON.parse(text).details.kind}`).toBe(`${name} 403 auth`)
    }
    expect(await head()).toBe(before)
  })

  it('do not name somebody else in the record', async () => {
    const { status } = await post('plan/import', { plan: 'wf.yaml', workspace: repo }, keys.runner, {
      headers: claims.headers,
    })
    expect(status).toBe(200)
    const raised = await post('blocker/raise', { on: 'wf', notes: 'x' }, keys.runner, { headers: claims.headers })
    expect(raised.status).toBe(200)
    const { text } = await post('journal/read', { after: (await head()) - 1 }, grounds.token)
    expect(JSON.parse(text).entries).toMatchObject([{ type: 'blocker.raised', by: 'runner' }])
  })
})

describe('an address that other machines reach (S7)', () => {
  const [lan] = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
  const open = ['0.0.0.0', '::', '0', '', '::ffff:127.0.0.1', '127.1', lan?.address ?? '192.0.2.1']

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    return port
  }

  it.each(open)('is not served without a word for it: --host "%s"', async (host) => {
    const other = new Grounds()
    try {
      const port = await freePort()
      const starts = [[], ['--allow-host', 'baton.example'], ['--allow-remote']].map((more) =>
        other.start(['serve', '--port', String(port), '--host', host, ...more], { HOST: '0.0.0.0' }),
      )
      for (const [n, started] of starts.entries()) {
        expect((await started.ended).code, started.said()).not.toBe(0)
        expect(started.said()).toMatch(n < 2 ? /--allow-remote|host/u : /--allow-host|host/u)
        expect(started.said()).not.toContain('serves this home')
      }
    } finally {
      other.remove()
    }
  })

  it('is served once it is meant, under the name that was given and no other', async () => {
    const other = new Grounds()
    try {
      const argv = ['--port', '0', '--host', '0.0.0.0', '--allow-remote', '--allow-host', 'baton.example']
      const meant = await other.serve(argv)
      expect(meant.link).toMatch(/^http:\/\/baton\.example:\d+\/#/)
      const status = async (host: string) =>
        (await ask(meant.port, 'GET', '/api/status/list', { headers: { host, ...bearing(other.token) } })).status
      expect(await status(`baton.example:${meant.port}`)).toBe(200)
      expect(await status(`0.0.0.0:${meant.port}`)).toBe(421)
      expect(await status(`evil.test:${meant.port}`)).toBe(421)
      expect((await ask(meant.port, 'GET', '/api/status/list')).status).toBe(401)
    } finally {
      other.remove()
    }
  })

  it('is no other address of this machine, which answers to its own name', async () => {
    const other = new Grounds()
    try {
      const { url, port } = await other.serve(['--port', '0', '--host', '127.0.0.2'])
      expect(url).toBe(`http://127.0.0.2:${port}`)
      const response = await fetch(`${url}/api/status/list`, { headers: bearing(other.token) })
      expect(response.status).toBe(200)
    } finally {
      other.remove()
    }
  })
})

describe('folders that Baton does not work for (S9)', () => {
  const upload = () => ({
    filepath: join(outside, 'wf.yaml'),
    originalFilename: 'wf.yaml',
    mimetype: 'text/yaml',
    size: 1,
  })
  const plans = () => [
    ...[
      join(outside, 'wf.yaml'),
      '../outside/wf.yaml',
      'out/wf.yaml',
      'out.yaml',
      `${repo}/../outside/wf.yaml`,
      `${repo}/out/wf.yaml`,
    ],
    ...[
      `file://${join(outside, 'wf.yaml')}`,
      `file:${join(outside, 'wf.yaml')}`,
      'root/etc/passwd',
      '/etc/passwd',
      '/proc/self/environ',
    ],
    ...[
      `${outside}/wf.yaml\u0000`,
      `${outside}%2fwf.yaml`,
      '..\\outside\\wf.yaml',
      `${repo}//out//wf.yaml`,
      'HEAD:wf.yaml',
      `main:${outside}/wf.yaml`,
    ],
  ]
  const places = () => [
    outside,
    `${repo}/../outside`,
    `${repo}/out`,
    `${repo}/root${outside}`,
    '/',
    '/etc',
    `${outside}/`,
    `file://${outside}`,
    '..',
    '.',
    '~',
    '',
  ]

  /** Everything that takes a folder or a plan, asked in every way there is. */
  function* tries(): Generator<[string, Record<string, unknown>]> {
    const reading = ['plan/read', 'plan/import'].map((name) => [name, {}] as const)
    const others = [
      ['plan/convert', { to: 'json' }],
      ['plan/change', { changes: [{ kind: 'tick', step: 'wf/a' }] }],
      ['run/start', { dryRun: true }],
    ] as const
    for (const [name, more] of [...reading, ...others]) {
      for (const named of plans()) yield [name, { ...more, plan: named, workspace: repo }]
      for (const workspace of places()) yield [name, { ...more, plan: `${workspace}/wf.yaml`, workspace }]
      yield [name, { ...more, plan: join(outside, 'wf.yaml'), workspace: `${repo}/out` }]
      for (const odd of [
        upload(),
        [upload()],
        { path: join(outside, 'wf.yaml') },
        { $ref: `file://${outside}/wf.yaml` },
      ]) {
        yield [name, { ...more, plan: odd, workspace: repo }]
        yield [name, { ...more, plan: 'wf.yaml', workspace: odd }]
        yield [name, { ...more, files: odd, file: odd, attachments: [odd] }]
      }
    }
    for (const now of plans()) yield ['plan/diff', { old: 'wf.yaml', now, workspace: repo }]
    for (const place of places()) {
      yield ['plan/diff', { old: `${place}/wf.yaml`, now: `${place}/wf.yaml`, workspace: place }]
      yield ['workspace/look', { path: place, quick: true }]
      yield ['house/doctor', { path: place }]
    }
  }

  it('are not there, whatever names them', async () => {
    const before = await head()
    const wrong: string[] = []
    let count = 0
    for (const [name, params] of tries()) {
      const { status, text } = await post(name, params, keys.approver)
      count += 1
      if (text.includes(canary) || text.includes('root:x:') || status === 200 || status >= 500)
        wrong.push(`${name} ${JSON.stringify(params)}: ${status} ${text.slice(0, 150)}`)
    }
    expect(wrong).toEqual([])
    expect(count).toBeGreaterThan(150)
    expect(await head()).toBe(before)
  }, 120_000)

  it('are there for their owner, and the repository itself for everybody, or this would prove nothing', async () => {
    const { text } = await post('plan/read', { plan: `${outside}/wf.yaml`, workspace: outside }, grounds.token)
    expect(text).toContain(canary)
    for (const [name, params] of [
      ['plan/read', { plan: 'wf.yaml', workspace: repo }],
      ['workspace/look', { path: repo, quick: true }],
      ['house/doctor', { path: repo }],
    ] as const)
      expect((await post(name, params, keys.reader)).status, name).toBe(200)
  })
})

describe('keys that are guessed (S11)', () => {
  const from = '127.88.0.1'
  const look = (headers: Record<string, string>, address = from) =>
    ask(served.port, 'GET', '/api/status/list', { headers, from: address })

  it('wait after ten, with the time said, and keep nobody else out', async () => {
    const link = JSON.parse((await post('server/invite', {}, grounds.token)).text).url as string
    const body = JSON.stringify({ code: new URL(link).hash.slice(1) })
    const session = await ask(served.port, 'POST', '/session', { headers: json, body, from })
    const cookie = session.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    for (let n = 0; n < 10; n += 1) {
      expect((await look(bearing(keys.reader))).status).toBe(200)
      expect((await look(bearing(`guess-${n}`))).status).toBe(401)
    }
    const held = await look(bearing('guess-11'))
    expect([held.status, JSON.parse(held.text).error]).toEqual([429, 'rate_limit_exceeded'])
    expect(Number(held.headers['retry-after'])).toBeGreaterThan(50)
    // A right guess looks like a wrong one.
    expect((await look(bearing(keys.reader))).text.replace(/req-[\w-]+|\d{4}-[\dT:.-]+Z/gu, '')).toBe(
      (await look(bearing('guess-12'))).text.replace(/req-[\w-]+|\d{4}-[\dT:.-]+Z/gu, ''),
    )
    expect((await look({ cookie })).status).toBe(200)
    expect((await look(bearing(grounds.token))).status).toBe(200)
    expect((await look(bearing(keys.reader), '127.88.0.2')).status).toBe(200)
    expect((await look({})).status).toBe(401)
  })
})

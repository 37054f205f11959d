// The OpenAPI document is valid, whole, and says of the running server neither more nor less than it does.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { queryable } from '../../src/api/coerce.ts'
import { meaningOf, nouns } from '../../src/api/meanings.ts'
import { openRoutes } from '../../src/doors/guard/request.ts'
import type { Json } from '../../src/doors/reference/described.ts'
import { openapi } from '../../src/doors/reference/document.ts'
import { all, document, everyValue, Judge, operationsOf } from './described.ts'
import { type Opened, openDoor } from './open.ts'

const registered: { method: string | string[]; url: string }[] = []

vi.mock('fastify', async (original) => {
  const real = await original<typeof import('fastify')>()
  const listening: typeof real.default = ((options: object) => {
    const app = real.default(options)
    app.addHook('onRoute', ({ method, url }) => void registered.push({ method, url }))
    return app
  }) as typeof real.default
  return { ...real, default: listening }
})

/** What these need cannot be written in a query: where there is such a route, it says how to ask instead. */
const notByQuery = all.filter((one) => !queryable(one)).map(({ name }) => `GET /api/${name}`)

const operations = operationsOf(document)
const contents = operations.flatMap(({ name, operation }) => {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)] as (Json | undefined)[]
  return bodies.flatMap((body, index) =>
    Object.entries((body?.content ?? {}) as Readonly<Record<string, Json>>).map(([type, content]) => ({
      name: `${name} ${index} ${type}`,
      content,
    })),
  )
})
const judge = new Judge(document)

describe('the document', () => {
  it('is OpenAPI 3.1 by the official schema, which finds what is wrong', () => {
    const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi-3.1.schema.json'), 'utf8')) as Json
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const valid = ajv.compile(schema)
    expect(valid(document), ajv.errorsText(valid.errors)).toBe(true)
    expect(valid({ ...document, openapi: '3.0.0' })).toBe(false)
    expect(valid({ ...document, paths: { '/a': { get: { responses: { 200: {} } } } } })).toBe(false)
    expect(valid({ ...document, paths: { a: {} } })).toBe(false)
  })

  it('refers to nothing that is not there', () => {
    const there = new Set([...everyValue(document)].map(([at]) => at))
    const refs = [...everyValue(document)].flatMap(([at, value]) => {
      const ref = (value as Json | null)?.$ref
      return typeof ref === 'string' && !at.endsWith('/properties') ? [[at, ref] as const] : []
    })
    expect(refs.length).toBeGreaterThan(300)
    expect(refs.filter(([, ref]) => !there.has(ref))).toEqual([])
  })

  it('calls every operation by a name of its own', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([])
    expect(ids.filter((id) => !/^[a-zA-Z]\w*$/u.test(id))).toEqual([])
  })

  it('tags with what is explained, and explains every noun and every parameter', () => {
    const tags = new Map((document.tags as readonly Json[]).map(({ name, description }) => [name, description]))
    expect(operations.flatMap(({ operation }) => operation.tags).filter((tag) => !tags.get(tag))).toEqual([])
    expect(Object.keys(nouns).filter((noun) => !all.some(({ name }) => name.startsWith(`${noun}/`)))).toEqual([])
    const unexplained = operations.flatMap(({ name, operation }) => {
      const body = (operation.requestBody?.content as Json | undefined)?.['application/json'] as Json | undefined
      const fields = Object.entries(((body?.schema as Json | undefined)?.properties ?? {}) as Record<string, Json>)
      const given = (operation.parameters ?? []).map((one) => [String(one.name), one] as const)
      return [...fields, ...given].filter(([, one]) => !one.description).map(([key]) => `${name} ${key}`)
    })
    expect(unexplained).toEqual([])
    expect(meaningOf('step/why', 'never heard of')).toBeUndefined()
  })

  it('has only schemas that can be compiled as they stand, and examples that fit theirs', () => {
    expect(contents.length).toBeGreaterThan(120)
    for (const { name, content } of contents) {
      const valid = judge.of(name, (content.schema ?? {}) as Json)
      if ('example' in content) expect(valid(content.example), `${name} ${JSON.stringify(valid.errors)}`).toBe(true)
    }
    for (const [name, schema] of Object.entries(document.components.schemas ?? {})) judge.of(name, schema)
  })

  it('says an example of every method that the method itself takes', () => {
    for (const method of all.filter(({ shape }) => shape !== 'follow')) {
      const body = document.paths[`/api/${method.name}`]?.post?.requestBody as Json
      const { example } = (body.content as Record<string, Json>)['application/json'] ?? {}
      const taken = method.params.safeParse(example)
      expect(taken.success, `${method.name} ${JSON.stringify(example)} ${taken.error?.message}`).toBe(true)
    }
  })

  it('says what every method answers, and which right it needs', () => {
    const silent = operations.filter(({ path, operation }) => {
      const said = (operation.responses[200]?.content ?? {}) as Record<string, Json>
      return (
        path.startsWith('/api/') && !Object.values(said).some(({ schema }) => Object.keys(schema as Json).length > 0)
      )
    })
    expect(silent.map(({ name }) => name)).toEqual([])
    for (const method of all.filter(({ shape }) => shape !== 'follow'))
      expect(document.paths[`/api/${method.name}`]?.post?.['x-baton-needs']).toBe(method.needs)
  })

  it('opens without a key exactly what the guard lets through without one', () => {
    const open = operations.filter(({ operation }) => (operation.security as unknown[] | undefined)?.length === 0)
    expect(new Set(open.map(({ name }) => name))).toEqual(openRoutes)
  })

  it('is the same, byte for byte, for the same methods', () => {
    const again = openapi({ methods: all, version: '0.0.0', routes: [] })
    expect(JSON.stringify(again)).toBe(JSON.stringify(openapi({ methods: all, version: '0.0.0', routes: [] })))
  })
})

describe('the running server', () => {
  let door: Opened
  beforeAll(async () => {
    door = await openDoor()
  })
  afterAll(() => door.close())

  it('has every route that is described, and describes every route that it has', () => {
    const running = registered.flatMap(({ method, url }) =>
      [method].flat().map((one) => `${one} ${url.replace(/:(\w+)/gu, '{$1}')}`),
    )
    expect(running.length).toBeGreaterThan(50)
    const usable = running.filter((name) => !notByQuery.includes(name))
    expect([...usable].sort()).toEqual(operations.map(({ name }) => name).sort())
  })

  it('sends whoever asks by a query what no query can carry to where it can be asked', async () => {
    const got = await door.ask('GET', '/api/schedule/simulate?slots=4&graph=1')
    expect([400, 404]).toContain(got.status)
    expect(JSON.stringify(await got.json())).toMatch(/POST \/api\/schedule\/simulate|no such route/u)
  })

  it('gives the document to whoever has a key, and to nobody else', async () => {
    const got = await door.ask('GET', '/openapi.json')
    expect([got.status, got.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
    expect(((await got.json()) as Json).paths).toEqual(JSON.parse(JSON.stringify(document.paths)))
    expect((await door.ask('GET', '/openapi.json', { key: '' })).status).toBe(401)
  })

  it('says what becomes of a request that has no session, or is no WebSocket', async () => {
    for (const name of ['GET /mcp', 'DELETE /mcp', 'GET /rpc']) {
      const [verb = '', path = ''] = name.split(' ')
      const { status } = await door.ask(verb, path)
      const { responses } = operations.find((one) => one.name === name)?.operation ?? { responses: {} }
      expect([400, status in responses || 'default' in responses], name).toEqual([status, true])
    }
  })

  it('refuses in the shape that the document gives every refusal', async () => {
    const failed = judge.of('Error', { $ref: '#/components/schemas/Error' })
    const asked = [
      await door.ask('GET', '/openapi.json', { key: '' }),
      await door.ask('GET', '/nowhere'),
      await door.ask('POST', '/api/step/why', { body: '{"step":7}' }),
      await door.ask('POST', '/api/step/why', { body: '{' }),
      await door.ask('POST', '/api/step/why', { body: '{}', type: 'text/plain' }),
      await door.ask('GET', '/api/step/why?step=a/b'),
    ]
    expect(asked.map(({ status }) => status)).toEqual([401, 404, 400, 400, 415, 404])
    for (const one of asked) {
      const body = await one.json()
      expect(failed(body), JSON.stringify([body, failed.errors])).toBe(true)
    }
  })
})

// Baton's own tools reach the built-in agent from a server over HTTP, with this attempt's key, and their absence ends nothing.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { ran, resultIn, scripted, stage, started } from './model.stage.ts'

const on = stage()
const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

interface Asked {
  readonly authorization: string
  readonly method: string
  readonly params: Record<string, unknown>
}

/** As small as such a server can be: answers each request with one JSON text. */
async function toolServer(result: (asked: Asked) => unknown): Promise<{ url: string; asked: Asked[] }> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end()
      const {
        id,
        method,
        params = {},
      } = JSON.parse(body) as { id?: number; method: string; params?: Record<string, unknown> }
      const one = { authorization: request.headers.authorization ?? '', method, params }
      asked.push(one)
      if (id === undefined) return void response.writeHead(202).end()
      const text = JSON.stringify({ jsonrpc: '2.0', id, result: result(one) })
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
  })
  open.push(server)
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, asked }
}

const schema = { type: 'object', properties: { note: { type: 'string' } } }
const tools = ['get_step', 'read', 'odd name', 'report_progress'].map((name) => ({
  name,
  description: name,
  inputSchema: schema,
}))

const answers = ({ method, params }: Asked): unknown => {
  if (method === 'initialize')
    return {
      protocolVersion: params.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'baton', version: '1' },
    }
  if (method === 'tools/list') return { tools }
  if (method === 'tools/call')
    return { content: [{ type: 'text', text: `did ${JSON.stringify(params)} with attempt-key-1` }] }
  return {}
}

it('are called by name with the attempt key, which no model sees', async () => {
  const { url, asked } = await toolServer(answers)
  const models = scripted((turn) =>
    turn === 0
      ? {
          calls: [
            ['report_progress', { note: 'half' }],
            ['get_step', {}],
          ],
        }
      : { text: 'Done.' },
  )
  const assigned = on.assigned({
    folder: on.folder(),
    readsOnly: true,
    tools: [{ name: 'baton', url, token: 'attempt-key-1' }],
  })
  const result = await ran(started(on, models, assigned))
  expect(result.outcome.kind).toBe('succeeded')
  expect(models.requests[0]?.tools?.map(({ name }) => name)).toEqual([
    'plan',
    'list',
    'read',
    'search',
    'ask',
    'get_step',
    'report_progress',
  ])
  expect(asked.filter(({ method }) => method === 'tools/call').map(({ params }) => params)).toMatchObject([
    { name: 'report_progress', arguments: { note: 'half' } },
    { name: 'get_step', arguments: {} },
  ])
  expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer attempt-key-1']))
  expect(resultIn(models, 1)).toContain('did {')
  expect(JSON.stringify([models.requests, result.all])).not.toContain('attempt-key-1')
  expect(result.tools.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'baton.report_progress done',
    'baton.get_step done',
  ])
})

it('are done without when they are not to be had', async () => {
  const { url } = await toolServer(() => 'nonsense')
  const models = scripted(() => ({ text: 'Done.' }))
  const servers = [
    { name: 'gone', url: 'http://127.0.0.1:9/mcp', token: 'attempt-key-2' },
    { name: 'odd', url, token: 'attempt-key-2' },
    { name: 'no address', url: 'nowhere', token: 'attempt-key-2' },
  ]
  const result = await ran(started(on, models, on.assigned({ folder: on.folder(), readsOnly: true, tools: servers })))
  expect(result.outcome.kind).toBe('succeeded')
  for (const { name } of servers) expect(result.notices).toContain(`The tools of ${name} are not to be had`)
  expect(result.notices).not.toContain('attempt-key-2')
})

it('can be broken off while one of them does not answer', async () => {
  const { url, asked } = await toolServer(answers)
  const silent = createServer(() => undefined)
  open.push(silent)
  await new Promise<void>((done) => void silent.listen(0, '127.0.0.1', done))
  const at = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`
  const servers = [
    { name: 'baton', url, token: 'k' },
    { name: 'silent', url: at, token: 'k' },
  ]
  const run = started(
    on,
    scripted(() => ({ text: 'Done.' })),
    on.assigned({ folder: on.folder(), tools: servers }),
  )
  silent.once('request', () => void run.stop('enough'))
  expect((await ran(run)).outcome).toMatchObject({ kind: 'stopped', why: 'enough' })
  expect(asked.length).toBeGreaterThan(0)
})

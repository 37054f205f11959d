// Streamable HTTP as clients of every era speak it: sessions, their owners and their ends, and what is refused.
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { expect, it } from 'vitest'
import { until } from '../acceptance/until.ts'
import { busyHouse } from '../cli/testing.ts'
import { hello, keys, modern, peer, raw, serve, stillClock } from './mcp.stage.ts'

const listTools = { jsonrpc: '2.0', id: 2, method: 'tools/list' }

async function begun(url: string, key = 'runner', version = '2025-06-18'): Promise<string> {
  const { status, session, message } = await raw(url, hello(version), { key })
  expect(status).toBe(200)
  expect(message.result.protocolVersion).toBe(version)
  const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }
  expect((await raw(url, initialized, { key, session: session ?? '', version })).status).toBe(202)
  return session ?? ''
}

it.each(['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'])('speaks %s with sessions', async (version) => {
  const { url } = await serve(busyHouse())
  const session = await begun(url, 'runner', version)
  expect(session).toMatch(/^[\x21-\x7e]{32,}$/)
  const { status, message } = await raw(url, listTools, { session, version })
  expect(status).toBe(200)
  expect(message.id).toBe(2)
  expect(message.result.tools.map((tool: { name: string }) => tool.name)).toContain('import_plan')
})

it('says who it is and how it is used, and offers the newest version of sessions to whoever asks for another', async () => {
  const { url } = await serve(busyHouse())
  const { message } = await raw(url, hello('2031-01-01'))
  expect(message.result).toMatchObject({
    protocolVersion: '2025-11-25',
    serverInfo: { name: 'baton', version: '1.2.3' },
    capabilities: { tools: {}, resources: {}, prompts: {} },
  })
  expect(message.result.instructions).toContain('import_plan')
  expect(message.result.instructions.length).toBeLessThan(4500)
})

it('speaks 2026-07-28 without sessions, and finds out which by asking', async () => {
  const { url } = await serve(busyHouse())
  const { client, transport } = await peer(url, 'runner', { versionNegotiation: { mode: 'auto' } })
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  expect(transport.sessionId).toBeUndefined()
  const { structuredContent } = await client.callTool({ name: 'plan_status', arguments: { item: '001-photo-albums' } })
  expect(structuredContent).toMatchObject({ id: '001-photo-albums', total: 3 })
})

it('lets nobody into the session of another key, not even of one with the same name', async () => {
  const { url } = await serve(busyHouse())
  const session = await begun(url, 'runner')
  for (const key of ['twin', 'owner', 'agent']) {
    for (const method of ['POST', 'GET', 'DELETE']) {
      const answer = await raw(url, method === 'POST' ? listTools : undefined, { key, session, method })
      expect([key, method, answer.status]).toEqual([key, method, 404])
      expect(answer.message.error.code).toBe(-32001)
    }
  }
  expect((await raw(url, listTools, { session })).status).toBe(200)
})

it('asks for a key, for a session, and for a session that there is', async () => {
  const { url } = await serve(busyHouse())
  expect((await raw(url, hello('2025-06-18'), { key: 'nobody' })).status).toBe(401)
  expect((await raw(url, listTools)).status).toBe(400)
  expect((await raw(url, undefined, { method: 'GET' })).status).toBe(400)
  expect((await raw(url, undefined, { method: 'DELETE' })).status).toBe(400)
  expect((await raw(url, listTools, { session: 'made-up' })).status).toBe(404)
  expect((await raw(url, { hello: 'you' })).status).toBe(400)
  expect((await raw(url, [])).status).toBe(400)
  const session = await begun(url)
  expect((await raw(url, listTools, { session, version: '1999-01-01' })).status).toBe(400)
  expect((await raw(url, hello('2025-06-18'), { session })).status).toBe(400)
  expect((await raw(url, listTools, { session, headers: { accept: 'application/json' } })).status).toBe(406)
  expect((await raw(url, listTools, { session })).status).toBe(200)
})

it('ends a session when the client says so, and then knows it no more', async () => {
  const { url } = await serve(busyHouse())
  const session = await begun(url)
  expect((await raw(url, undefined, { session, method: 'DELETE' })).status).toBe(200)
  expect((await raw(url, listTools, { session })).status).toBe(404)
  const { client, transport } = await peer(url, 'runner')
  await client.listTools()
  await transport.terminateSession()
  await expect(client.listTools()).rejects.toThrow()
})

it('ends a session that nobody has spoken in for half an hour, and none whose stream is open', async () => {
  const clock = stillClock()
  const { url } = await serve(busyHouse(), { clock })
  const [silent, spoken, listening] = [await begun(url), await begun(url), await begun(url)]
  const stream = await fetch(url, {
    headers: { accept: 'text/event-stream', authorization: 'Bearer runner', 'mcp-session-id': listening },
  })
  expect(stream.status).toBe(200)
  expect((await raw(url, listTools, { session: listening })).status).toBe(200)
  await until('two timers', () => clock.waiting === 2)
  await clock.pass(20 * 60_000)
  expect((await raw(url, listTools, { session: spoken })).status).toBe(200)
  await until('the answer to be taken', () => clock.waiting === 2)
  await clock.pass(11 * 60_000)
  expect((await raw(url, listTools, { session: silent })).status).toBe(404)
  expect((await raw(url, listTools, { session: spoken })).status).toBe(200)
  expect((await raw(url, listTools, { session: listening })).status).toBe(200)
  await stream.body?.cancel()
  await until('every stream to be over', () => clock.waiting === 2)
  await clock.pass(31 * 60_000)
  expect((await raw(url, listTools, { session: listening })).status).toBe(404)
})

it('holds a hundred sessions, and lets go of the one that was silent longest', async () => {
  const { url } = await serve(busyHouse())
  const first = await begun(url)
  const second = await begun(url)
  expect((await raw(url, listTools, { session: first })).status).toBe(200)
  for (let at = 0; at < 99; at += 1) expect((await raw(url, hello('2025-06-18'))).status).toBe(200)
  expect((await raw(url, listTools, { session: first })).status).toBe(200)
  expect((await raw(url, listTools, { session: second })).status).toBe(404)
})

it('lets a client that lost its stream open it again', async () => {
  const { url } = await serve(busyHouse())
  const session = await begun(url)
  const headers = { accept: 'text/event-stream', authorization: 'Bearer runner', 'mcp-session-id': session }
  const stream = await fetch(url, { headers })
  expect((await fetch(url, { headers })).status).toBe(409)
  await stream.body?.cancel()
  const again = await until('the stream to be free', async () => {
    const one = await fetch(url, { headers })
    return one.status === 200 ? one : undefined
  })
  await again.body?.cancel()
})

it('asks for the rights of a key anew at every call', async () => {
  const record = { ...keys }
  const { url } = await serve(busyHouse(), { keys: record })
  const { client } = await peer(url, 'runner')
  expect((await client.listTools()).tools.map((tool) => tool.name)).toContain('cancel')
  record.runner = { name: 'runner', may: new Set(['read']) }
  expect((await client.listTools()).tools.map((tool) => tool.name)).not.toContain('cancel')
  const refused = await client.callTool({ name: 'cancel', arguments: { item: '001-photo-albums' } })
  expect(refused).toMatchObject({ isError: true, structuredContent: { refusal: { kind: 'auth' } } })
  delete record.runner
  await expect(client.listTools()).rejects.toThrow()
})

it('lets go of every stream when the server leaves', async () => {
  const { url, leave } = await serve(busyHouse())
  const session = await begun(url)
  const headers = { accept: 'text/event-stream', authorization: 'Bearer runner', 'mcp-session-id': session }
  const stream = await fetch(url, { headers })
  leave()
  expect(await stream.text()).not.toContain('data:')
  expect((await raw(url, listTools, { session })).status).toBe(404)
})

it('takes fifty clients at once, of both eras', async () => {
  const { url } = await serve(busyHouse())
  const all = Array.from({ length: 50 }, async (_, at) => {
    const { client } = await peer(url, 'runner', at % 2 === 0 ? {} : modern)
    const { structuredContent } = await client.callTool({ name: 'status_list', arguments: {} })
    return structuredContent
  })
  for (const one of await Promise.all(all)) expect(one).toMatchObject({ items: [{ id: '001-photo-albums' }] })
})

it('answers a batch, which 2025-03-26 had', async () => {
  const { url } = await serve(busyHouse())
  const session = await begun(url, 'runner', '2025-03-26')
  const why = { name: 'why', arguments: { step: '001-photo-albums/T002' } }
  const batch = [listTools, { jsonrpc: '2.0', id: 3, method: 'tools/call', params: why }]
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      authorization: 'Bearer runner',
      'mcp-session-id': session,
    },
    body: JSON.stringify(batch),
  })
  const text = await response.text()
  expect(text.match(/"id":[23]/g)?.sort()).toEqual(['"id":2', '"id":3'])
})

it('is reached by the client of the SDK again after its session was forgotten', async () => {
  const { url } = await serve(busyHouse())
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    sessionId: 'of-another-time',
    requestInit: { headers: { authorization: 'Bearer runner' } },
  })
  await transport.start()
  await expect(transport.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' })).rejects.toThrow()
  await transport.close()
  const { client } = await peer(url, 'runner')
  expect((await client.listTools()).tools.length).toBeGreaterThan(10)
})

// The protocol behind the whole HTTP door: its guard, its keys and its body parser, and the official client outside.
import { expect, it, onTestFinished } from 'vitest'
import { methods } from '../../src/api/index.ts'
import { openHttpDoor } from '../../src/doors/http/door.ts'
import { realClock } from '../../src/presets/clock.ts'
import { busyHouse } from '../cli/testing.ts'
import { attempt, hello, modern, peer, raw } from './mcp.stage.ts'

async function opened() {
  const door = await openHttpDoor({
    house: busyHouse(),
    methods,
    clock: realClock,
    version: '1.2.3',
    token: 'the-token-of-the-owner',
    owner: 'ann',
    apiKeys: 'runner=key-of-a-runner,reader=key-of-a-reader:read-only',
    port: 0,
  })
  onTestFinished(() => door.close())
  return { door, url: `${door.urls[0]}/mcp` }
}

it.each([{}, modern])('serves each key what it may use, and the key of an attempt its own step', async (options) => {
  const { door, url } = await opened()
  const names = async (key: string) =>
    (await (await peer(url, key, options)).client.listTools()).tools.map(({ name }) => name)
  expect(await names('key-of-a-runner')).toContain('run')
  expect(await names('key-of-a-runner')).not.toContain('answer_question')
  expect(await names('key-of-a-reader')).not.toContain('run')
  expect(await names('the-token-of-the-owner')).toContain('workspace_trust')
  const key = door.admit(attempt)
  expect((await names(key)).sort()).toEqual(['ask', 'declare_blocker', 'get_step', 'report_progress'])
  const { client } = await peer(url, key, options)
  const brief = await client.callTool({ name: 'get_step' })
  expect(brief).toMatchObject({ structuredContent: { attempt, step: '001-photo-albums/T001' } })
  door.dismiss(attempt)
  await expect(client.listTools()).rejects.toThrow()
})

it('stays shut to whoever has no key, comes from another page, or sends no JSON', async () => {
  const { url } = await opened()
  expect((await raw(url, hello('2025-06-18'), { key: 'key-of-nobody' })).status).toBe(401)
  const key = 'key-of-a-runner'
  const origin = await raw(url, hello('2025-06-18'), { key, headers: { origin: 'https://elsewhere.example' } })
  expect(origin.status).toBe(403)
  const form = await raw(url, hello('2025-06-18'), { key, headers: { 'content-type': 'text/plain' } })
  expect(form.status).toBe(415)
  for (const body of ['{', '{"__proto__":1}', `${'['.repeat(100)}${']'.repeat(100)}`]) {
    const headers = { accept: 'application/json, text/event-stream', authorization: `Bearer ${key}` }
    const bad = await fetch(url, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body })
    expect(bad.status).toBe(400)
  }
  expect((await raw(url, hello('2025-06-18'), { key })).status).toBe(200)
})

it('lets the server close while clients listen', async () => {
  const { door, url } = await opened()
  const { session = '' } = await raw(url, hello('2025-06-18'), { key: 'key-of-a-runner' })
  const headers = { accept: 'text/event-stream', authorization: 'Bearer key-of-a-runner', 'mcp-session-id': session }
  const stream = await fetch(url, { headers })
  const began = performance.now()
  const ended = stream.text()
  await door.close()
  expect(await ended).not.toContain('data:')
  expect(performance.now() - began).toBeLessThan(4000)
})

// `baton serve` as a person and as programs meet it: found by links and keys, doing the work, ending without losing any.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { type Going, type Json, type Stage, stage } from './stage.ts'
import { until } from './until.ts'

interface Served {
  readonly running: Going
  readonly url: string
  readonly link: string
}

async function serve(made: Stage, ...options: string[]): Promise<Served> {
  const running = made.go('serve', '--port', '0', '--json', ...options)
  const said = await until('the server', () => /^\{.*\}$/m.exec(running.said())?.[0])
  if (said.includes('"error"')) throw new Error(said)
  const { urls, link } = JSON.parse(said) as { urls: string[]; link: string }
  return { running, url: urls[0] ?? '', link }
}

const tokenOf = (made: Stage): string => readFileSync(join(made.home, 'token'), 'utf8').trim()

async function ask(url: string, key: string, method: string, params: unknown): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${url}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(params),
  })
  return { status: answer.status, body: await answer.json() }
}

it('given a server, when a program runs a plan with its token, then the work lands and each fact was told once and in order', async () => {
  const made = await play(stage(), {})
  const { running, url } = await serve(made)
  const key = tokenOf(made)
  const { body: before } = await ask(url, key, 'journal/read', { limit: 1 })
  const events = await fetch(`${url}/events?after=${before.head}`, { headers: { authorization: `Bearer ${key}` } })
  const started = await ask(url, key, 'run/start', { plan: 'wf.yaml' })
  expect(started).toMatchObject({ status: 200, body: { runs: [{ item: 'wf', joined: false }] } })
  await until('the run to be over', async () => (await ask(url, key, 'run/wait', { item: 'wf' })).body.over)
  const { body: after } = await ask(url, key, 'journal/read', { limit: 1 })
  expect(await seqsTo(events, after.head)).toEqual(
    Array.from({ length: after.head - before.head }, (_, index) => before.head + 1 + index),
  )
  expect((await ask(url, key, 'status/item', { item: 'wf' })).body.run.outcome).toBe('complete')
  running.interrupt()
  expect((await running.ended).code).toBe(0)
  expect(made.at('baton/wf', 'out/a.txt')).toBe('Write a')
})

async function seqsTo(events: Response, head: number): Promise<number[]> {
  const seqs: number[] = []
  let held = ''
  for await (const chunk of events.body as unknown as AsyncIterable<Uint8Array>) {
    held += new TextDecoder().decode(chunk)
    const frames = held.split('\n\n')
    held = frames.pop() ?? ''
    for (const frame of frames) {
      if (!frame.includes('event: facts')) continue
      for (const entry of JSON.parse(/^data: (.*)$/m.exec(frame)?.[1] ?? '[]') as { seq: number }[])
        seqs.push(entry.seq)
    }
    if ((seqs.at(-1) ?? 0) >= head) return seqs
  }
  return seqs
}

it('given a server, when the command line is used beside it, then it does the work and a second start finds it', async () => {
  const made = await play(stage(), {})
  const { running, url } = await serve(made)
  const again = await made.baton('serve', '--port', '0', '--json')
  expect(again).toMatchObject({ code: 0, json: { already: true, urls: [url] } })
  expect((await made.baton('run', 'wf.yaml', '--json')).code).toBe(0)
  running.interrupt()
  expect((await running.ended).code).toBe(0)
})

it('given a link, when a browser follows it, then it gets a cookie once, and no key stands in any address', async () => {
  const made = stage()
  const { running, url, link } = await serve(made)
  const [page, code] = link.split('/#')
  expect(page).toBe(url)
  const session = (body: unknown) =>
    fetch(`${url}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url, 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify(body),
    })
  const first = await session({ code })
  expect(first.status).toBe(204)
  const set = first.headers.get('set-cookie') ?? ''
  expect(set).toMatch(/HttpOnly; SameSite=Strict/)
  expect((await session({ code })).status).toBe(403)
  const cookie = set.slice(0, set.indexOf(';'))
  expect((await fetch(`${url}/api/status/list`, { headers: { cookie } })).status).toBe(200)
  expect((await fetch(`${url}/api/status/list`, { headers: { cookie: `${cookie}x` } })).status).toBe(401)
  const left = await fetch(`${url}/session`, { method: 'DELETE', headers: { cookie } })
  expect([left.status, left.headers.get('set-cookie')?.includes('Max-Age=0')]).toEqual([204, true])
  expect((await fetch(`${url}/api/status/list`, { headers: { cookie } })).status).toBe(401)
  const other = await made.must('open')
  expect(other.link).toMatch(/\/#[0-9a-f]{32}$/)
  expect(other.link).not.toBe(link)
  running.interrupt()
  await running.ended
  expect((await made.baton('open')).code).toBe(5)
})

it('given keys with different rights, then each may do what the server wrote down, whatever it says of itself', async () => {
  const made = await play(stage(), {})
  const env = process.env.API_KEYS
  process.env.API_KEYS = 'plain-key-1,boss=boss-key-22:approve,eyes=eyes-key-33:read-only'
  const { running, url } = await serve(made).finally(() => {
    if (env === undefined) delete process.env.API_KEYS
    else process.env.API_KEYS = env
  })
  const status = async (key: string, method: string, params: unknown) => (await ask(url, key, method, params)).status
  expect(await status('eyes-key-33', 'status/list', {})).toBe(200)
  expect(await status('eyes-key-33', 'run/start', { plan: 'wf.yaml', may: ['admin'] })).toBe(403)
  expect(await status('plain-key-1', 'gate/answer', { gate: 'gate-1', answer: 'approve' })).toBe(403)
  expect(await status('boss-key-22', 'gate/answer', { gate: 'gate-999', answer: 'approve' })).toBe(404)
  expect(await status('boss-key-22', 'workspace/trust', { digest: '0'.repeat(64) })).toBe(403)
  expect(await status('plain-key-1', 'plan/read', { plan: 'x.md', workspace: '/etc' })).toBe(403)
  expect(await status('plain-key-1', 'run/start', { plan: 'wf.yaml' })).toBe(200)
  expect(await status('nobody-has-this', 'status/list', {})).toBe(401)
  const { body } = await ask(url, 'eyes-key-33', 'journal/read', { limit: 1000 })
  const started = body.entries.find((entry: Json) => entry.type === 'run.started')
  expect(started).toMatchObject({ by: 'key 1' })
  running.interrupt()
  await running.ended
})

it('given an agent at work, when the server is ended once, then the work lands first; what is left goes on at the next start', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const { running, url } = await serve(made)
  await ask(url, tokenOf(made), 'run/start', { plan: 'wf.yaml' })
  await made.logged('start a 1')
  running.interrupt()
  made.say('go')
  expect((await running.ended).code).toBe(0)
  expect(made.log()).toEqual(['start a 1', 'end a 1'])
  const next = await serve(made)
  await until(
    'the rest',
    async () => (await ask(next.url, tokenOf(made), 'run/wait', { item: 'wf', atMostMs: 1000 })).body.over,
  )
  expect(made.log().filter((line) => line === 'start a 1')).toHaveLength(1)
  expect((await ask(next.url, tokenOf(made), 'status/item', { item: 'wf' })).body.run.outcome).toBe('complete')
  next.running.interrupt()
  expect((await next.running.ended).code).toBe(0)
})

it('given an agent that does not end, when the server is ended twice, then it is gone at once and the step is done later', async () => {
  const made = await play(stage(), { keys: { a: 'if [ "$TRY" = 1 ]; then log holding; sleep 600; fi; write a' } })
  const { running, url } = await serve(made)
  await ask(url, tokenOf(made), 'run/start', { plan: 'wf.yaml' })
  await made.logged('holding')
  running.interrupt()
  await until('the server to let go of its port', () =>
    fetch(url)
      .then(() => false)
      .catch(() => true),
  )
  const began = performance.now()
  running.interrupt()
  const ended = await running.ended
  expect(ended.code).toBe(0)
  expect(performance.now() - began).toBeLessThan(5000)
  expect((await made.status('wf/a')).status).toBe('ready')
  expect((await made.status('wf/a')).tried).toHaveLength(1)
})

it('given the environment, then ORCH_PORT comes before PORT, and what is no port or is taken is said', async () => {
  const made = stage()
  const { running, url } = await serve(made, '--also-port', '0')
  const port = new URL(url).port
  const other = stage()
  const taken = await other.baton('serve', '--port', port)
  expect(taken).toMatchObject({ code: 6 })
  expect(taken.err).toContain(`port ${port}: another program listens there`)
  process.env.ORCH_PORT = port
  process.env.PORT = 'nonsense'
  try {
    expect((await other.baton('serve')).err).toContain(`port ${port}`)
    process.env.ORCH_PORT = ''
    expect((await other.baton('serve')).err).toContain('PORT=nonsense: it is no port')
  } finally {
    delete process.env.ORCH_PORT
    delete process.env.PORT
  }
  expect((await other.baton('serve', '--host', '0.0.0.0')).err).toContain('--allow-remote')
  expect((await other.baton('serve', '--host', '0.0.0.0', '--allow-remote')).err).toContain('--allow-host')
  running.interrupt()
  await running.ended
})

it('given a token that others could read or that was cut, then it is closed to them, or refused', async () => {
  const made = stage()
  const first = await serve(made)
  expect(statSync(join(made.home, 'token')).mode & 0o777).toBe(0o600)
  const before = tokenOf(made)
  first.running.interrupt()
  await first.running.ended
  const second = await serve(made)
  expect(tokenOf(made)).toBe(before)
  second.running.interrupt()
  await second.running.ended
})

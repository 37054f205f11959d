// Calls over HTTP against a peer that answers well, badly, late, too much or not at all.
import { expect, it } from 'vitest'
import { connect } from '../../src/client/connect.ts'
import { overHttp } from '../../src/client/http.ts'
import { type Refusal, Refused, refuse } from '../../src/core/refusals.ts'
import { play, running } from '../../src/core/testing.ts'
import { json, lines, Peer, reachOf, refused, swift } from './peer.ts'

function lived(): Peer {
  const world = running('A B<A C')
  play(world, 'tick; A done; tick; B done')
  const peer = new Peer()
  peer.publish(...world.entries)
  return peer
}

async function refusal(of: Promise<unknown>): Promise<Refusal> {
  try {
    await of
  } catch (error) {
    if (error instanceof Refused) return error.refusal
    throw error
  }
  throw new Error('It was not refused.')
}

const failing =
  (error: unknown): typeof fetch =>
  () =>
    Promise.reject(error)
const coded = (code: string): TypeError =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })

it('gives answers, and refusals as they were given', async () => {
  const peer = lived()
  const { ask } = overHttp(reachOf(peer))
  expect(await ask('status/item', { item: 'i' })).toMatchObject({ total: 3 })
  expect((await refusal(ask('status/item', { item: 'none' }))).kind).toBe('not-found')
  expect((await refusal(ask('status/item', { item: 5 }))).why).toMatch(/item/)
  const said = refuse('policy', 'run/start', 'it is not trusted', 'baton trust', 'baton.yaml:3')
  peer.instead.set('run/start', () => refused(403, said))
  expect(await refusal(ask('run/start', {}))).toEqual(said)
  peer.instead.set('run/start', () => new Response(null, { status: 204 }))
  expect(await ask('run/start', undefined)).toBeNull()
})

it('sends the key as a bearer, and a body that is JSON', async () => {
  const peer = lived()
  const requests: Request[] = []
  peer.instead.set('plan/read', (_params, request) => {
    requests.push(request)
    return json({})
  })
  const { ask } = overHttp({ ...reachOf(peer), key: 'k-1' })
  await ask('plan/read', { path: 'ü' })
  expect(requests[0]?.headers.get('authorization')).toBe('Bearer k-1')
  expect(requests[0]?.headers.get('content-type')).toBe('application/json')
  expect(requests[0]?.credentials).toBe('same-origin')
})

it('makes a refusal of an error that holds none', async () => {
  const peer = lived()
  const { ask } = overHttp(reachOf(peer))
  for (const [status, kind] of [
    [400, 'invalid'],
    [401, 'auth'],
    [404, 'not-found'],
    [409, 'conflict'],
    [429, 'busy'],
    [500, 'defect'],
    [503, 'busy'],
  ] as const) {
    peer.instead.set('run/start', () => json({ message: 'so it is', request_id: 'q7' }, status))
    expect(await refusal(ask('run/start', {}))).toMatchObject({ kind, why: 'so it is (request q7)' })
  }
})

it('knows a page of a proxy, a redirection and half an answer for what they are', async () => {
  const peer = lived()
  const { ask } = overHttp(reachOf(peer))
  const html = { 'content-type': 'text/html' }
  const answers: [() => Response, RegExp][] = [
    [() => new Response('<html><title>Sign\n in</title>', { headers: html }), /status 200 .*text\/html.*Sign in/],
    [() => new Response('<title>502 Bad Gateway</title>', { status: 502, headers: html }), /502 Bad Gateway/],
    [() => new Response(null, { status: 302, headers: { location: 'http://elsewhere/' } }), /another address/],
    [() => new Response('{"a":', { headers: { 'content-type': 'application/json' } }), /no answer of Baton/],
    [() => new Response('\u001b[2Jx'), /\\x1b\[2Jx/],
  ]
  for (const [answer, why] of answers) {
    peer.instead.set('run/start', answer)
    const found = await refusal(ask('run/start', {}))
    expect(found.kind).toBe('provider')
    expect(found.why).toMatch(why)
  }
})

it('stops reading an answer that is too large', async () => {
  const peer = lived()
  let given = 0
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => {
          given += 1
          controller.enqueue(new Uint8Array(1024 * 1024))
        },
      }),
      { headers: { 'content-type': 'application/json' } },
    )
  peer.instead.set('state/read', endless)
  const { ask } = overHttp(reachOf(peer), { most: 5 * 1024 * 1024 })
  expect((await refusal(ask('state/read', {}))).why).toBe('the answer is larger than 5 MiB')
  expect(given).toBeLessThan(10)
})

it('says what is known of a wish that broke, and nothing more', async () => {
  const of = (error: unknown, method: string) =>
    refusal(overHttp({ ...reachOf(new Peer()), fetch: failing(error) }).ask(method, {}))
  expect(await of(coded('ECONNREFUSED'), 'run/start')).toMatchObject({
    kind: 'busy',
    why: 'nobody listens there; nothing was done',
    where: 'http://peer',
  })
  expect((await of(coded('ENOTFOUND'), 'run/start')).why).toMatch(/no machine is known by that name/)
  expect((await of(coded('ECONNRESET'), 'run/start')).why).toMatch(/ECONNRESET.*it is not known whether it was done/)
  expect((await of(new TypeError('Failed to fetch'), 'plan/change')).why).toMatch(/it is not known/)
  expect((await of(coded('ECONNRESET'), 'status/list')).why).not.toMatch(/it is not known/)
  expect(await of(coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'run/start')).toMatchObject({ kind: 'provider' })
})

it('gives up on an answer that does not come, and on one that stops', async () => {
  const peer = lived()
  const pace = swift()
  const { ask } = overHttp(reachOf(peer, pace), { answerMs: 70_000, idleMs: 50_000 })
  peer.instead.set('run/start', () => new Promise(() => undefined))
  const never = refusal(ask('run/start', {}))
  await until(() => pace.pending().includes(70_000) && peer.asked.length === 1)
  pace.pass()
  expect((await never).why).toBe('no answer came within 70 s; it is not known whether it was done')
  const half = (): Response =>
    new Response(new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([123])) }), {
      headers: { 'content-type': 'application/json' },
    })
  peer.instead.set('run/start', half)
  const stopped = refusal(ask('run/start', {}))
  await until(() => pace.pending().includes(50_000))
  await new Promise((resolve) => setTimeout(resolve, 5))
  pace.pass()
  expect((await stopped).why).toMatch(/^the answer stopped for 50 s/)
  expect(pace.pending()).toEqual([])
})

it('refuses what was never a method, and what is no JSON, without asking', async () => {
  const peer = lived()
  const { ask } = overHttp(reachOf(peer))
  for (const name of ['../secret', 'a/b/c', 'a', '', 'http://x/y']) {
    expect((await refusal(ask(name, {}))).kind).toBe('not-found')
  }
  const circle: Record<string, unknown> = {}
  circle.of = circle
  expect((await refusal(ask('plan/read', circle))).kind).toBe('invalid')
  expect(peer.asked).toEqual([])
})

it('reads a series line by line', async () => {
  const peer = lived()
  const { stream } = overHttp(reachOf(peer))
  const all = async (): Promise<unknown[]> => every(stream('audit/export', {}))
  peer.instead.set('audit/export', () => lines('{"next":"ü"}', '{"next":{"a":1}}', '{"next":null}', '{"end":true}'))
  expect(await all()).toEqual(['ü', { a: 1 }, null])
  const said = refuse('busy', 'audit/export', 'the disk is slow', 'later')
  peer.instead.set('audit/export', () => lines('{"next":1}', JSON.stringify({ error: said })))
  expect(await refusal(all())).toEqual(said)
  peer.instead.set('audit/export', () => lines('{"next":1}', '{"next":2}'))
  expect((await refusal(all())).why).toBe('the answer broke off after 2 values')
  peer.instead.set('audit/export', () => lines('{"next":1}', 'what'))
  expect((await refusal(all())).kind).toBe('provider')
  peer.instead.set('audit/export', () => refused(404, refuse('not-found', 'item x', 'there is none', 'look')))
  expect((await refusal(all())).kind).toBe('not-found')
  peer.instead.set('audit/export', () => json({ one: 'answer' }))
  expect((await refusal(all())).why).toMatch(/one answer, not a series/)
})

it('reads no more of a series than is taken, and lets go of it', async () => {
  const peer = lived()
  let [given, cancelled] = [0, false]
  const body = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        given += 1
        controller.enqueue(new TextEncoder().encode(`{"next":${given}}\n`))
      },
      cancel: () => {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  peer.instead.set('audit/export', () => new Response(body, { headers: { 'content-type': 'application/x-ndjson' } }))
  for await (const value of overHttp(reachOf(peer)).stream('audit/export', {})) if (value === 3) break
  expect(given).toBe(3)
  expect(cancelled).toBe(true)
})

it('follows the record over cuts and reloads, and misses nothing', async () => {
  const peer = lived()
  peer.faults = [{ cutAt: 2500, breaks: true }, { reload: true, cutAt: 900 }, { twice: true }]
  const seen: number[] = []
  for await (const entry of overHttp(reachOf(peer)).stream('journal/follow', { after: 2 })) {
    seen.push((entry as { seq: number }).seq)
    if (seen.at(-1) === peer.head) break
  }
  expect(seen).toEqual(Array.from({ length: peer.head - 2 }, (_, index) => index + 3))
})

it('ends following when the record is another one, and at once when nobody is there', async () => {
  const peer = lived()
  const reach = reachOf(peer)
  const following = (async () => {
    for await (const entry of overHttp(reach).stream('journal/follow', { after: 0 }))
      if ((entry as { seq: number }).seq === peer.head) peer.replace('record/two', [])
  })()
  expect((await refusal(following)).why).toMatch(/another one now/)
  const away = { ...reach, fetch: failing(coded('ECONNREFUSED')) }
  const nobody = every(overHttp(away).stream('journal/follow', {}))
  expect((await refusal(nobody)).why).toMatch(/nobody listens/)
})

it('opens by one front door, over real sockets, and ends everything when it is closed', async () => {
  const peer = lived()
  peer.faults = [{ cutAt: 300, piece: 7 }]
  const server = await peer.listen()
  try {
    const client = await connect({ url: `${server.url}/?token=x#y`, key: ' key-1\n' })
    expect(client.url).toBe(server.url)
    expect((await client.call('status/list', {})).items).toHaveLength(1)
    expect(new Set(peer.keys)).toEqual(new Set(['Bearer key-1']))
    // A wish is never carried on to where it was not sent.
    const elsewhere = { location: `${server.url}/api/step/skip` }
    peer.instead.set('run/start', () => new Response(null, { status: 307, headers: elsewhere }))
    expect((await refusal(client.call('run/start', { item: 'i' } as never))).why).toMatch(/another address/)
    expect(peer.asked).not.toContain('POST /api/step/skip')
    const mirror = await client.mirror()
    expect(mirror.look('status/item', { item: 'i' }).total).toBe(3)
    peer.publish({ seq: peer.head + 1, at: 1, type: 'disk.ran-low', data: {} })
    await mirror.caughtUp(peer.head)
    expect(mirror.state.diskLow).toBe(true)
    const waiting = refusal(mirror.caughtUp(10_000))
    await client.close()
    expect((await waiting).kind).toBe('cancelled')
    expect((await refusal(client.call('status/list', {}))).kind).toBe('cancelled')
  } finally {
    await server.close()
  }
  expect((await refusal(connect({ url: server.url }))).why).toMatch(/nobody listens there/)
})

it('refuses addresses and keys that cannot be meant', async () => {
  for (const url of ['', 'localhost:4100', 'ftp://x', 'http://user:word@x/', 'not an address'])
    expect((await refusal(connect({ url }))).kind).toBe('invalid')
  for (const key of ['', ' ', 'a b', 'ключ', 'a\u0000'])
    expect((await refusal(connect({ url: 'http://x', key, fetch: failing(new Error('asked')) }))).kind).toBe('invalid')
  const page = async (): Promise<Response> => new Response('<title>Router</title>')
  expect((await refusal(connect({ url: 'http://x', fetch: page }))).why).toMatch(/Router/)
  const other = async (): Promise<Response> => json('hello')
  expect((await refusal(connect({ url: 'http://x', fetch: other }))).kind).toBe('provider')
})

async function every(values: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of values) all.push(value)
  return all
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}

// The event stream through everything that can happen to a connection: each entry once and in order, or an explicit reload.
import { afterEach, expect, it } from 'vitest'
import type { Ask, EventsOptions, StreamStatus } from '../../src/client/events.ts'
import { events } from '../../src/client/events.ts'
import { overHttp } from '../../src/client/http.ts'
import type { Told } from '../../src/client/place.ts'
import { Refused, refuse } from '../../src/core/refusals.ts'
import { play, running, type World } from '../../src/core/testing.ts'
import { type Fault, frame, json, Peer, reachOf, refused, swift } from './peer.ts'

const life = lived('tick; A done').entries
function lived(script: string): World {
  const world = running('A B<A C')
  play(world, script)
  return world
}

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

function peerOf(...faults: Fault[]): Peer {
  const peer = new Peer()
  peer.publish(...life)
  peer.faults = faults
  return peer
}

function streamOf(peer: Peer, options: EventsOptions = {}, pace = swift()) {
  const reach = reachOf(peer, pace)
  const ask: Ask = overHttp(reach).ask
  const statuses: StreamStatus[] = []
  const stream = events(reach, ask, { after: 0, onStatus: (status) => statuses.push(status), ...options })
  opened.push(stream)
  return { stream, statuses, pace, reach }
}

/** What is told until entry `until`, or until a reload reaches it. */
async function told(stream: AsyncIterable<Told>, until: number): Promise<Told[]> {
  const all: Told[] = []
  for await (const one of stream) {
    all.push(one)
    const at = one.kind === 'facts' ? (one.entries.at(-1)?.seq ?? 0) : one.kind === 'reload' ? one.head : 0
    if (at >= until) return all
  }
  return all
}

const seqs = (all: readonly Told[]): number[] =>
  all.flatMap((one) => (one.kind === 'facts' ? one.entries.map(({ seq }) => seq) : []))
const kinds = (all: readonly Told[]): string[] => all.map(({ kind }) => kind)
const upTo = (n: number, from = 1): number[] => Array.from({ length: n - from + 1 }, (_, index) => from + index)

it('tells every entry once and in order, and then each new one', async () => {
  const peer = peerOf()
  const { stream, statuses } = streamOf(peer)
  const late = lived('tick; A done; tick; B done; tick; C done').entries.slice(life.length)
  const reading = told(stream, life.length + late.length)
  for (const one of late) {
    await new Promise((resolve) => setImmediate(resolve))
    peer.publish(one)
  }
  expect(seqs(await reading)).toEqual(upTo(life.length + late.length))
  expect(statuses.map(({ is }) => is)).toEqual(['live', 'closed'])
})

it('begins at the head without a position', async () => {
  const peer = peerOf()
  const { after: _none, ...rest } = { after: 0 }
  const reach = reachOf(peer)
  const stream = events(reach, overHttp(reach).ask, rest)
  opened.push(stream)
  const iterator = stream[Symbol.asyncIterator]()
  expect((await iterator.next()).value).toEqual({ kind: 'hello', record: 'record/one', head: life.length })
  const next = iterator.next()
  peer.publish({ seq: life.length + 1, at: 1, type: 'house.closed', data: {} })
  expect((await next).value).toMatchObject({ kind: 'facts', entries: [{ seq: life.length + 1 }] })
})

it('loses and repeats nothing, at whatever byte a connection is cut, cleanly or not', async () => {
  const most = 9
  const peerTo = (...faults: Fault[]): Peer => {
    const peer = new Peer()
    peer.publish(...life.slice(0, most))
    peer.faults = faults
    peer.batch = 4
    return peer
  }
  const bytes = await sizeOf(peerTo(), most)
  for (let cutAt = 0; cutAt <= bytes; cutAt += cutAt < 400 ? 1 : 7) {
    const peer = peerTo({ cutAt, breaks: cutAt % 2 === 1, piece: cutAt < 200 ? 1 + (cutAt % 5) * 50 : 200 })
    expect([cutAt, seqs(await told(streamOf(peer).stream, most))]).toEqual([cutAt, upTo(most)])
  }
}, 60_000)

async function sizeOf(peer: Peer, last: number): Promise<number> {
  const response = await peer.fetch('http://peer/events?after=0')
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  for (let bytes = 0, text = ''; ; ) {
    const { value } = await reader.read()
    bytes += value?.length ?? 0
    text += new TextDecoder().decode(value)
    if (text.includes(`id: ${last}@`)) return bytes
  }
}

it('goes on where it was, and says so in the way that EventSource does', async () => {
  const peer = peerOf({ cutAt: 2000 }, { cutAt: 2000 })
  await told(streamOf(peer).stream, life.length)
  expect(peer.asked[0]).toBe('GET /events ?after=0')
  expect(peer.asked.slice(1).every((one) => /^GET \/events \d+@record\/one$/.test(one))).toBe(true)
  expect(peer.asked.length).toBeGreaterThan(2)
})

it('drops what is repeated', async () => {
  const peer = peerOf({ twice: true })
  const all = await told(streamOf(peer).stream, life.length)
  expect(seqs(all)).toEqual(upTo(life.length))
})

it('reads from the record what was left out', async () => {
  const peer = peerOf({ without: [2, 3, 4, 5, 9] })
  const all = await told(streamOf(peer).stream, life.length)
  expect(seqs(all)).toEqual(upTo(life.length))
  expect(kinds(all)).not.toContain('reload')
  expect(peer.asked.filter((one) => one.includes('journal/read'))).toHaveLength(2)
})

it('says reload when what was left out cannot be read', async () => {
  const peer = peerOf({ without: [5] })
  peer.instead.set('journal/read', () => json({ head: 9, entries: [] }))
  const all = await told(streamOf(peer).stream, life.length)
  expect(all.find(({ kind }) => kind === 'reload')).toMatchObject({ head: 5, why: 'entries 5 to 5 were not told' })
  expect(seqs(all)).toEqual([...upTo(4), ...upTo(life.length, 6)])
})

it('passes a reload on, and goes on behind it', async () => {
  const peer = peerOf({ reload: true })
  const { stream } = streamOf(peer)
  const all = await told(stream, life.length)
  expect(all.at(-1)).toEqual({ kind: 'reload', why: 'so it was told', record: 'record/one', head: life.length })
})

it('says reload once when the record is another one', async () => {
  const peer = peerOf()
  peer.replace('record/two', life.slice(0, 10))
  const { stream } = streamOf(peer, { after: 4, record: 'record/one' })
  const iterator = stream[Symbol.asyncIterator]()
  expect((await iterator.next()).value.kind).toBe('hello')
  expect((await iterator.next()).value).toMatchObject({ kind: 'reload', record: 'record/two', head: 10 })
  const next = iterator.next()
  peer.publish(...life.slice(10, 12))
  expect((await next).value).toMatchObject({ kind: 'facts', entries: [{ seq: 11 }, { seq: 12 }] })
})

it('waits longer each time that nothing comes of it, at most 30 s, and at once after progress', async () => {
  const away = { answer: () => Promise.reject(new TypeError('fetch failed')) }
  const peer = peerOf(...Array.from({ length: 8 }, () => away), { cutAt: 3000 })
  const { stream, pace } = streamOf(peer)
  await told(stream, life.length)
  expect(pace.waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000])
})

it('comes back at once after a goodbye, but not to one who says nothing else', async () => {
  const empty = frame('hello', { record: 'r', head: 0, beatMs: 1e6 }) + frame('bye', { why: 'it ends' })
  const stream = () => new Response(empty, { headers: { 'content-type': 'text/event-stream' } })
  const peer = peerOf(...Array.from({ length: 4 }, () => ({ answer: stream })))
  peer.record = 'r'
  const { stream: read, pace, statuses } = streamOf(peer)
  await told(read, life.length)
  expect(pace.waits).toEqual([1000, 2000, 4000])
  expect(statuses.filter(({ is }) => is === 'waiting').every(({ why }) => why === 'it ends')).toBe(true)
})

it('takes a connection on which nothing beats for a broken one', async () => {
  const peer = peerOf()
  const { stream, pace, statuses } = streamOf(peer)
  const reading = told(stream, life.length + 1)
  await until(() => peer.listening === 1)
  expect(pace.pending()).toEqual([peer.beatMs * 2.5])
  pace.pass()
  await until(() => peer.asked.length === 2 && peer.listening === 1)
  expect(statuses.find(({ is }) => is === 'waiting')?.why).toMatch(/the answer stopped for 9000 s/)
  peer.publish({ seq: life.length + 1, at: 1, type: 'house.closed', data: {} })
  expect(seqs(await reading)).toEqual(upTo(life.length + 1))
})

it('waits out what passes, and throws what does not', async () => {
  const busy = { answer: () => refused(503, refuse('busy', 'events', 'too many', 'later')) }
  const page = { answer: () => new Response('<title>Bad Gateway</title>', { status: 502 }) }
  const html = { answer: () => new Response('<title>Sign in</title>', { headers: { 'content-type': 'text/html' } }) }
  const nonsense = { answer: () => new Response('event: facts\ndata: [1]\n\n', streamed) }
  const broken = { answer: () => new Response('event: hello\ndata: {\n\n', streamed) }
  const peer = peerOf(busy, page, html, nonsense, broken)
  const { stream, statuses } = streamOf(peer)
  expect(seqs(await told(stream, life.length))).toEqual(upTo(life.length))
  const whys = statuses.filter(({ is }) => is === 'waiting').map(({ why }) => why)
  expect(whys[0]).toBe('too many')
  expect(whys[1]).toMatch(/Bad Gateway/)
  expect(whys[2]).toMatch(/Sign in/)
  expect(whys.slice(3)).toHaveLength(2)
  const refusal = refuse('auth', 'events', 'the key is not known', 'make one')
  const { stream: other, statuses: end } = streamOf(peerOf({ answer: () => refused(401, refusal) }))
  await expect(told(other, 1)).rejects.toThrow(new Refused(refusal).message)
  expect(end.at(-1)).toEqual({ is: 'closed', why: 'the key is not known' })
})

const streamed = { headers: { 'content-type': 'text/event-stream' } }

it('leaves out what a newer server says', async () => {
  const text = `${frame('hello', { record: 'r', head: 1, beatMs: 1e6 })}${frame('weather', { rain: true })}`
  const facts = frame('facts', [{ seq: 1, at: 1, type: 'x', stream: 'i', version: 1 }], '1@r')
  const peer = peerOf({ answer: () => new Response(text + facts, streamed) })
  expect(kinds(await told(streamOf(peer).stream, 1))).toEqual(['hello', 'facts'])
})

it('tells transcripts from a position, without repeating them', async () => {
  const said = (next: number, done = false) =>
    frame('said', { attempt: 'i/A/1', parts: [{ at: 1, from: 'a', text: `${next}` }], next, done }, `0+${next}@r`)
  const hello = frame('hello', { record: 'r', head: 0, beatMs: 1e6 })
  const peer = peerOf(
    { answer: () => new Response(hello + said(5) + said(5) + said(9), streamed) },
    { answer: () => new Response(hello + said(5) + said(9) + said(12) + said(12, true), streamed) },
  )
  peer.record = 'r'
  const { stream } = streamOf(peer, { transcripts: [{ attempt: 'i/A/1', from: 3 }] })
  const heard: unknown[] = []
  for await (const one of stream) {
    if (one.kind === 'said') heard.push(one.next)
    if (one.kind === 'said' && one.done) break
  }
  expect(heard).toEqual([5, 9, 12, 12])
  expect(peer.asked).toEqual(['GET /events ?after=0&transcript=i%2FA%2F1%403', 'GET /events 0+9@r'])
})

it('stops when it is closed, whatever it is doing', async () => {
  const peer = peerOf()
  const { stream } = streamOf(peer)
  const reading = told(stream, 1e9)
  await until(() => peer.listening === 1)
  stream.close()
  expect(seqs(await reading)).toEqual(upTo(life.length))
  expect(peer.listening).toBe(0)
  const silent = peerOf({ answer: () => new Promise<never>(() => undefined) })
  const { stream: other, reach } = streamOf(silent)
  const none = told(other, 1)
  await until(() => silent.asked.length === 1)
  reach.end()
  expect(await none).toEqual([])
})

it('reads no more than is taken from it', async () => {
  const peer = peerOf()
  peer.batch = 1
  const iterator = streamOf(peer).stream[Symbol.asyncIterator]()
  await iterator.next()
  await iterator.next()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(peer.listening).toBe(0)
  await iterator.return?.()
})

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1))
}

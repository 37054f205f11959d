// From an event to a thousand subscribers, beside bare SSE and bare ws with the same bytes; what watchers cost the journal; stuck readers.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance } from 'fastify'
import { type WebSocket, WebSocketServer } from 'ws'
import { everything } from '../src/api/scopes.ts'
import type { Part } from '../src/core/nouns/entry.ts'
import type { House } from '../src/core/ports/house.ts'
import { emptyState } from '../src/core/state.ts'
import { Feed } from '../src/doors/feed/feed.ts'
import { eventRoutesOf } from '../src/doors/http/events.ts'
import { rpcRoutesOf, rpcSocket } from '../src/doors/http/rpc.ts'
import type { Journal } from '../src/engine/journal/journal.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { realClock } from '../src/presets/clock.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { ears, type Heard, type Order } from './ears.ts'
import { type Figure, median, report } from './figure.ts'

const subscribers = 1_000
const rounds = 5
const eventsARound = 12
const apartMs = 300
const watchers = 100
const appends = 1_500
const stuck = 50
const flood = 20_000
const pad = 'x'.repeat(2_000)

const part = (n: number): Part => ({
  stream: '001-photo-albums',
  at: 1_767_225_600_000 + n,
  by: 'baton',
  because: `#${n}`,
  type: 'attempt.started',
  version: 1,
  data: { attempt: `001-photo-albums/T${n}/1`, agent: 'fable', number: 1 },
})

const now = (): number => Number(process.hrtime.bigint() / 1000n)
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

interface Server {
  readonly port: number
  readonly journal: Journal
  readonly feed: Feed
  close(): Promise<void>
}

/** The streams over a real journal on the disk, and nothing else of a house. */
async function server(folder: string): Promise<Server> {
  const store = await sqlite.open(mkdtempSync(join(folder, 'home-')))
  const journal = await openJournal(store)
  const state = emptyState()
  const house = {
    record: 'bench',
    state,
    steady: async () => undefined,
    read: (after: number, limit: number, stream?: string) => journal.read(after, limit, stream),
    follow: (after: number) => journal.follow(after),
  } as unknown as House
  journal.onNudge(() => {
    state.seq = journal.head().seq
  })
  const feed = new Feed(house, realClock)
  const app = Fastify({ forceCloseConnections: true }) as unknown as FastifyInstance
  const caller = { name: 'bench', folder: '/', may: everything }
  const at = { house, methods: [], clock: realClock, version: '', callerOf: () => caller, onLeave: () => undefined }
  await app.register(websocket, { options: rpcSocket })
  await app.register(async (inner) => {
    await eventRoutesOf(feed)(inner, at)
    await rpcRoutesOf(feed)(inner, at)
  })
  await app.listen({ port: 0, host: '127.0.0.1', backlog: 2048 })
  const close = async (): Promise<void> => {
    await app.close()
    await journal.close()
    await store.close()
  }
  return { port: (app.server.address() as AddressInfo).port, journal, feed, close }
}

interface Bare {
  readonly port: number
  send(frame: Buffer): void
  close(): void
}

/** What a server does that knows nothing but its sockets. */
async function bare(kind: 'sse' | 'ws'): Promise<Bare> {
  const http = createServer()
  const answers: ServerResponse[] = []
  const sockets: WebSocket[] = []
  if (kind === 'sse')
    http.on('request', (_request, answer: ServerResponse) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
      answers.push(answer)
    })
  else
    new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
      sockets.push(socket)
      socket.send('hello')
    })
  http.listen({ port: 0, host: '127.0.0.1', backlog: 2048 })
  await once(http, 'listening')
  return {
    port: (http.address() as AddressInfo).port,
    send: (frame) => {
      for (const answer of answers) answer.write(frame)
      for (const socket of sockets) socket.send(frame, { binary: false })
    },
    close: () => {
      for (const socket of sockets) socket.terminate()
      http.closeAllConnections()
      http.close()
    },
  }
}

/** The clients, in a process of their own. */
class Child {
  readonly #child: ChildProcess = fork(import.meta.filename, ['ears'], { serialization: 'advanced' })

  async order(order: Order): Promise<Heard> {
    this.#child.send(order)
    const [heard] = (await once(this.#child, 'message')) as [Heard]
    return heard
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}

const frameOf = (kind: 'sse' | 'ws', seq: number): Buffer => {
  const entry = JSON.stringify({ seq, ...part(seq), prev: '0'.repeat(64) })
  if (kind === 'sse') return Buffer.from(`event: facts\nid: ${seq}@bench\ndata: [${entry}]\n\n`)
  const params = `{"subscription":1,"id":"${seq}@bench","entries":[${entry}]}`
  return Buffer.from(`{"jsonrpc":"2.0","method":"events/facts","params":${params}}`)
}

/** Milliseconds from each event, known and durable, to each subscriber; the median of all. */
async function fanOut(child: Child, port: number, kind: 'sse' | 'ws', tell: (seq: number) => Promise<void> | void) {
  await child.order({ do: 'connect', kind, port, path: '/events', count: subscribers })
  const sent = new Map<number, number>()
  await pause(300)
  const before = process.cpuUsage()
  for (let n = 1; n <= eventsARound; n += 1) {
    const told = tell(n)
    if (told !== undefined) await told
    sent.set(n, now())
    await pause(apartMs)
  }
  const { user, system } = process.cpuUsage(before)
  const { times } = await child.order({ do: 'leave', heard: subscribers * eventsARound })
  await pause(200)
  const took = times.filter(([seq]) => seq > 1).map(([seq, at]) => (at - (sent.get(seq) ?? 0)) / 1000)
  if (times.length !== subscribers * eventsARound) throw new Error(`${times.length} events were heard`)
  return { ms: median(took), cpuMs: (user + system) / 1000 / eventsARound }
}

type Told = Awaited<ReturnType<typeof fanOut>>

async function fanOutBare(child: Child, kind: 'sse' | 'ws'): Promise<Told> {
  const floor = await bare(kind)
  try {
    return await fanOut(child, floor.port, kind, (seq) => {
      // Stamped before the first write, as ours is when the journal has it.
      const frame = frameOf(kind, seq)
      setImmediate(() => floor.send(frame))
    })
  } finally {
    floor.close()
  }
}

async function measureFanOut(folder: string, child: Child): Promise<Figure[]> {
  const took = { sse: [] as Told[], ws: [] as Told[] }
  const floors = { sse: [] as Told[], ws: [] as Told[] }
  for (let round = -1; round < rounds; round += 1)
    for (const kind of ['sse', 'ws'] as const) {
      const limit = await fanOutBare(child, kind)
      const ours = await server(folder)
      const value = await fanOut(child, ours.port, kind, async (seq) => void (await ours.journal.append([part(seq)])))
      await ours.close()
      if (round < 0) continue
      floors[kind].push(limit)
      took[kind].push(value)
    }
  return (['sse', 'ws'] as const).flatMap((kind) =>
    (['ms', 'cpuMs'] as const).map((what) => {
      const [value, limit] = [took[kind], floors[kind]].map((all) => median(all.map((one) => one[what])))
      const ratio = (value ?? 0) / (limit ?? 1)
      const name = `event to ${subscribers} subscribers over ${kind}, ${what === 'ms' ? 'p50' : 'CPU of the server'}`
      return {
        name,
        value: value ?? 0,
        unit: 'ms',
        limit: limit ?? 0,
        ratio,
        bar: `≤ 1.5 × bare ${kind}`,
        met: ratio <= 1.5,
      }
    }),
  )
}

interface Appended {
  readonly median: number
  readonly mean: number
}

/** Milliseconds that each of many appends took, one after the other. */
async function appendAll(journal: Journal): Promise<Appended> {
  const took: number[] = []
  for (let n = 0; n < appends; n += 1) {
    const began = performance.now()
    await journal.append([part(n)])
    took.push(performance.now() - began)
  }
  return { median: median(took), mean: took.reduce((sum, value) => sum + value, 0) / took.length }
}

async function measureAppend(folder: string, child: Child): Promise<Figure[]> {
  const alone: Appended[] = []
  const watched: Appended[] = []
  for (let round = -1; round < rounds; round += 1) {
    const ours = await server(folder)
    await appendAll(ours.journal)
    const without = await appendAll(ours.journal)
    await child.order({ do: 'connect', kind: 'sse', port: ours.port, path: '/events', count: watchers })
    await pause(200)
    const withThem = await appendAll(ours.journal)
    const { times } = await child.order({ do: 'leave', heard: watchers * appends })
    await ours.close()
    if (times.length !== watchers * appends) throw new Error(`${times.length} of ${watchers * appends} were heard`)
    if (round < 0) continue
    alone.push(without)
    watched.push(withThem)
  }
  return (['median', 'mean'] as const).map((what) => {
    const [value, limit] = [median(watched.map((one) => one[what])), median(alone.map((one) => one[what]))]
    const ratio = value / limit
    const name = `durable append with ${watchers} watchers, ${what}`
    return { name, value, unit: 'ms', limit, ratio, bar: '≤ 1.1 × without', met: ratio <= 1.1 }
  })
}

async function measureStuck(folder: string, child: Child): Promise<Figure[]> {
  const ours = await server(folder)
  await child.order({ do: 'connect', kind: 'sse', port: ours.port, path: '/events', count: stuck, stuck: true })
  for (let n = 0; n < flood; n += 500)
    await ours.journal.append(Array.from({ length: 500 }, (_, at) => ({ ...part(n + at), data: { pad } })))
  let most = 0
  let ring = 0
  // Until the kernel takes no more for any of them.
  for (let still = 0, before = -1; still < 20; before = most) {
    await pause(100)
    const held = ours.feed.held()
    most = Math.max(most, held.waiting)
    ring = Math.max(ring, held.ring)
    still = most > 0 && most === before ? still + 1 : 0
  }
  const told = (flood * pad.length) / 1024 / 1024
  await child.order({ do: 'leave', heard: 0 })
  await ours.close()
  const value = most / 1024 / stuck
  const note = `${told.toFixed(0)} MB were told; the ring held ${(ring / 1024 / 1024).toFixed(1)} MB for all of them`
  const name = `waiting for each of ${stuck} readers that do not read`
  return [{ name, value, unit: 'KiB', bar: '≤ 128 KiB, two frames', met: value <= 128, note }]
}

export async function measure(): Promise<Figure[]> {
  const folder = mkdtempSync(join(process.env.BENCH_FOLDER ?? tmpdir(), 'baton-fanout-'))
  const child = new Child()
  try {
    const asked = process.env.FANOUT
    const all = { fan: measureFanOut, append: measureAppend, stuck: measureStuck }
    const figures: Figure[] = []
    for (const [name, one] of Object.entries(all))
      if (asked === undefined || asked === name) figures.push(...(await one(folder, child)))
    return figures
  } finally {
    child.end()
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[2] === 'ears') ears()
else if (import.meta.main) await report(measure)

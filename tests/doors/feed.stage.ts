// A house on paper whose record grows when told, and a bare server over its streams.
import type { AddressInfo } from 'node:net'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance } from 'fastify'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod, Caller } from '../../src/api/method.ts'
import { everything } from '../../src/api/scopes.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import type { House, TranscriptPart } from '../../src/core/ports/house.ts'
import { Refused } from '../../src/core/refusals.ts'
import { Feed } from '../../src/doors/feed/feed.ts'
import type { FeedLimits } from '../../src/doors/feed/limits.ts'
import type { HttpAt } from '../../src/doors/http/at.ts'
import { eventRoutesOf } from '../../src/doors/http/events.ts'
import { rpcRoutesOf, rpcSocket } from '../../src/doors/http/rpc.ts'
import type { RpcLimits } from '../../src/doors/rpc/limits.ts'
import { Follower } from '../../src/engine/journal/follow.ts'
import { realClock } from '../../src/presets/clock.ts'
import { paperHouse } from '../cli/testing.ts'

export interface GrowingHouse extends House {
  readonly entries: Entry[]
  readonly followers: () => number
  readonly reads: { count: number }
  /** As many more entries, of one stream or of each in turn. */
  grow(count: number, bytes?: number, streams?: readonly string[]): void
  speak(attempt: string, ...texts: readonly string[]): void
  finish(attempt: string): void
  end(): void
}

export function growingHouse(record = 'paper.test'): GrowingHouse {
  const paper = paperHouse()
  const entries: Entry[] = []
  const waiting = new Set<() => void>()
  const parts = new Map<string, TranscriptPart[]>()
  const finished = new Set<string>()
  const reads = { count: 0 }
  let over = false
  const nudge = (): void => {
    for (const then of [...waiting]) then()
  }
  const read = async (after: number, limit: number, stream?: string): Promise<readonly Entry[]> => {
    reads.count += 1
    const given = stream === undefined ? entries.slice(after, after + limit) : entries.slice(after)
    return given.filter((one) => stream === undefined || one.stream === stream).slice(0, limit)
  }
  return {
    ...paper,
    record,
    entries,
    reads,
    followers: () => waiting.size,
    grow: (count, bytes = 20, streams = ['house']) => {
      for (let n = 0; n < count; n += 1) {
        const seq = entries.length + 1
        const stream = streams[n % streams.length] ?? 'house'
        const data = { n: seq, pad: 'x'.repeat(bytes) }
        entries.push({ seq, stream, at: 1000, by: 'ann', because: '', type: 'paper', version: 1, data, prev: '' })
      }
      paper.state.seq = entries.length
      nudge()
    },
    read,
    follow: (after) =>
      new Follower(after, {
        reached: () => entries.length,
        ended: () => over,
        read,
        wait: (nudged) => {
          waiting.add(nudged)
          return () => void waiting.delete(nudged)
        },
      }),
    speak: (attempt, ...texts) => {
      const said = parts.get(attempt) ?? []
      said.push(...texts.map((text) => ({ at: 1, from: 'out', text })))
      parts.set(attempt, said)
    },
    finish: (attempt) => void finished.add(attempt),
    transcript: async (attempt, from) => {
      const given = (parts.get(attempt) ?? []).slice(from, from + 3)
      return { parts: given, next: from + given.length, done: finished.has(attempt) && given.length === 0 }
    },
    end: () => {
      over = true
      nudge()
    },
  }
}

export const owner: Caller = { name: 'ann', folder: '/repository', may: everything }

export interface StageOptions {
  readonly feed?: Partial<FeedLimits>
  readonly rpc?: Partial<RpcLimits>
  readonly caller?: Caller | undefined
  readonly methods?: readonly AnyMethod[]
}

export interface Stage {
  readonly feed: Feed
  readonly port: number
  readonly url: string
  /** As a server that begins to close. */
  leave(): void
  close(): Promise<void>
}

export async function stage(house: House, options: StageOptions = {}): Promise<Stage> {
  const app = Fastify({ forceCloseConnections: true }) as unknown as FastifyInstance
  const leaving: (() => void)[] = []
  const at: HttpAt = {
    house,
    methods: options.methods ?? methods,
    clock: realClock,
    version: '0',
    callerOf: () => ('caller' in options ? options.caller : owner),
    onLeave: (then) => leaving.push(then),
  }
  app.setErrorHandler((error, _request, reply) =>
    error instanceof Refused
      ? reply.code(error.refusal.kind === 'busy' ? 503 : 400).send(error.refusal)
      : reply.code(500).send(String(error)),
  )
  const feed = new Feed(house, realClock, options.feed)
  await app.register(websocket, { options: rpcSocket })
  await app.register(async (inner) => {
    await eventRoutesOf(feed)(inner, at)
    await rpcRoutesOf(feed, options.rpc)(inner, at)
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const leave = (): void => {
    for (const then of leaving) then()
  }
  return { feed, port, url: `http://127.0.0.1:${port}`, leave, close: async () => void (await app.close()) }
}

/** Waits for a condition, not for time. */
export async function until(holds: () => boolean, atMostMs = 10_000): Promise<void> {
  const began = performance.now()
  while (!holds()) {
    if (performance.now() - began > atMostMs) throw new Error(`it never came to: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

// A real HTTP listener around a house, keys with rights of their own, and the official client as a peer.
import { Client, type ClientOptions, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import Fastify, { type FastifyInstance } from 'fastify'
import { onTestFinished } from 'vitest'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod, Caller } from '../../src/api/method.ts'
import { everything, type Scope } from '../../src/api/scopes.ts'
import type { House } from '../../src/core/ports/house.ts'
import type { Clock } from '../../src/core/ports.ts'
import { mcpRoutes } from '../../src/doors/http/mcp.ts'
import { realClock } from '../../src/presets/clock.ts'
import { folder } from '../cli/testing.ts'

const rights = (...may: Scope[]): ReadonlySet<Scope> => new Set(may)
export const attempt = '001-photo-albums/T001/1'

/** Who comes with which key. */
export const keys: Readonly<Record<string, Omit<Caller, 'folder'>>> = {
  reader: { name: 'reader', may: rights('read') },
  runner: { name: 'runner', may: rights('read', 'run') },
  twin: { name: 'runner', may: rights('read', 'run') },
  approver: { name: 'approver', may: rights('read', 'run', 'approve') },
  owner: { name: 'ann', may: everything },
  agent: { name: `agent of ${attempt}`, may: rights('read', 'run'), attempt },
}

/** A clock that stands still until it is told to go on. */
export function stillClock(): Clock & { pass(ms: number): Promise<void>; readonly waiting: number } {
  let now = 0
  const due = new Set<{ readonly at: number; readonly then: () => void }>()
  return {
    now: () => now,
    monotonic: () => now,
    after: (ms, then) => {
      const one = { at: now + ms, then }
      due.add(one)
      return () => due.delete(one)
    },
    chance: realClock.chance,
    get waiting() {
      return due.size
    },
    pass: async (ms) => {
      const until = now + ms
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        due.delete(next)
        now = next.at
        next.then()
        await new Promise((resolve) => setImmediate(resolve))
      }
      now = until
    },
  }
}

export interface Served {
  readonly url: string
  readonly app: FastifyInstance
  leave(): void
}

export interface ServeOptions {
  readonly clock?: Clock
  readonly methods?: readonly AnyMethod[]
  readonly folder?: string
  /** As a server's own record would have them; may be changed while it runs. */
  readonly keys?: Record<string, Omit<Caller, 'folder'>>
}

export async function serve(house: House, options: ServeOptions = {}): Promise<Served> {
  const app = Fastify({ exposeHeadRoutes: false }) as unknown as FastifyInstance
  const leaving: (() => void)[] = []
  const known = options.keys ?? keys
  await mcpRoutes(app, {
    house,
    methods: options.methods ?? methods,
    clock: options.clock ?? realClock,
    version: '1.2.3',
    callerOf: ({ headers }) => {
      const found = known[headers.authorization?.replace('Bearer ', '') ?? '']
      return found === undefined ? undefined : { ...found, folder: options.folder ?? folder }
    },
    onLeave: (then) => leaving.push(then),
  })
  const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/mcp`
  const leave = (): void => {
    for (const then of leaving.splice(0)) then()
  }
  onTestFinished(async () => {
    leave()
    app.server.closeAllConnections()
    await app.close()
  })
  return { url, app, leave }
}

export const modern: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } }

export async function peer(url: string, key: string, options: ClientOptions = {}) {
  const client = new Client({ name: 'test', version: '1' }, options)
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: `Bearer ${key}` } },
  })
  await client.connect(transport)
  onTestFinished(() => client.close())
  return { client, transport }
}

export interface RawAnswer {
  readonly status: number
  readonly session: string | undefined
  // biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by expecting it.
  readonly message: any
}

export interface RawRequest {
  readonly key?: string
  readonly session?: string
  readonly version?: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a client of an earlier time sends, byte for byte. */
export async function raw(url: string, body: unknown, request: RawRequest = {}): Promise<RawAnswer> {
  const { key = 'runner', session, version, method = 'POST', headers = {} } = request
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json, text/event-stream',
      authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
      ...(version === undefined ? {} : { 'mcp-protocol-version': version }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const data = text.split('\n').findLast((line) => line.startsWith('data: '))
  const said = response.headers.get('content-type')?.includes('event-stream') ? data?.slice(6) : text
  return {
    status: response.status,
    session: response.headers.get('mcp-session-id') ?? undefined,
    message: said === undefined || said === '' ? undefined : JSON.parse(said),
  }
}

export function hello(version: string): object {
  const params = { protocolVersion: version, capabilities: {}, clientInfo: { name: 'raw', version: '1' } }
  return { jsonrpc: '2.0', id: 1, method: 'initialize', params }
}

// The HTTP door: one server on this machine for browsers and programs, with the guard before everything else.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import { parseGuarded } from '../../api/envelope.ts'
import type { AnyMethod } from '../../api/method.ts'
import type { House, Serving } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { HttpAt } from './at.ts'
import { sayErrors } from './failing.ts'
import { readGrants } from './guard/grants.ts'
import { type Guard, standGuard } from './guard/hook.ts'
import { Keys } from './guard/keys.ts'
import { Lockout } from './guard/lockout.ts'
import { hostNames } from './guard/request.ts'
import { routesOf } from './routes.ts'

export interface HttpDoorOptions {
  readonly house: House
  readonly methods: readonly AnyMethod[]
  readonly clock: Clock
  readonly version: string
  /** The owner's token, and who the owner is. */
  readonly token: string
  readonly owner: string
  /** As API_KEYS has it. */
  readonly apiKeys?: string | undefined
  readonly port: number
  /** Served besides, with the same routes. */
  readonly alsoPorts?: readonly number[]
  /** Loopback unless a person said otherwise. */
  readonly host?: string
  /** Names besides those of this machine that the Host header may hold. */
  readonly allowHosts?: readonly string[]
  readonly logger?: FastifyBaseLogger
}

export interface HttpDoor extends Serving {
  /** Streams say goodbye, calls under way are answered, then every connection is closed. May be called twice. */
  close(): Promise<void>
}

const mebibyte = 1024 * 1024
const limits = {
  bodyLimit: 10 * mebibyte,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  routerOptions: { maxParamLength: 4096 },
} as const
/** How often one caller may ask in a minute. */
const perMinute = { looking: 3_000_000, doing: 12_000, unknown: 600 } as const
const drainMs = 5000

export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { house, methods, clock, version, token, owner, logger } = options
  const nextId = requestIds(clock)
  const app = Fastify({
    ...limits,
    genReqId: ({ headers }) => askedId(headers['x-request-id']) ?? nextId(),
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    return503OnClosing: true,
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
  }) as unknown as FastifyInstance
  const keys = new Keys({ token, owner, grants: readGrants(options.apiKeys), clock })
  const lockout = new Lockout(clock)
  let hosts: ReadonlySet<string> = new Set()
  let port = options.port
  const cookieName = (): string => `baton-${port}`
  const guard = standGuard(app, { house, keys, lockout, hosts: () => hosts, cookieName })
  const leaving: (() => void)[] = []
  const at: HttpAt = { house, methods, clock, version, callerOf: guard.callerOf, onLeave: (then) => leaving.push(then) }
  readJson(app)
  sayErrors(app)
  await limitRates(app, guard)
  await app.register(websocket, { options: { maxPayload: mebibyte, perMessageDeflate: false } })
  await app.register(async (inner) => {
    for (const routes of routesOf(keys, lockout, cookieName)) await routes(inner, at)
  })
  await app.ready()
  const servers = await listen(app, options)
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  port = ports[0] ?? port
  hosts = hostNames(ports, options.allowHosts ?? [])
  const urls = [...new Set(ports)].map((one) => `http://${nameOf(options)}:${one}`)
  let closing: Promise<void> | undefined
  return {
    urls,
    since: clock.now(),
    invite: () => {
      const { code, until } = keys.invite()
      return { url: `${urls[0]}/#${code}`, until }
    },
    admit: (attempt) => keys.admit(attempt),
    dismiss: (attempt) => keys.dismiss(attempt),
    close: () => {
      closing ??= close(app, servers, leaving, clock)
      return closing
    },
  }
}

/** Different in each start of the server, and counted on from there. */
function requestIds(clock: Clock): () => string {
  const start = clock.chance(8)
  let count = 0
  return () => {
    count += 1
    return `req-${start}-${count.toString(36)}`
  }
}

/** Only what can stand in a log and a header. */
function askedId(given: string | string[] | undefined): string | undefined {
  return typeof given === 'string' && /^[\w.-]{1,64}$/u.test(given) ? given : undefined
}

function readJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    const text = body as string
    const value = text.trim() === '' ? {} : parseGuarded(text)
    if (value !== undefined) return done(null, value)
    const why = 'it is not JSON, or nested too deeply, or has a key such as __proto__'
    return done(new Refused(refuse('invalid', 'the body', why, 'send one JSON value')))
  })
}

async function limitRates(app: FastifyInstance, guard: Guard): Promise<void> {
  const looks = ({ method, routeOptions }: FastifyRequest): boolean =>
    method === 'GET' || method === 'HEAD' || (routeOptions.config as { looks?: boolean }).looks === true
  await app.register(rateLimit, {
    timeWindow: 60_000,
    cache: 5000,
    keyGenerator: (request) => `${looks(request) ? 'looks' : 'does'} ${guard.countedAs(request)}`,
    max: (request, key) => {
      if (key.includes(' address ')) return perMinute.unknown
      return looks(request) ? perMinute.looking : perMinute.doing
    },
    addHeaders: { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false },
    addHeadersOnExceeding: {
      'x-ratelimit-limit': false,
      'x-ratelimit-remaining': false,
      'x-ratelimit-reset': false,
    },
  })
}

const nameOf = ({ host = '127.0.0.1' }: HttpDoorOptions): string => (host.includes(':') ? `[${host}]` : host)

/** The first server is Fastify's own; the others hand it what they hear. */
async function listen(app: FastifyInstance, options: HttpDoorOptions): Promise<readonly Server[]> {
  const { host = '127.0.0.1', port, alsoPorts = [] } = options
  const servers: Server[] = [app.server as Server]
  try {
    await app.listen({ host, port, backlog: 1024 }).catch((error: unknown) => cannotListen(error, port))
    for (const also of alsoPorts) {
      const server = createServer((request, response) => app.routing(request, response))
      server.on('upgrade', (request, socket: Duplex, head) => app.server.emit('upgrade', request, socket, head))
      server.requestTimeout = limits.requestTimeout
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port: also }, resolve)
      }).catch((error: unknown) => cannotListen(error, also))
      servers.push(server)
    }
    return servers
  } catch (error) {
    for (const server of servers.slice(1)) server.close()
    await app.close()
    throw error
  }
}

function cannotListen(error: unknown, port: number): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there'
      : code === 'EACCES'
        ? 'this user may not listen there'
        : String(error)
  throw new Refused(refuse('conflict', `port ${port}`, why, 'choose another with --port, or end that program'))
}

async function close(
  app: FastifyInstance,
  servers: readonly Server[],
  leaving: readonly (() => void)[],
  clock: Clock,
): Promise<void> {
  for (const leave of leaving) leave()
  const calm = clock.after(drainMs, () => {
    for (const server of servers) server.closeAllConnections()
  })
  for (const server of servers) server.closeIdleConnections()
  const others = servers.slice(1).map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  await Promise.all([app.close(), ...others])
  calm()
}

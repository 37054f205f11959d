// The HTTP door: one server on this machine for browsers and programs, with the guard before everything else.
import websocket from '@fastify/websocket'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController, type RouteOptions } from 'fastify'
import { parseGuarded } from '../../api/envelope.ts'
import type { AnyMethod } from '../../api/method.ts'
import type { House, Serving } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { readGrants } from '../guard/grants.ts'
import { type Guard, standGuard } from '../guard/hook.ts'
import { type EndedCookies, Keys } from '../guard/keys.ts'
import { Lockout } from '../guard/lockout.ts'
import { Counts, type Rates, usualRates } from '../guard/rates.ts'
import { hostNames, loopback } from '../guard/request.ts'
import type { HttpAt } from './at.ts'
import { fail, pathOf, sayBadAddress, sayErrors } from './failing.ts'
import { listen, patience } from './listening.ts'
import { type Log, logRequests } from './log.ts'
import { routesForAgents, routesOf } from './routes.ts'
import { rpcSocket } from './rpc.ts'
import { timeRequests } from './tally.ts'

export interface HttpDoorOptions {
  readonly house: House
  readonly methods: readonly AnyMethod[]
  readonly clock: Clock
  readonly version: string
  /** The owner's token, and who the owner is. */
  readonly token: string
  readonly owner: string
  /** Where cookies that were ended before their time are kept over a restart. */
  readonly ended?: EndedCookies
  /** As API_KEYS has it. */
  readonly apiKeys?: string | undefined
  readonly port: number
  /** Served besides, with the same routes. */
  readonly alsoPorts?: readonly number[]
  /** Loopback unless a person said otherwise. */
  readonly host?: string
  /** Names besides those of this machine that the Host header may hold. */
  readonly allowHosts?: readonly string[]
  readonly log?: Pick<Log, 'logger' | 'dropped' | 'verbose'>
  /** Serves agents at work at /mcp, and nothing and nobody else: the owner's token is then one that nobody is told. */
  readonly forAgents?: true
  /** How often one caller may ask in a minute. */
  readonly perMinute?: Partial<Rates>
}

export interface RouteSeen {
  readonly method: string
  readonly url: string
  readonly websocket: boolean
}

export interface HttpDoor extends Serving {
  /** Every route that there is, for whoever tries them all. */
  readonly routes: readonly RouteSeen[]
  /** Streams say goodbye, calls under way are answered, then every connection is closed. May be called twice. */
  close(): Promise<void>
}

const mebibyte = 1024 * 1024
const limits = {
  bodyLimit: 10 * mebibyte,
  requestTimeout: patience.requestTimeout,
  keepAliveTimeout: patience.keepAliveTimeout,
  http: patience,
  routerOptions: { maxParamLength: 4096 },
} as const
/** Of one body: fields of objects and places in lists. */
const mostParts = 50_000
export async function openHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { house, methods, clock, version, token, owner, log } = options
  const nextId = requestIds(clock)
  const app = Fastify({
    ...limits,
    genReqId: ({ headers }) => askedId(headers['x-request-id']) ?? nextId(),
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
    frameworkErrors: sayBadAddress,
    return503OnClosing: true,
    // A logger for each request would cost more than its line, which names the request itself.
    childLoggerFactory: (logger) => logger,
    ...(log === undefined ? { logger: false } : { loggerInstance: log.logger }),
  }) as unknown as FastifyInstance
  const keys = new Keys({ token, owner, grants: readGrants(options.apiKeys), clock, ended: options.ended })
  const lockout = new Lockout(clock)
  let hosts: ReadonlySet<string> = new Set()
  let port = options.port
  const cookieName = (): string => `baton-${port}`
  const routes: RouteSeen[] = []
  app.addHook('onRoute', (route) => void routes.push(...seenAs(route)))
  // Before the guard, so that it closes the connection of whoever is refused another protocol.
  await app.register(websocket, { options: rpcSocket })
  // Both before the guard: what it turns down is counted and logged too.
  timeRequests(app)
  if (log !== undefined) logRequests(app, (request) => guard.callerOf(request), log.verbose)
  const guard = standGuard(app, { house, keys, lockout, hosts: () => hosts, cookieName })
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.ws || speaks(routes, request)) return done()
    const what = request.routeOptions.url ?? 'this address'
    return void fail(request, reply, refuse('invalid', what, 'it speaks over no WebSocket', 'connect to /rpc'))
  })
  const leaving: (() => void)[] = []
  const at: HttpAt = { house, methods, clock, version, callerOf: guard.callerOf, onLeave: (then) => leaving.push(then) }
  readJson(app)
  sayErrors(app)
  limitRates(app, guard, clock, { ...usualRates, ...options.perMinute })
  await app.register(async (inner) => {
    const all = { keys, lockout, cookieName, dropped: log?.dropped }
    for (const group of options.forAgents === true ? routesForAgents : routesOf(all)) await group(inner, at)
  })
  await app.ready()
  const { ports, close } = await listen(app, options)
  port = ports[0] ?? port
  hosts = hostNames(ports, namesOf(options))
  const urls = [...new Set(ports)].map((one) => `http://${placeOf(options, one)}`)
  let closing: Promise<void> | undefined
  return {
    urls,
    routes,
    since: clock.now(),
    invite: () => {
      const { code, until } = keys.invite()
      return { url: `${urls[0]}/#${code}`, until }
    },
    admit: (attempt) => keys.admit(attempt),
    dismiss: (attempt) => keys.dismiss(attempt),
    close: () => {
      if (closing === undefined) for (const leave of leaving) leave()
      closing ??= close(clock)
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
    const value = text.trim() === '' ? {} : parseGuarded(text, limits.bodyLimit, mostParts)
    if (value !== undefined) return done(null, value)
    const why = 'it is not JSON, or nested too deeply, or has too many parts, or a key such as __proto__'
    return done(new Refused(refuse('invalid', 'the body', why, 'send one JSON value')))
  })
}

/** After the guard, which says who asks. A route may have a number of its own. */
function limitRates(app: FastifyInstance, guard: Guard, clock: Clock, perMinute: Rates): void {
  const counts = new Counts(clock)
  const ways = {
    looking: { kind: 'looks', most: perMinute.looking },
    doing: { kind: 'does', most: perMinute.doing },
    unknown: { kind: 'unknown', most: perMinute.unknown },
  }
  const wayOf = ({ method, routeOptions }: FastifyRequest, known: boolean): { kind: string; most: number } => {
    const config = routeOptions.config as RouteWords | undefined
    if (config?.perMinute !== undefined) return { kind: routeOptions.url ?? '', most: config.perMinute }
    if (!known) return ways.unknown
    return method === 'GET' || method === 'HEAD' || config?.looks === true ? ways.looking : ways.doing
  }
  app.addHook('onRequest', (request, reply, done) => {
    const { who, known } = guard.countedAs(request)
    const { kind, most } = wayOf(request, known)
    const waitMs = counts.waits(`${kind} ${who}`, most)
    if (waitMs === 0) return done()
    const what = `${request.method} ${pathOf(request)}`
    void reply.header('retry-after', String(Math.ceil(waitMs / 1000)))
    void fail(request, reply, refuse('busy', what, 'too many requests', 'wait as long as retry-after says'), 429)
  })
}

/** What a route says of itself to whoever counts. */
interface RouteWords {
  /** A caller may look much more often than do something. */
  readonly looks?: boolean
  readonly perMinute?: number
}

const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host)

/** An address of this machine that it was told to listen on is a name of its own. */
function namesOf({ host = '127.0.0.1', allowHosts = [] }: HttpDoorOptions): readonly string[] {
  return loopback.test(host) ? [...allowHosts, inUrl(host)] : allowHosts
}

/** Where a person finds it: by its address on this machine, else by the first name that was given, for it answers to no other. */
function placeOf({ host = '127.0.0.1', allowHosts: [named] = [] }: HttpDoorOptions, port: number): string {
  if (named === undefined || loopback.test(host)) return `${inUrl(host)}:${port}`
  return /:\d+$/u.test(named) ? named : `${named}:${port}`
}

/** Otherwise the connection would be changed over first, and only then be told that nobody is there. */
function speaks(routes: readonly RouteSeen[], { routeOptions: { url } }: FastifyRequest): boolean {
  return url === undefined || routes.some((route) => route.websocket && route.url === url)
}

function seenAs(route: RouteOptions): readonly RouteSeen[] {
  const websocket = route.websocket === true || route.wsHandler !== undefined
  return [route.method].flat().map((method) => ({ method, url: route.url, websocket }))
}

// The guard before every route: name and origin, then the key, then how often; what is open without a key is one list.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Caller } from '../../api/method.ts'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { always, fail, pathOf } from '../http/failing.ts'
import type { Keys, Known } from './keys.ts'
import type { Lockout } from './lockout.ts'
import { barred, openRoutes, type Seen } from './request.ts'

export interface GuardOptions {
  readonly house: House
  readonly keys: Keys
  readonly lockout: Lockout
  /** Known once the server listens. */
  readonly hosts: () => ReadonlySet<string>
  readonly cookieName: () => string
}

export interface Guard {
  callerOf(request: FastifyRequest): Caller | undefined
  /** Who is counted for how often they ask: the key, else the address. */
  countedAs(request: FastifyRequest): { readonly who: string; readonly known: boolean }
}

export function standGuard(app: FastifyInstance, options: GuardOptions): Guard {
  const letIn = new WeakMap<FastifyRequest, Known>()
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(always)
    reply.header('x-request-id', request.id)
    const why = barred(seenIn(request), options.hosts())
    if (why !== undefined)
      return void fail(request, reply, refuse('auth', whatOf(request), why.why, why.remedy), why.status)
    const refused = admit(request, options, letIn)
    if (refused === undefined) return done()
    if (refused.waitS !== undefined) void reply.header('retry-after', String(refused.waitS))
    else void reply.header('www-authenticate', 'Bearer realm="baton"')
    const status = refused.waitS === undefined ? 401 : 429
    return void fail(request, reply, refuse('auth', whatOf(request), refused.why, refused.remedy), status)
  })
  return {
    callerOf: (request) => {
      const known = letIn.get(request)
      return known === undefined ? undefined : { ...known, folder: folderFor(options.house) }
    },
    countedAs: (request) => {
      const known = letIn.get(request)
      return known === undefined ? { who: request.ip, known: false } : { who: known.name, known: true }
    },
  }
}

const whatOf = (request: FastifyRequest): string => `${request.method} ${pathOf(request)}`

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

function seenIn(request: FastifyRequest): Seen {
  const { headers } = request.raw
  return {
    method: request.method,
    path: pathOf(request),
    host: hostOf(request.raw),
    origin: one(headers.origin),
    fetchSite: one(headers['sec-fetch-site']),
    fetchMode: one(headers['sec-fetch-mode']),
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
  }
}

/** All names that the request goes by, one of which at the most can be ours: Node itself would take the first and leave the others out. */
function hostOf({ url = '', headers, rawHeaders }: FastifyRequest['raw']): string | undefined {
  const names: string[] = []
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') names.push(rawHeaders[at + 1] ?? '')
  const authority = url.startsWith('/') ? undefined : /^[a-z][a-z0-9+.-]*:\/\/([^/]*)/iu.exec(url)?.[1]
  if (authority !== undefined && authority.toLowerCase() !== headers.host?.toLowerCase()) names.push(authority)
  return names.length === 0 ? undefined : names.join(', ')
}

interface NotIn {
  readonly why: string
  readonly remedy: string
  readonly waitS?: number
}

const remedy =
  'send "Authorization: Bearer <key>"; baton open gives a browser a link, and docs/server.md says where keys come from'

/**
 * Wrong keys are counted, and no key that could be guessed is taken while their address waits. Cookies and the keys that this server made
 * cannot be guessed: otherwise any program of this machine could keep its owner out.
 */
function admit(
  request: FastifyRequest,
  options: GuardOptions,
  letIn: WeakMap<FastifyRequest, Known>,
): NotIn | undefined {
  const { keys, lockout } = options
  const open = openRoutes.has(`${request.method === 'HEAD' ? 'GET' : request.method} ${pathOf(request)}`)
  const secret = secretIn(request)
  if (secret === undefined) {
    const cookie = cookieIn(request, options.cookieName())
    const known = cookie === undefined ? undefined : keys.byCookie(cookie)
    if (known !== undefined) letIn.set(request, known)
    return known !== undefined || open ? undefined : { why: 'it comes without a key', remedy }
  }
  const known = knownOn(request.raw.socket, secret, keys)
  const waitMs = known !== undefined && keys.isMade(known) ? 0 : lockout.waits(request.ip)
  if (waitMs > 0) {
    const waitS = Math.ceil(waitMs / 1000)
    return { why: `too many wrong keys came from ${request.ip}`, remedy: `wait ${waitS} s`, waitS }
  }
  if (known !== undefined) letIn.set(request, known)
  else lockout.wrong(request.ip)
  return known !== undefined ? undefined : { why: 'its key is not one of this server', remedy }
}

const before = new WeakMap<object, { readonly secret: string; readonly known: Known; readonly of: number }>()

/** A connection that has shown a key shows it again with each request: only a key that is new on it is looked up. */
function knownOn(socket: object, secret: string, keys: Keys): Known | undefined {
  const last = before.get(socket)
  if (last !== undefined && last.secret === secret && last.of === keys.changes) return last.known
  const known = keys.bySecret(secret)
  if (known !== undefined) before.set(socket, { secret, known, of: keys.changes })
  return known
}

/** Never from the address: addresses are logged, shared and kept. */
function secretIn({ headers }: FastifyRequest): string | undefined {
  const bearer = /^bearer\s+(\S+)\s*$/iu.exec(headers.authorization ?? '')?.[1]
  if (headers.authorization !== undefined) return bearer ?? ''
  return one(headers['x-api-key'])
}

export function cookieIn({ headers }: FastifyRequest, name: string): string | undefined {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=')
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}

/** A call that names no repository means the only one there is. */
function folderFor({ state, home }: House): string {
  const [only] = state.workspaces.keys()
  return state.workspaces.size === 1 && only !== undefined ? only : home
}

// The front door of the client: an address and a key in, typed calls, events and a mirror out.
import { Refused, refuse } from '../core/refusals.ts'
import { singleLine } from '../core/text/neutral.ts'
import { type Calls, callsOver } from './calls.ts'
import { type EventStream, type EventsOptions, events } from './events.ts'
import { answerOf, open, type Reach } from './fetching.ts'
import { type HttpOptions, overHttp } from './http.ts'
import { type Mirror, openMirror } from './mirror.ts'
import { type Pace, realPace } from './pace.ts'
import { overSocket, type SocketOptions } from './socket.ts'
import { stranger } from './trouble.ts'

export interface ConnectOptions extends HttpOptions, SocketOptions {
  /** Of the server, e.g. `http://127.0.0.1:4100`. */
  readonly url: string
  /** Without one, a browser's cookie is what lets in. */
  readonly key?: string
  /** How calls go; events come over HTTP either way. `http` without it. */
  readonly over?: 'http' | 'socket'
  readonly fetch?: typeof globalThis.fetch
  readonly pace?: Pace
}

export interface Client extends Calls {
  /** The server's address, as it is used. */
  readonly url: string
  events(options?: EventsOptions): EventStream
  /** Resolves when the state is there. */
  mirror(): Promise<Mirror>
}

const healthMs = 15_000
const mostHealth = 1024 * 1024

/** Throws a `Refused` when nothing there answers like a Baton. Closing it ends every call, stream and mirror that came from it. */
export async function connect(options: ConnectOptions): Promise<Client> {
  const { key, pace = realPace, over = 'http' } = options
  const life = new AbortController()
  const reach: Reach = {
    url: addressOf(options.url),
    ...(key === undefined ? {} : { key: keyOf(key) }),
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    pace,
    life: life.signal,
  }
  // A connection that was kept from before may have died meanwhile; the second one is new.
  await greet(reach).catch((error: unknown) => (isBusy(error) ? greet(reach) : Promise.reject(error)))
  const http = overHttp(reach, options)
  const transport = over === 'socket' ? overSocket(reach, options) : http
  const streamOf = (from?: EventsOptions): EventStream => events(reach, http.ask, from)
  return {
    ...callsOver({ ...transport, close: async () => life.abort() }),
    url: reach.url,
    events: streamOf,
    // A state may be larger than a frame of a socket.
    mirror: () => openMirror({ ask: http.ask, events: streamOf, pace }),
  }
}

/** A server that is not well answers too, and says so in its own words when it is asked for something. */
async function greet(reach: Reach): Promise<void> {
  const asking = { url: reach.url, method: 'health' }
  const ms = { firstMs: healthMs, idleMs: () => healthMs }
  const opened = await open(reach, { method: 'health', path: '/health', accept: 'application/json', ...ms })
  const well = { ...opened, status: opened.status === 503 ? 200 : opened.status }
  const said = await answerOf(well, asking, mostHealth)
  if (typeof said !== 'object' || said === null) throw stranger(asking, 'what answers there is no Baton')
}

function isBusy(error: unknown): boolean {
  return error instanceof Refused && error.refusal.kind === 'busy'
}

function addressOf(given: string): string {
  const parsed = URL.canParse(given) ? new URL(given) : undefined
  const bad = (why: string): Refused =>
    new Refused(refuse('invalid', 'url', `${singleLine(given)}: ${why}`, 'give one like http://127.0.0.1:4100'))
  if (parsed === undefined) throw bad('it is no address')
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') throw bad('it is no address of a web server')
  if (parsed.username !== '' || parsed.password !== '') throw bad('a key belongs into `key`, not into the address')
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '')
}

/** What a header cannot carry would look like a broken network. */
function keyOf(given: string): string {
  const key = given.trim()
  if (/^[\x21-\x7e]{1,4096}$/.test(key)) return key
  const why = key === '' ? 'it is empty' : 'it holds characters that no key has'
  throw new Refused(refuse('invalid', 'key', why, 'copy it again from where it was printed'))
}

// One request over fetch, every part of whose answer comes in time, or else a refusal says what did not.
import { Refused } from '../core/refusals.ts'
import { singleLine } from '../core/text/neutral.ts'
import type { Pace } from './pace.ts'
import { type Asking, broke, closed, refusedBy, stranger, unreached } from './trouble.ts'

/** How one server is reached. */
export interface Reach {
  /** Its address, without a slash at the end. */
  readonly url: string
  readonly key?: string
  readonly fetch: typeof globalThis.fetch
  readonly pace: Pace
  /** Aborted when the client is closed: whatever is under way then ends. */
  readonly life: AbortSignal
}

export interface Request {
  /** What a refusal calls it. */
  readonly method: string
  readonly path: string
  readonly accept: string
  /** Sent as JSON by POST; without it the path is got. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Until the answer begins. */
  readonly firstMs: number
  /** Between any two pieces of it; asked before each one. */
  readonly idleMs: () => number
}

export interface Opened {
  readonly status: number
  /** Without its parameters, in lower case. */
  readonly type: string
  /** Reading them to the end or breaking off frees the connection. */
  readonly pieces: AsyncGenerator<Uint8Array>
}

export async function open(reach: Reach, request: Request): Promise<Opened> {
  const asking = { url: reach.url, method: request.method }
  if (reach.life.aborted) throw closed(asking)
  const init = written(reach, request)
  const ending = new AbortController()
  const leave = (): void => ending.abort(closed(asking))
  reach.life.addEventListener('abort', leave)
  const free = (): void => reach.life.removeEventListener('abort', leave)
  const late = (): void => ending.abort(broke(asking, `no answer came within ${seconds(request.firstMs)}`))
  const cancel = reach.pace.after(request.firstMs, late)
  try {
    const { fetch } = reach
    const response = await orAborted(fetch(`${reach.url}${request.path}`, { ...init, signal: ending.signal }), ending)
    if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
      ending.abort()
      throw stranger(asking, 'the answer sends us to another address')
    }
    const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    const pieces = read(response, { asking, reach, request, ending, free })
    return { status: response.status, type, pieces }
  } catch (error) {
    free()
    throw unreached(asking, ending.signal.aborted && !(error instanceof Refused) ? ending.signal.reason : error)
  } finally {
    cancel()
  }
}

interface Under {
  readonly asking: Asking
  readonly reach: Reach
  readonly request: Request
  readonly ending: AbortController
  readonly free: () => void
}

async function* read(response: Response, under: Under): AsyncGenerator<Uint8Array> {
  const { asking, reach, request, ending, free } = under
  const reader = response.body?.getReader()
  try {
    for (;;) {
      const ms = request.idleMs()
      const cancel = reach.pace.after(ms, () => ending.abort(broke(asking, `the answer stopped for ${seconds(ms)}`)))
      const piece = await orAborted<Piece>(reader?.read() ?? nothing, ending).finally(cancel)
      if (piece.value !== undefined) yield piece.value
      if (piece.done) return
    }
  } catch (error) {
    throw unreached(asking, ending.signal.aborted ? ending.signal.reason : error)
  } finally {
    free()
    // What broke, or is left unread on purpose, has been told already; letting go of it tells nothing more.
    reader?.cancel().catch(() => undefined)
    ending.abort()
  }
}

interface Piece {
  readonly done: boolean
  readonly value?: Uint8Array | undefined
}

const nothing: Promise<Piece> = Promise.resolve({ done: true })

/** Not every fetch and not every stream listens to its signal. */
function orAborted<T>(work: Promise<T>, ending: AbortController): Promise<T> {
  const { signal } = ending
  const { promise, reject } = Promise.withResolvers<never>()
  if (signal.aborted) reject(signal.reason)
  const give = (): void => reject(signal.reason)
  signal.addEventListener('abort', give)
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', give))
}

function written({ key, url }: Reach, { method, accept, body, headers = {} }: Request): RequestInit {
  const all: Record<string, string> = { accept, ...headers }
  if (key !== undefined) all.authorization = `Bearer ${key}`
  const common: RequestInit = { credentials: 'same-origin', redirect: 'manual', cache: 'no-store' }
  if (body === undefined) return { ...common, method: 'GET', headers: all }
  all['content-type'] = 'application/json'
  return { ...common, method: 'POST', headers: all, body: asJson(body, { url, method }) }
}

export function asJson(value: unknown, { method, url }: Asking): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    const why = `what is asked cannot be written as JSON: ${error instanceof Error ? error.message : String(error)}`
    throw new Refused({ kind: 'invalid', what: method, why, remedy: 'give plain values', where: url })
  }
}

function seconds(ms: number): string {
  return `${ms / 1000} s`
}

/** All of it, or a refusal when there is more than `most` bytes. */
async function textOf(opened: Opened, most: number, asking: Asking): Promise<string> {
  const decoder = new TextDecoder()
  const parts: string[] = []
  let size = 0
  for await (const piece of opened.pieces) {
    size += piece.length
    if (size > most) throw stranger(asking, `the answer is larger than ${Math.floor(most / 1024 / 1024)} MiB`)
    parts.push(decoder.decode(piece, { stream: true }))
  }
  return parts.join('') + decoder.decode()
}

/** The one answer, or the refusal that it is. */
export async function answerOf(opened: Opened, asking: Asking, most: number): Promise<unknown> {
  const text = await textOf(opened, most, asking)
  const good = opened.status >= 200 && opened.status < 300
  if (good && text === '') return null
  const value = opened.type === 'application/json' ? parsed(text) : undefined
  if (value === undefined) throw stranger(asking, noJson(opened, text))
  if (!good) throw refusedBy(asking, opened.status, value)
  return value
}

/** Undefined for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A page of a proxy is known by its title. */
function noJson({ status, type }: Opened, text: string): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(text.slice(0, 10_000))?.[1] ?? text.slice(0, 80)
  const said = singleLine(title)
  return `status ${status} came with ${type || 'no type'}${said === '' ? '' : ` ("${said}")`}, which is no answer of Baton`
}

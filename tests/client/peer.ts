// The other side of a client, in this process: it speaks the server's contract out of a list of entries, and fails as it is told.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { methods } from '../../src/api/methods.ts'
import { perform } from '../../src/api/perform.ts'
import { everything } from '../../src/api/scopes.ts'
import { type Carried, evolve } from '../../src/core/evolve/index.ts'
import type { ReadEntry } from '../../src/core/nouns/entry.ts'
import type { House } from '../../src/core/ports/house.ts'
import { type Refusal, refuse } from '../../src/core/refusals.ts'
import { emptyState } from '../../src/core/state.ts'

/** What one connection to /events does wrong; the connections take them in order, and later ones do nothing wrong. */
export interface Fault {
  /** Ends after so many bytes; `breaks` with an error instead of an end. */
  readonly cutAt?: number
  readonly breaks?: boolean
  /** Sends every frame twice. */
  readonly twice?: boolean
  /** Leaves these entries out. */
  readonly without?: readonly number[]
  /** Tells nothing one by one before it has said reload. */
  readonly reload?: boolean
  /** Says goodbye after the first facts. */
  readonly bye?: boolean
  /** Bytes of a piece. */
  readonly piece?: number
  /** Is this answer, whatever was asked. */
  readonly answer?: () => Response | Promise<Response>
}

const encoder = new TextEncoder()
export const far = 3_600_000

export function entryOf({ seq, at, type, data }: Carried): ReadEntry {
  return { seq, at, type, data, stream: 'i', by: 'ada', because: '', version: 1, prev: '0'.repeat(64) }
}

export function frame(event: string, value: unknown, id?: string): string {
  return `event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(value)}\n\n`
}

export class Peer {
  record = 'record/one'
  state = emptyState()
  entries: ReadEntry[] = []
  beatMs = far
  /** Entries of one frame. */
  batch = 3
  faults: Fault[] = []
  /** In the order in which they came: `POST /api/state/read`, `GET /events 5@record/one`. */
  readonly asked: string[] = []
  readonly keys: (string | null)[] = []
  /** Instead of the usual answer to a method. */
  readonly instead = new Map<string, (params: unknown, request: Request) => Response | Promise<Response>>()
  generation = 0
  readonly #open = new Set<() => void>()

  get head(): number {
    return this.entries.length
  }

  /** The next entries are on the disk, and whoever listens is told. */
  publish(...next: readonly Carried[]): void {
    for (const one of next) {
      const entry = structuredClone(entryOf(one))
      if ('unknown' in one) Object.assign(entry, { unknown: true })
      this.entries.push(entry)
      evolve(this.state, structuredClone(entry))
    }
    for (const wake of this.#open) wake()
  }

  /** Another record under the same roof. */
  replace(record: string, entries: readonly Carried[]): void {
    this.record = record
    this.state = emptyState()
    this.entries = []
    this.publish(...entries)
    this.drop()
  }

  /** Every connection that is open now ends without a word. */
  drop(): void {
    this.generation += 1
    for (const wake of this.#open) wake()
  }

  readonly fetch = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init)
    const { pathname } = new URL(request.url)
    this.keys.push(request.headers.get('authorization'))
    if (pathname === '/health') return json({ status: 'ok' })
    if (pathname === '/events') return this.#events(request)
    const method = pathname.slice('/api/'.length)
    this.asked.push(`${request.method} ${pathname}`)
    const params: unknown = await request.json()
    const instead = this.instead.get(method)
    return instead === undefined ? this.#answer(method, params) : instead(params, request)
  }

  async #answer(name: string, params: unknown): Promise<Response> {
    const method = methods.find((one) => one.name === name)
    if (method === undefined) return refused(404, refuse('not-found', name, 'there is none', 'look'))
    const caller = { name: 'ada', folder: '/w', may: everything }
    const done = await perform(method as never, this.house(), caller, params)
    return done.ok ? json(done.result) : refused(400, done.refusal)
  }

  /** As much of a house as views and readers of the record need. */
  house(): House {
    const { state, record } = this
    const head = this.head
    return {
      state,
      record,
      now: () => this.state.at,
      steady: async () => undefined,
      read: async (after: number, limit: number) => this.entries.slice(after, Math.min(head, after + limit)),
    } as unknown as House
  }

  #events(request: Request): Response | Promise<Response> {
    const given = request.headers.get('last-event-id')
    this.asked.push(`GET /events ${given ?? new URL(request.url).search}`)
    const fault = this.faults.shift() ?? {}
    if (fault.answer !== undefined) return fault.answer()
    const { position, why } = this.#position(given, new URL(request.url).searchParams)
    const told = new Telling(this, fault, position, why)
    let wake: () => void = () => undefined
    const body = new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          for (;;) {
            const piece = told.next()
            if (piece === 'end') {
              this.#open.delete(wake)
              if (fault.breaks === true) controller.error(new TypeError('terminated'))
              else controller.close()
              return
            }
            if (piece !== undefined) return controller.enqueue(piece)
            await new Promise<void>((resolve) => {
              wake = resolve
              this.#open.add(wake)
              request.signal.addEventListener('abort', () => resolve(), { once: true })
            })
            this.#open.delete(wake)
            if (request.signal.aborted) return controller.error(request.signal.reason)
          }
        },
        cancel: () => void this.#open.delete(wake),
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }

  #position(id: string | null, query: URLSearchParams): { position: number; why?: string } {
    if (id === null) return { position: Number(query.get('after') ?? this.head) }
    const [, seq, record] = /^(\d+)(?:\+\d+)*@(.*)$/.exec(id) ?? []
    if (seq === undefined) return { position: this.head, why: 'the id cannot be read' }
    if (record !== this.record) return { position: this.head, why: 'it is of another record' }
    if (Number(seq) > this.head) return { position: this.head, why: 'it is from the future' }
    return { position: Number(seq) }
  }

  /** How many listen now. */
  get listening(): number {
    return this.#open.size
  }

  /** Over real sockets. */
  async listen(): Promise<{ url: string; close(): Promise<void> }> {
    const server = createServer((request, response) => void this.#serve(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return {
      url,
      close: async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = []
    for await (const chunk of request) body.push(chunk as Buffer)
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const answer = await this.fetch(`http://peer${request.url}`, {
      method: request.method ?? 'GET',
      headers: request.headers as Record<string, string>,
      signal: gone.signal,
      ...(body.length === 0 ? {} : { body: Buffer.concat(body) }),
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    response.flushHeaders()
    try {
      for await (const piece of answer.body ?? []) response.write(piece)
      response.end()
    } catch {
      // A break is what was asked for.
      response.destroy()
    }
  }
}

/** One connection's bytes, up to where it is cut. */
class Telling {
  readonly #peer: Peer
  readonly #fault: Fault
  #at: number
  #bytes: Uint8Array
  #sent = 0
  readonly #generation: number
  #byes = 0

  constructor(peer: Peer, fault: Fault, position: number, why: string | undefined) {
    this.#peer = peer
    this.#fault = fault
    this.#generation = peer.generation
    const { head, record, beatMs } = peer
    const reload = why ?? (fault.reload === true ? 'so it was told' : undefined)
    this.#at = reload === undefined ? position : head
    const more = reload === undefined ? '' : frame('reload', { why: reload, record, head }, `${head}@${record}`)
    this.#bytes = encoder.encode(`${frame('hello', { record, head, beatMs })}: beat\n\n${more}`)
  }

  next(): Uint8Array | 'end' | undefined {
    const { cutAt = Number.POSITIVE_INFINITY, piece = Number.POSITIVE_INFINITY } = this.#fault
    if (this.#sent >= cutAt || this.#byes > 1 || this.#generation !== this.#peer.generation) return 'end'
    if (this.#bytes.length === 0) this.#fill()
    if (this.#bytes.length === 0) return undefined
    const given = this.#bytes.subarray(0, Math.min(piece, cutAt - this.#sent))
    this.#bytes = this.#bytes.subarray(given.length)
    this.#sent += given.length
    if (this.#bytes.length === 0 && this.#byes === 1) this.#byes = 2
    return given
  }

  #fill(): void {
    const { entries, batch, record } = this.#peer
    if (this.#byes > 0 || this.#at >= entries.length) return
    const { without = [], twice, bye } = this.#fault
    const next = entries.slice(this.#at, this.#at + batch)
    this.#at += next.length
    const given = next.filter(({ seq }) => !without.includes(seq))
    const text = given.length === 0 ? '' : frame('facts', given, `${this.#at}@${record}`)
    this.#byes = bye === true ? 1 : 0
    this.#bytes = encoder.encode(
      `${text}${twice === true ? text : ''}${bye === true ? frame('bye', { why: 'so' }) : ''}`,
    )
    if (this.#bytes.length === 0) this.#fill()
  }
}

export function json(value: unknown, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
}

export function refused(statusCode: number, details: Refusal): Response {
  const error = { statusCode, error: 'some_error', message: details.why, details, request_id: 'q1' }
  return json(error, statusCode)
}

export function lines(...values: readonly string[]): Response {
  return new Response(values.map((one) => `${one}\n`).join(''), { headers: { 'content-type': 'application/x-ndjson' } })
}

/** As long as a client waits between two tries, when chance gives it the most. */
const tries = new Set([1000, 2000, 4000, 8000, 16_000, 30_000])

/** Time in which the waits between two tries are over at once, and deadlines pass only when told to. */
export function swift() {
  const waits: number[] = []
  const deadlines = new Set<{ ms: number; then: () => void }>()
  return {
    waits,
    after: (ms: number, then: () => void): (() => void) => {
      if (tries.has(ms) || ms === 0) {
        waits.push(ms)
        const soon = setImmediate(then)
        return () => clearImmediate(soon)
      }
      const one = { ms, then }
      deadlines.add(one)
      return () => void deadlines.delete(one)
    },
    /** The deadlines that are under way are over now. */
    pass: () => {
      for (const one of [...deadlines]) {
        deadlines.delete(one)
        one.then()
      }
    },
    pending: () => [...deadlines].map(({ ms }) => ms),
    now: () => 0,
    random: () => 1,
  }
}

export function reachOf(peer: Peer, pace = swift()) {
  const life = new AbortController()
  return { url: 'http://peer', fetch: peer.fetch, pace, life: life.signal, end: () => life.abort() }
}

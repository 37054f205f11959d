// What one HTTP server counts of itself: how long requests took, which streams are open, and which readers were cut.
import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export const streamKinds = ['events', 'rpc', 'mcp', 'lines'] as const
export type StreamKind = (typeof streamKinds)[number]

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** They last as long as somebody listens: how long says nothing of the server. */
const lasting: ReadonlySet<string> = new Set(['GET /events', 'GET /rpc', 'GET /mcp'])

export class Tally {
  readonly registry = new Registry()
  #begun = false
  readonly #seconds = new Histogram({
    name: 'baton_http_request_seconds',
    help: 'How long requests took, by the route that answered (none: no route did).',
    labelNames: ['route', 'method', 'status'] as const,
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10],
    registers: [this.registry],
  })
  readonly #streams = new Gauge({
    name: 'baton_streams_open',
    help: 'Streams that are open now.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  })
  readonly #cut = new Counter({
    name: 'baton_readers_cut_total',
    help: 'Streams that were ended because their reader was too slow.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  })

  constructor() {
    for (const kind of streamKinds) {
      this.#streams.set({ kind }, 0)
      this.#cut.inc({ kind }, 0)
    }
  }

  /** True the first time only. */
  begins(): boolean {
    const first = !this.#begun
    this.#begun = true
    return first
  }

  /** A stream has begun; what it gives is called when that stream ends, and may be called twice. */
  opened(kind: StreamKind): () => void {
    this.#streams.inc({ kind })
    let open = true
    return () => {
      if (open) this.#streams.dec({ kind })
      open = false
    }
  }

  /** A reader was too slow, and its stream was ended. */
  cut(kind: StreamKind): void {
    this.#cut.inc({ kind })
  }

  /** Every label comes from a closed list or from our own routes: nobody makes a new line by asking for something odd. */
  took(
    asked: { readonly route: string | undefined; readonly method: string; readonly status: number },
    ms: number,
  ): void {
    const route = asked.route ?? 'none'
    const method = methods.has(asked.method) ? asked.method : 'other'
    if (lasting.has(`${method} ${route}`)) return
    const status = `${Math.min(5, Math.max(1, Math.floor(asked.status / 100)))}xx`
    this.#seconds.observe({ route, method, status }, ms / 1000)
  }
}

const tallies = new WeakMap<Server, Tally>()

/** The one tally of a server: every group of routes finds the same. */
export function tallyOf({ server }: FastifyInstance): Tally {
  let tally = tallies.get(server as Server)
  if (tally === undefined) {
    tally = new Tally()
    tallies.set(server as Server, tally)
  }
  return tally
}

/** To be called on the outermost instance, so that what no route answers is counted as well; calling it again changes nothing. */
export function timeRequests(app: FastifyInstance): void {
  const tally = tallyOf(app)
  if (!tally.begins()) return
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? undefined : request.routeOptions.url
    tally.took({ route, method: request.method, status: reply.statusCode }, reply.elapsedTime)
    done()
  })
}

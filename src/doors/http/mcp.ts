// Streamable HTTP at /mcp: requests of this server made into what the protocol takes, and its answers into ours.
import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { toolsGiven } from '../../api/bound.ts'
import type { Caller } from '../../api/method.ts'
import { perform } from '../../api/perform.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Endpoint } from '../mcp/endpoint.ts'
import type { Desk } from '../mcp/port.ts'
import { Waits } from '../mcp/waits.ts'
import type { HttpAt, Routes } from './at.ts'

export const mcpRoutes: Routes = (app, at) => {
  const waits = new Waits(at.clock)
  let opening: Promise<Endpoint> | undefined
  const open = async (): Promise<Endpoint> => {
    // The protocol's SDK takes a tenth of a second to load: only whoever uses it waits for that.
    const { Endpoint: Opened } = await import('../mcp/endpoint.ts')
    return new Opened({ clock: at.clock, version: at.version })
  }
  at.onLeave(() => void opening?.then((endpoint) => endpoint.close()))
  app.route({
    method: ['POST', 'GET', 'DELETE'],
    url: '/mcp',
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const caller = at.callerOf(request)
      if (caller === undefined) return reply.code(401).send(unknownCaller)
      opening ??= open()
      const endpoint = await opening
      const desk: Desk = { port: portFor(at, request, caller), waits, clock: at.clock }
      return reply.send(opened(await endpoint.fetch(asked(request, reply), request.body, desk)))
    },
  })
}

const unknownCaller = { jsonrpc: '2.0', error: { code: -32001, message: 'This request comes without a key' }, id: null }

/** Asked anew with each request, so that a session never outlives the rights of its key. */
function portFor({ methods, house }: HttpAt, request: FastifyRequest, caller: Caller): Desk['port'] {
  return {
    methods,
    caller,
    ...(caller.attempt === undefined ? {} : { given: toolsGiven(house.state, caller.attempt) }),
    owner: ownerOf(request, caller),
    onWait: (told) => house.onWait?.(told) ?? (() => undefined),
    ask: async (name, params) => {
      const method = methods.find((one) => one.name === name)
      if (method === undefined)
        throw new Refused(refuse('not-found', `method ${name}`, 'there is none', 'see docs/mcp.md'))
      const performed = await perform(method, house, caller, params)
      if (!performed.ok) throw new Refused(performed.refusal)
      return performed.result
    },
  }
}

/** By name and key: two keys of one name are two owners. */
function ownerOf({ headers }: FastifyRequest, { name, attempt = '' }: Caller): string {
  return hash('sha256', JSON.stringify([name, attempt, headers.authorization ?? '']))
}

/** The body is parsed already, with this server's own limits; the signal says when the exchange is over. */
function asked(request: FastifyRequest, reply: FastifyReply): Request {
  const over = new AbortController()
  reply.raw.once('close', () => over.abort())
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string' && !name.startsWith(':')) headers.set(name, value)
  }
  headers.delete('authorization')
  headers.delete('cookie')
  return new Request(new URL(request.url, 'http://localhost'), { method: request.method, headers, signal: over.signal })
}

/** Headers leave with the first byte, and a stream may have nothing to say for long: a comment says that it is there. */
function opened(response: Response): Response {
  if (response.body === null || !response.headers.get('content-type')?.startsWith('text/event-stream')) return response
  const first = new TransformStream<Uint8Array, Uint8Array>({
    start: (stream) => stream.enqueue(new TextEncoder().encode(': open\n\n')),
  })
  const { status, headers } = response
  return new Response(response.body.pipeThrough(first), { status, headers })
}

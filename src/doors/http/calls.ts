// Every method as a route: POST with its parameters as JSON, and GET for those that only look.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { coerce, type Query, queryable } from '../../api/coerce.ts'
import type { AnyMethod, Caller } from '../../api/method.ts'
import { perform, refusalFrom, stream } from '../../api/perform.ts'
import { type Refusal, Refused, refuse } from '../../core/refusals.ts'
import type { HttpAt, Routes } from './at.ts'
import { fail } from './failing.ts'
import { tallyOf } from './tally.ts'

/** Longer than any method means to take; what was asked for may still come to pass. */
const patienceMs = 75_000
/** Counted as looking: a caller may look much more often than do something. */
const looks = { config: { looks: true } }

export const methodRoutes: Routes = (app, at) => {
  for (const method of at.methods) {
    const url = `/api/${method.name}`
    if (method.shape === 'follow') continue
    if (method.shape === 'series') {
      app.post(url, looks, (request, reply) => lines(method, at, request, reply))
      continue
    }
    const onlyLooks = method.shape === 'view' || method.shape === 'read'
    app.post(url, onlyLooks ? looks : {}, (request, reply) => answer(method, at, request, reply, request.body ?? {}))
    if (queryable(method))
      app.get(url, looks, (request, reply) =>
        answer(method, at, request, reply, coerce(method, request.query as Query)),
      )
  }
}

async function answer(
  method: AnyMethod,
  at: HttpAt,
  request: FastifyRequest,
  reply: FastifyReply,
  params: unknown,
): Promise<FastifyReply> {
  const work = perform(method, at.house, callerFor(at, request), params)
  const performed = await (method.shape === 'view' ? work : inTime(at, work, method.name))
  if (!performed.ok) return fail(request, reply, performed.refusal)
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(performed.result ?? null))
}

export function callerFor(at: HttpAt, request: FastifyRequest): Caller {
  const caller = at.callerOf(request)
  if (caller === undefined) throw new Refused(refuse('auth', 'this request', 'it comes without a key', 'send one'))
  return caller
}

export async function inTime<T>(
  at: HttpAt,
  work: Promise<T>,
  name: string,
): Promise<T | { ok: false; refusal: Refusal }> {
  const late = Promise.withResolvers<{ ok: false; refusal: Refusal }>()
  const why = `it is not done after ${patienceMs / 1000} s, and may still be done`
  const calm = at.clock.after(patienceMs, () =>
    late.resolve({
      ok: false,
      refusal: refuse('busy', `method ${name}`, why, 'look with status/list before asking again'),
    }),
  )
  return Promise.race([work, late.promise]).finally(calm)
}

/** One JSON value a line, as fast as they are taken; the last line says how it ended. */
async function lines(method: AnyMethod, at: HttpAt, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const values = stream(method, at.house, callerFor(at, request), request.body ?? {})
  // What is wrong with the question is said with a status, before the first line.
  const first = await values.next()
  reply.hijack()
  const over = tallyOf(request.server).opened('lines')
  const { raw } = reply
  raw.writeHead(200, { ...reply.getHeaders(), 'content-type': 'application/x-ndjson; charset=utf-8' } as Record<
    string,
    string
  >)
  const gone = new Promise<void>((resolve) => raw.once('close', resolve))
  const say = async (value: unknown): Promise<void> => {
    if (raw.write(`${JSON.stringify(value)}\n`) || raw.destroyed) return
    await Promise.race([gone, new Promise<void>((resolve) => raw.once('drain', resolve))])
  }
  try {
    for (let one = first; one.done !== true && !raw.destroyed; one = await values.next()) await say({ next: one.value })
    await say({ end: true })
  } catch (error) {
    await say({ error: refusalFrom(error, method.name) })
  } finally {
    over()
    await values.return(undefined)
    raw.end()
  }
}

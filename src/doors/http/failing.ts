// How this door says no: one shape for every error, with what it was, why, and what to do.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { refusalFrom } from '../../api/perform.ts'
import { type Refusal, type RefusalKind, Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'

/** The words that programs may switch on. */
export type ErrorWord =
  | 'validation_error'
  | 'not_found'
  | 'unauthorized'
  | 'forbidden'
  | 'conflict'
  | 'rate_limit_exceeded'
  | 'timeout'
  | 'database_error'
  | 'internal_error'

export interface ErrorBody {
  readonly statusCode: number
  readonly error: ErrorWord
  readonly message: string
  readonly details: Refusal
  readonly request_id: string
  readonly timestamp: string
  readonly path: string
}

/** `auth` is 403: whoever gets as far as a method has been let in already. */
const statusOf: Readonly<Record<RefusalKind, number>> = {
  invalid: 400,
  auth: 403,
  policy: 403,
  'not-found': 404,
  conflict: 409,
  cancelled: 409,
  provider: 502,
  busy: 503,
  defect: 500,
}

const words: Readonly<Record<number, ErrorWord>> = {
  400: 'validation_error',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  405: 'not_found',
  408: 'timeout',
  409: 'conflict',
  413: 'validation_error',
  415: 'validation_error',
  421: 'forbidden',
  429: 'rate_limit_exceeded',
  503: 'database_error',
  504: 'timeout',
}

export function errorBody(
  status: number,
  refusal: Refusal,
  about: { id: string; path: string; now: number },
): ErrorBody {
  return {
    statusCode: status,
    error: words[status] ?? (status < 500 ? 'validation_error' : 'internal_error'),
    message: `${refusal.what}: ${refusal.why}`,
    details: refusal,
    request_id: about.id,
    timestamp: new Date(about.now).toISOString(),
    path: about.path,
  }
}

/** The path without its query: what was asked with may be a secret. */
export function pathOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return quoted(at < 0 ? request.url : request.url.slice(0, at), 300)
}

export function fail(request: FastifyRequest, reply: FastifyReply, refusal: Refusal, status?: number): FastifyReply {
  const code = status ?? statusOf[refusal.kind]
  if (code === 503) void reply.header('retry-after', '2')
  if (code >= 500) request.log.error({ reqId: request.id, code: refusal.kind }, `${refusal.what}: ${refusal.why}`)
  const body = errorBody(code, refusal, { id: request.id, path: pathOf(request), now: Date.now() })
  return reply.code(code).type('application/json; charset=utf-8').send(JSON.stringify(body))
}

const seen: Readonly<Record<string, [number, string, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'the body is larger than this server takes', 'send less at a time'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [415, 'the body is not JSON', 'send it with content-type: application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'the body is empty', 'send {} when there is nothing to say'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [400, 'the body is not as long as its header says', 'send it again'],
}

/** On everything that goes out. */
export const always = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** An address that no route can be looked up for; it comes before every hook, so the guard has not seen it. */
export function sayBadAddress(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const what = `${request.method} ${pathOf(request)}`
  reply.raw.once('finish', () => {
    if (request.raw.headers.upgrade !== undefined) request.raw.socket.destroy()
  })
  reply.headers(always)
  fail(request, reply, refuse('invalid', what, 'its address cannot be read', 'mend what stands after a %'), 400)
}

/** Whatever a route throws, or Fastify itself, becomes one of ours; nothing of a stack goes out. */
export function sayErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError | Refused, request, reply) => {
    if (error instanceof Refused) return fail(request, reply, error.refusal)
    const what = `${request.method} ${pathOf(request)}`
    const known = seen[error.code]
    if (known !== undefined) return fail(request, reply, refuse('invalid', what, known[1], known[2]), known[0])
    if (error.statusCode !== undefined && error.statusCode < 500)
      return fail(
        request,
        reply,
        refuse('invalid', what, quoted(error.message, 200), 'mend the request'),
        error.statusCode,
      )
    return fail(request, reply, refusalFrom(error, what))
  })
  app.setNotFoundHandler((request, reply) => {
    const what = `${request.method} ${pathOf(request)}`
    return fail(request, reply, refuse('not-found', what, 'there is no such route', 'GET /reference lists them'), 404)
  })
}

// Errors and keys as the OpenAPI document describes them: one shape for every failure, three ways to bring a key.
import { refusalKinds } from '../../core/refusals.ts'
import type { Json } from './described.ts'

const text = { type: 'string' }
const words = [
  'validation_error',
  'not_found',
  'unauthorized',
  'forbidden',
  'conflict',
  'rate_limit_exceeded',
  'timeout',
  'database_error',
  'internal_error',
]

const refusal: Json = {
  type: 'object',
  description: 'Something was turned down, and nothing happened.',
  properties: {
    kind: { enum: refusalKinds },
    what: { ...text, description: 'What was refused.' },
    why: text,
    remedy: { ...text, description: 'What to do about it.' },
    where: text,
  },
  required: ['kind', 'what', 'why', 'remedy'],
}

const error: Json = {
  type: 'object',
  properties: {
    statusCode: { type: 'integer', minimum: 400, maximum: 599 },
    error: { enum: words, description: 'A word that programs may switch on.' },
    message: { ...text, description: 'One sentence for people.' },
    details: { $ref: '#/components/schemas/Refusal' },
    request_id: { ...text, description: 'As in the header x-request-id and in the log.' },
    timestamp: { ...text, format: 'date-time' },
    path: text,
  },
  required: ['statusCode', 'error', 'message', 'details', 'request_id', 'timestamp', 'path'],
}

/** Every status that a method may fail with. */
const statuses: Readonly<Record<number, readonly [name: string, description: string]>> = {
  400: ['Invalid', 'The parameters do not fit; `details.why` names each field that does not.'],
  401: ['NoKey', 'There is no key, or a wrong one.'],
  403: ['Forbidden', 'The key has not the right, a policy stands against it, or a page of another origin asks.'],
  404: ['NotFound', 'What is named is not there.'],
  409: ['Conflict', 'It does not go together with how things stand.'],
  413: ['TooLarge', 'The body is larger than this server takes.'],
  415: ['NotJson', 'The body is not sent as `application/json`.'],
  421: ['OtherHost', 'The Host header names another server.'],
  429: ['TooMany', 'Too many requests, or too many wrong keys; `retry-after` says for how long.'],
  500: ['Defect', 'A defect of Baton.'],
  503: ['Busy', 'Not now: the reason says what is in the way; `retry-after` says when to try again.'],
}

const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } }
const retry = { 'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer', minimum: 0 } } }
const retried = new Set(['429', '503'])

export const failures: Readonly<Record<string, Json>> = Object.fromEntries(
  Object.entries(statuses).map(([status, [name]]) => [status, { $ref: `#/components/responses/${name}` }]),
)

export const errorParts = {
  schemas: { Refusal: refusal, Error: error },
  responses: {
    ...Object.fromEntries(
      Object.entries(statuses).map(([status, [name, description]]) => [
        name,
        { description, ...(retried.has(status) ? { headers: retry } : {}), content },
      ]),
    ),
    Failed: { description: 'It was refused, or failed.', content },
  },
} as const

export const securityParts = {
  securitySchemes: {
    bearer: { type: 'http', scheme: 'bearer', description: 'The token of the home, or one of API_KEYS.' },
    key: {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'The same, for tools that cannot say Bearer.',
    },
    cookie: {
      type: 'apiKey',
      in: 'cookie',
      name: 'baton-4100',
      description: 'Of a browser that was let in by a link; it is named after the port.',
    },
  },
} as const

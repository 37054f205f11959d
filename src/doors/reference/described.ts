// The routes that are written by hand, described: what they take, what they give, and who may ask.
import { orchestrationWays } from './orchestration.ts'
import type { Content, Described } from './way.ts'

export type { Content, Described, Given, Json } from './way.ts'

const text = { type: 'string' }
const position = { type: 'integer', minimum: 0 }
const page = (description: string): Described['answers'] => ({ 200: { description, type: 'text/html', schema: text } })
const described = (path: string, id: string, summary: string, type: string): Described => {
  const answers = { 200: { description: summary, type, schema: text } }
  return { method: 'get', path, id, summary, needs: 'open', answers }
}

const ways: readonly Described[] = [
  {
    method: 'post',
    path: '/session',
    id: 'sessionOpen',
    summary: 'The code of an invitation is exchanged for a cookie; each is good once.',
    needs: 'open',
    body: {
      description: 'The code that stands behind the `#` of the link.',
      type: 'application/json',
      schema: {
        type: 'object',
        properties: { code: { type: 'string', minLength: 1, maxLength: 200, description: 'The code of the link.' } },
        required: ['code'],
        additionalProperties: false,
      },
      example: { code: 'the-code-of-the-link' },
    },
    answers: { 204: { description: 'The cookie is set.' } },
  },
  {
    method: 'delete',
    path: '/session',
    id: 'sessionClose',
    summary: 'The browser forgets its cookie.',
    needs: 'open',
    answers: { 204: { description: 'The cookie is gone.' } },
  },
  {
    method: 'get',
    path: '/',
    id: 'page',
    summary: 'The page for a browser.',
    needs: 'open',
    answers: page('The page.'),
  },
  described('/page.css', 'pageStyle', 'How the page looks.', 'text/css'),
  described('/page.js', 'pageScript', 'What the page does.', 'text/javascript'),
  described('/favicon.ico', 'pageIcon', 'The icon of the page.', 'image/svg+xml'),
]

const parts = ['store', 'disk', 'flush', 'agents', 'model']
const health = {
  type: 'object',
  properties: {
    ok: { type: 'boolean', description: 'Every part is well.' },
    version: text,
    checks: {
      type: 'object',
      properties: Object.fromEntries(parts.map((part) => [part, { type: ['boolean', 'object'] }])),
      required: parts,
    },
  },
  required: ['ok', 'version', 'checks'],
}
const well = { ok: true, version: '0.1.0', checks: Object.fromEntries(parts.map((part) => [part, true])) }

const looks: readonly Described[] = [
  {
    method: 'get',
    path: '/health',
    id: 'health',
    summary: 'Whether everything that the server stands on is well.',
    description:
      'With a key that may read it answers what `house/health` answers; without one, only yes or no of each part.',
    needs: 'open',
    answers: {
      200: { description: 'It is well.', type: 'application/json', schema: health, example: well },
      503: { description: 'It is not well.', type: 'application/json', schema: health },
    },
  },
  {
    method: 'get',
    path: '/metrics',
    id: 'metrics',
    summary: 'Counts and times, as Prometheus reads them.',
    needs: 'read',
    answers: { 200: { description: 'One sample a line.', type: 'text/plain', schema: text } },
  },
  {
    method: 'get',
    path: '/openapi.json',
    id: 'openapi',
    summary: 'This document.',
    needs: 'any',
    answers: { 200: { description: 'OpenAPI 3.1.', type: 'application/json', schema: { type: 'object' } } },
  },
  {
    method: 'get',
    path: '/reference',
    id: 'reference',
    summary: 'This document for people, as a page.',
    needs: 'any',
    answers: page('The page.'),
  },
]

const streams: readonly Described[] = [
  {
    method: 'get',
    path: '/events',
    id: 'events',
    summary: 'Everything that happens, as server-sent events: each once and in order, or an explicit `reload`.',
    description: [
      '`hello` {record, head, beatMs} comes first on each connection; `facts` is a list of entries; `said` {attempt, parts,',
      'next, done} is what an agent says; `reload` {why, record, head} means: read `state/read` again and go on after it;',
      '`cut` {why} and `bye` {why} come before the end. The id of `facts`, `said` and `reload` is where to resume.',
    ].join(' '),
    needs: 'read',
    given: [
      { name: 'after', in: 'query', description: 'The position read last; without it, the head.', schema: position },
      { name: 'stream', in: 'query', description: 'Only entries of this item or workspace.', schema: text },
      {
        name: 'transcript',
        in: 'query',
        description: 'Also what this attempt says, from a position: `<attempt>@<from>`; may be repeated.',
        schema: { type: 'array', items: text, maxItems: 8 },
      },
      { name: 'last', in: 'query', description: 'As `Last-Event-ID`, for readers that cannot set it.', schema: text },
      { name: 'Last-Event-ID', in: 'header', description: 'The id read last; it wins over `after`.', schema: text },
    ],
    answers: {
      200: {
        description: 'Events for as long as the reader stays.',
        type: 'text/event-stream',
        schema: text,
        example: 'id: 1042@6f1c\nevent: facts\ndata: [{"seq":1042,"type":"step.started"}]\n\n',
      },
    },
  },
  {
    method: 'get',
    path: '/rpc',
    id: 'rpc',
    summary: 'A WebSocket that speaks JSON-RPC 2.0: every method by its name, streams too.',
    description: [
      'A method that gives many values answers {subscription}, then `stream/next` {subscription, values} and `stream/end`.',
      '`stream/cancel` ends it. `events/subscribe` gives what `/events` gives. Up to 50 requests make a batch.',
    ].join(' '),
    needs: 'any',
    answers: { 101: { description: 'The connection becomes a WebSocket.' } },
  },
]

const rpc = { type: ['object', 'array'], description: 'A message of the Model Context Protocol.' }
const noSession: Content = {
  description: 'No session is named; one begins with `initialize`.',
  type: 'application/json',
  schema: rpc,
}
const forAgents: readonly Described[] = [
  {
    method: 'post',
    path: '/mcp',
    id: 'mcp',
    summary: 'The Model Context Protocol: the methods as tools for agents and editors.',
    needs: 'any',
    body: { description: 'JSON-RPC 2.0, as the protocol has it.', type: 'application/json', schema: rpc },
    answers: {
      200: { description: 'What was asked for.', type: 'application/json', schema: rpc },
      202: { description: 'A notice was taken.' },
    },
  },
  {
    method: 'get',
    path: '/mcp',
    id: 'mcpListen',
    summary: 'What the server says of itself in a session of the Model Context Protocol.',
    needs: 'any',
    answers: {
      200: { description: 'Messages for as long as the session lasts.', type: 'text/event-stream', schema: text },
      400: noSession,
    },
  },
  {
    method: 'delete',
    path: '/mcp',
    id: 'mcpClose',
    summary: 'Ends a session of the Model Context Protocol.',
    needs: 'any',
    answers: { 200: { description: 'It is over.' }, 400: noSession },
  },
]

export const handWritten: readonly Described[] = [...streams, ...forAgents, ...looks, ...ways, ...orchestrationWays]

// Model servers that do exactly what a test says, on real sockets, and what a client made of them.
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createRaw, type Socket, type Server as SocketServer } from 'node:net'
import { afterEach } from 'vitest'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import {
  type Clock,
  ModelFailed,
  type ModelPart,
  type ModelRequest,
  type Models,
  type ToolCall,
} from '../../src/core/ports.ts'
import { createModels, type ModelsOptions } from '../../src/models/index.ts'

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export interface Served {
  /** With /v1 at its end. */
  readonly base: string
  readonly requests: { readonly path: string; readonly headers: IncomingMessage['headers']; body: string }[]
  readonly sockets: Set<Socket>
  connections: number
  close(): Promise<void>
}

type Answer = (response: ServerResponse, request: IncomingMessage, nth: number) => unknown

/** Answers each request in turn; the last way of answering serves all that follow. */
export async function serve(...answers: readonly Answer[]): Promise<Served> {
  const listener: RequestListener = (request, response) => {
    const nth = served.requests.length
    const seen = { path: request.url ?? '', headers: request.headers, body: '' }
    served.requests.push(seen)
    request.setEncoding('utf8').on('data', (text: string) => {
      seen.body += text
    })
    response.on('error', () => undefined)
    request.on('end', () => void answers[Math.min(nth, answers.length - 1)]?.(response, request, nth))
  }
  const served = await listening(createServer(listener))
  return served
}

/** Bytes as they are, after the request's headers have come. */
export async function serveRaw(answer: (socket: Socket, nth: number) => unknown): Promise<Served> {
  let nth = 0
  const served = await listening(
    createRaw((socket) => {
      const mine = nth
      nth += 1
      socket.on('error', () => undefined)
      socket.once('data', () => void answer(socket, mine))
    }),
  )
  return served
}

async function listening(server: Server | SocketServer): Promise<Served> {
  const sockets = new Set<Socket>()
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    return new Promise((done) => void server.close(() => done()))
  }
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    served.connections += 1
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(close)
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`
  const served: Served = { base, requests: [], sockets, connections: 0, close }
  return served
}

export const model = (endpoint: string, more: Partial<ModelSpec> = {}): ModelSpec => ({
  name: 'mouse',
  id: 'mouse-1',
  provider: 'test',
  endpoint,
  dialect: 'auto',
  tier: 'small',
  local: true,
  tools: 'native',
  account: 'test',
  ...more,
})

/** Twenty times as fast as the real one, so that nobody waits long for what a client waits for. */
export const hurried: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * 20,
  after: (ms, then) => {
    const timer = setTimeout(then, ms / 20)
    return () => clearTimeout(timer)
  },
  chance: (length) => '8'.repeat(length),
}

export function client(more: Partial<ModelsOptions> = {}): Models {
  const models = createModels({ env: {}, key: async () => undefined, clock: hurried, ...more })
  open.push(() => models.close())
  return models
}

export const asks = (endpoint: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: model(endpoint),
  messages: [{ role: 'user', content: 'Hello' }],
  ...more,
})

export interface Heard {
  readonly parts: readonly ModelPart[]
  readonly text: string
  readonly thought: string
  readonly calls: readonly ToolCall[]
  readonly again: number
  readonly end: Extract<ModelPart, { kind: 'end' }> | undefined
  readonly failed: ModelFailed | undefined
}

export async function hear(answer: AsyncIterable<ModelPart>): Promise<Heard> {
  const parts: ModelPart[] = []
  let failed: ModelFailed | undefined
  try {
    for await (const part of answer) parts.push(part)
  } catch (error) {
    if (!(error instanceof ModelFailed)) throw error
    failed = error
  }
  const said = (kind: 'text' | 'thought'): string => parts.map((part) => (part.kind === kind ? part.text : '')).join('')
  return {
    parts,
    text: said('text'),
    thought: said('thought'),
    calls: parts.flatMap((part) => (part.kind === 'call' ? [part.call] : [])),
    again: parts.filter(({ kind }) => kind === 'again').length,
    end: parts.find((part) => part.kind === 'end'),
    failed,
  }
}

export const sse = (...events: readonly unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('')

export const says = (content: string, finish: string | null = null): object => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
})

export const finishes = (finish: string): object => ({ choices: [{ index: 0, delta: {}, finish_reason: finish }] })
export const usage = (read: number, wrote: number): object => ({
  choices: [],
  usage: { prompt_tokens: read, completion_tokens: wrote },
})

export const hello = sse(says('Hel'), says('lo.'), finishes('stop'), usage(9, 2), '[DONE]')

export const streams =
  (text: string | Buffer, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers }).end(text)

export const refuses =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body))

/** Sends the beginning and then only keeps the connection, or ends it. */
export const breaks =
  (text: string | Buffer, how: 'silent' | 'reset' | 'end'): Answer =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const after = (): void => {
      if (how === 'reset') response.socket?.resetAndDestroy()
      if (how === 'end') response.end()
    }
    if (text.length === 0) after()
    else response.write(text, () => setImmediate(after))
  }

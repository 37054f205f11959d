// The protocol itself, as its SDK speaks it; no other module knows that SDK.
import type { Readable, Writable } from 'node:stream'
import {
  createMcpHandler,
  isInitializeRequest,
  isLegacyRequest,
  type McpRequestContext,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server'
import { serveStdio as overStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio'
import { refusalFrom } from '../../api/perform.ts'
import { quoted } from '../../core/text/neutral.ts'
import { callTool, inWords } from './calling.ts'
import { forAgents, instructions } from './instructions.ts'
import type { Desk } from './port.ts'
import { prompts, promptText } from './prompts.ts'
import { readResource, resourcesOf, templatesOf } from './resources.ts'
import { toolsOf } from './tools.ts'
import type { Live } from './waits.ts'

/** One conversation over HTTP: requests that name its session come here, each with the desk of whoever sent it. */
export interface Session {
  fetch(request: Request, body: unknown, desk: Desk): Promise<Response>
  close(): Promise<void>
}

/** Conversations without sessions, as the protocol has them since 2026-07-28. */
export type Sessionless = Session

export { isInitializeRequest }

/** Whether a request is of the time when conversations were sessions. */
export function isOfSessions(request: Request, body: unknown): Promise<boolean> {
  return isLegacyRequest(request, body)
}

/** `desk` is that of whoever begins it: agents at work are told other things than people's. */
export async function openSession(version: string, id: string, desk: Desk): Promise<Session> {
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id })
  const server = serverFor(version, isAgent(desk), deskOf)
  await server.connect(transport)
  return {
    fetch: (request, body, desk) => transport.handleRequest(request, { ...bodyOf(body), authInfo: carried(desk) }),
    close: () => server.close(),
  }
}

export function sessionless(version: string): Sessionless {
  const handler = createMcpHandler(({ authInfo }) => serverFor(version, isAgent(authInfo?.extra?.desk), deskOf), {
    legacy: 'reject',
  })
  return {
    fetch: (request, body, desk) => handler.fetch(request, { ...bodyOf(body), authInfo: carried(desk) }),
    close: () => handler.close(),
  }
}

/** Speaks on `output` and hears on `input` until either ends. Lines that are no messages are passed over. */
export function speak(version: string, desk: Desk, input: Readable, output: Writable): Promise<void> {
  const transport = new StdioServerTransport(input, output)
  const ended = Promise.withResolvers<void>()
  const handle = overStdio(() => serverFor(version, isAgent(desk), () => desk), { transport })
  const close = transport.onclose
  transport.onclose = () => {
    close?.()
    ended.resolve()
  }
  return ended.promise.then(() => handle.close())
}

function bodyOf(body: unknown): { parsedBody?: unknown } {
  return body === undefined ? {} : { parsedBody: body }
}

type AuthInfo = NonNullable<McpRequestContext['authInfo']>

/** The SDK hands this through to whoever answers, untouched; keys themselves never come this far. */
function carried(desk: Desk): AuthInfo {
  return { token: '', clientId: desk.port.caller.name, scopes: [...desk.port.caller.may], extra: { desk } }
}

function deskOf({ http }: ServerContext): Desk {
  const desk = http?.authInfo?.extra?.desk
  if (desk === undefined) throw new ProtocolError(ProtocolErrorCode.InternalError, 'nobody asks')
  return desk as Desk
}

function isAgent(desk: unknown): boolean {
  return (desk as Desk | undefined)?.port.caller.attempt !== undefined
}

/** Never asked to check anything by a schema: what it would be used for is not offered here. */
const unused = {
  getValidator: (): never => {
    throw new ProtocolError(ProtocolErrorCode.InternalError, 'nothing is asked of the client here')
  },
}

type DeskFor = (context: ServerContext) => Desk

function serverFor(version: string, agent: boolean, deskFor: DeskFor): Server {
  const server = new Server(
    { name: 'baton', title: 'Baton', version },
    {
      capabilities: agent ? { tools: {} } : { tools: {}, resources: {}, prompts: {} },
      instructions: agent ? forAgents : instructions,
      jsonSchemaValidator: unused,
    },
  )
  offerTools(server, deskFor)
  if (!agent) offerReading(server, deskFor)
  return server
}

function offerTools(server: Server, deskFor: DeskFor): void {
  server.setRequestHandler('tools/list', (_, context) => ({
    tools: toolsOf(deskFor(context).port).map((tool) => ({ ...tool })),
  }))
  server.setRequestHandler('tools/call', async ({ params }, context) => {
    const told = await callTool(deskFor(context), params.name, params.arguments ?? {}, liveOf(context))
    if (told === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool: ${quoted(params.name)}`)
    const { text, structured, isError } = told
    return { content: [{ type: 'text', text }], structuredContent: { ...structured }, ...(isError ? { isError } : {}) }
  })
}

function offerReading(server: Server, deskFor: DeskFor): void {
  server.setRequestHandler('resources/list', async ({ params }, context) => {
    const { resources, next } = await inProtocol('resources', resourcesOf(deskFor(context).port, params?.cursor))
    return { resources: resources.map((one) => ({ ...one })), ...(next === undefined ? {} : { nextCursor: next }) }
  })
  server.setRequestHandler('resources/templates/list', (_, context) => ({
    resourceTemplates: templatesOf(deskFor(context).port).map((one) => ({ ...one })),
  }))
  server.setRequestHandler('resources/read', async ({ params: { uri } }, context) => {
    const found = await inProtocol(uri, readResource(deskFor(context).port, uri))
    if (found === undefined) throw new ResourceNotFoundError(uri)
    return { contents: [{ uri, ...found }] }
  })
  server.setRequestHandler('prompts/list', () => ({
    prompts: prompts.map((one) => ({ ...one, arguments: one.arguments.map((each) => ({ ...each })) })),
  }))
  server.setRequestHandler('prompts/get', ({ params }) => {
    const text = promptText(params.name, params.arguments ?? {})
    if (text === undefined)
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown prompt: ${quoted(params.name)}`)
    return { messages: [{ role: 'user', content: { type: 'text', text } }] }
  })
}

function liveOf({ mcpReq: { signal, _meta, notify } }: ServerContext): Live {
  const token = _meta?.progressToken
  if (token === undefined) return { signal }
  const progress = (seconds: number, message: string): void => {
    // Whoever has gone does not hear it.
    notify({ method: 'notifications/progress', params: { progressToken: token, progress: seconds, message } }).catch(
      () => undefined,
    )
  }
  return { signal, progress }
}

/** Resources have no answer of their own for a refusal, so it is an error of the protocol; what it says is the same. */
async function inProtocol<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    const refusal = refusalFrom(error, quoted(what))
    if (refusal.kind === 'not-found') throw new ResourceNotFoundError(what, inWords(refusal))
    const ours = refusal.kind === 'defect' || refusal.kind === 'busy'
    throw new ProtocolError(
      ours ? ProtocolErrorCode.InternalError : ProtocolErrorCode.InvalidParams,
      inWords(refusal),
      refusal,
    )
  }
}

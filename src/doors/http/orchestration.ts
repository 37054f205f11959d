// Document 003's own addresses: how many agents run and are wanted, by HTTP and by a WebSocket that tells of changes.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { CountList } from '../../api/count/list.ts'
import type { CountShown } from '../../api/count/show.ts'
import { perform } from '../../api/perform.ts'
import { agents } from '../../api/words.ts'
import type { Counted, Sums } from '../../core/counts.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import { Gateway, type GatewayLimits } from '../orchestration/gateway.ts'
import type { HttpAt, Routes } from './at.ts'
import { callerFor, inTime } from './calls.ts'
import { fail } from './failing.ts'

const base = '/api/orchestration'

/** A folder is only a name here: nothing on the disk is looked at, so whoever may ask at all may name any. */
export const orchestrationRoutes: Routes = (app, at) => orchestrationRoutesOf({})(app, at)

export function orchestrationRoutesOf(limits: Partial<GatewayLimits>): Routes {
  return (app, at) => {
    const one = `${base}/workspace/:workspaceId`
    app.get(one, (request) => shown(at, request))
    for (const url of [one, `${one}/desired`]) app.put(url, (request) => said(at, request, 'desired', 'count/want'))
    app.put(`${one}/running`, (request) => said(at, request, 'running', 'count/report'))
    app.get(`${base}/global`, async (request) => sums((await listed(at, request)).global))
    app.get(`${base}/workspaces`, async (request) => {
      const { counts, global } = await listed(at, request)
      return { workspaces: counts.map(workspace), global: sums(global) }
    })
    socketRoutes(app, at, new Gateway(at.house, at.clock, limits))
  }
}

const sums = ({ running, desired }: Sums): Sums => ({ running, desired })

const workspace = ({ path, ...counted }: Counted) => ({ id: path, workspace_id: path, ...sums(counted) })

const listed = (at: HttpAt, request: FastifyRequest): Promise<CountList> => asked(at, request, 'count/list', {})

/** Decoded once, by the router: a path may hold % itself. */
const idOf = ({ params }: FastifyRequest): string => (params as { workspaceId: string }).workspaceId

async function shown(at: HttpAt, request: FastifyRequest) {
  const { count, global } = await asked<CountShown>(at, request, 'count/show', { workspace: idOf(request) })
  return { workspace: workspace(count), global: sums(global) }
}

/** What is answered was counted after what was said came into force, in one breath. */
async function said(at: HttpAt, request: FastifyRequest, field: 'desired' | 'running', name: string) {
  const body = z.strictObject({ [field]: agents }).safeParse(request.body)
  if (!body.success) {
    const [issue] = body.error.issues
    const why = `${issue?.path.join('.') ?? ''} ${quoted(issue?.message ?? '', 200)}`.trim()
    throw new Refused(refuse('invalid', 'the body', why, `send {"${field}": 3}: a whole number from 0 to 1024`))
  }
  await asked(at, request, name, { workspace: idOf(request), ...body.data })
  return shown(at, request)
}

/** By the method of that name, with the rights and the bounds that it has on every door. */
async function asked<T>(at: HttpAt, request: FastifyRequest, name: string, params: object): Promise<T> {
  const method = at.methods.find((known) => known.name === name)
  if (method === undefined) throw new Refused(refuse('not-found', `method ${name}`, 'there is none', 'see docs/api.md'))
  const performed = await inTime(at, perform(method, at.house, callerFor(at, request), params), name)
  if (!performed.ok) throw new Refused(performed.refusal)
  return performed.result as T
}

function socketRoutes(app: Parameters<Routes>[0], at: HttpAt, gateway: Gateway): void {
  at.onLeave(() => gateway.leave())
  const preHandler = async (request: FastifyRequest, reply: FastifyReply) => {
    if ((request.query as { EIO?: unknown }).EIO !== undefined) {
      const remedy = 'connect with a plain WebSocket: docs/orchestration-api.md shows how'
      return fail(request, reply, refuse('invalid', '/orchestration', 'socket.io is not served here', remedy), 501)
    }
    gateway.seat(at.callerOf(request))
    return undefined
  }
  // Clients of socket.io add a slash.
  for (const url of ['/orchestration', '/orchestration/']) {
    app.route({
      method: 'GET',
      url,
      exposeHeadRoute: false,
      preHandler,
      handler: () => {
        const remedy = `connect with a WebSocket, or GET ${base}/global`
        throw new Refused(refuse('invalid', '/orchestration', 'it speaks over WebSockets only', remedy))
      },
      wsHandler: (socket, request) => listen(gateway, socket, request, at),
    })
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function listen(gateway: Gateway, socket: WebSocket, request: FastifyRequest, at: HttpAt): void {
  let heard = true
  const listener = gateway.enter(gateway.seat(at.callerOf(request)), {
    socket: request.raw.socket,
    write: (text) => socket.send(text, { binary: false }, ignored),
    end: (event, why) => socket.close(event === 'cut' ? 1013 : 1001, why.slice(0, 40)),
    reading: (on) => {
      if (on === socket.isPaused) on ? socket.resume() : socket.pause()
    },
    // Whoever does not answer from one to the next has gone; one that is not read from just now cannot be judged.
    ping: () => {
      if (!heard && !socket.isPaused) return socket.terminate()
      heard = false
      socket.ping(undefined, false, ignored)
    },
  })
  const sign = (): void => {
    heard = true
  }
  socket.on('pong', sign)
  // Whatever is wrong with a frame ends the connection by itself.
  socket.on('error', ignored)
  socket.on('message', (message, isBinary) => {
    sign()
    listener.hear(isBinary ? '' : textOf(message as Buffer))
  })
}

/** Nothing that could be meant stands in bytes that are no text. */
function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return ''
  }
}

/** Whoever has gone meanwhile is told nothing. */
function ignored(): void {}

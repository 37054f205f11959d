// JSON-RPC 2.0 over a WebSocket at /rpc: every method, streams, and the event feed.
import type { FastifyRequest } from 'fastify'
import type { WebSocket } from 'ws'
import { largestRpcFrame } from '../../api/rpc.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { type Feed, feedOf } from '../feed/feed.ts'
import type { Outlet } from '../feed/outlet.ts'
import { type RpcLimits, rpcLimits } from '../rpc/limits.ts'
import { Line } from '../rpc/line.ts'
import { Peer } from '../rpc/peer.ts'
import type { HttpAt, Routes } from './at.ts'
import { tallyOf } from './tally.ts'

/**
 * For whoever registers @fastify/websocket. Nothing is compressed, so that a frame made once goes to every socket; text that is no UTF-8 is
 * answered here, and does not end the connection.
 */
export const rpcSocket = { maxPayload: largestRpcFrame, perMessageDeflate: false, skipUTF8Validation: true } as const

/** Try again later: the close code of whoever took nothing for too long. */
const tooSlow = 1013

export const rpcRoutes: Routes = (app, at) => rpcRoutesOf(feedOf(at.house, at.clock))(app, at)

/** Over a feed of one's own. */
export function rpcRoutesOf(feed: Feed, limits: Partial<RpcLimits> = {}): Routes {
  return (app, at) => {
    const open = new Set<Outlet>()
    const tally = tallyOf(app)
    at.onLeave(() => {
      for (const outlet of open) feed.part(outlet, 'bye', 'the server closes')
    })
    app.route({
      method: 'GET',
      url: '/rpc',
      exposeHeadRoute: false,
      preHandler: async (request) => {
        if (at.callerOf(request) === undefined)
          throw new Refused(refuse('auth', '/rpc', 'nobody is signed in', 'send a key; docs/server.md shows how'))
        feed.seat()
      },
      handler: () => {
        const remedy = 'connect with a WebSocket, or POST to /api/<noun>/<verb>'
        throw new Refused(refuse('invalid', '/rpc', 'it speaks over WebSockets only', remedy))
      },
      wsHandler: (socket, request) => {
        const outlet = connect({ ...rpcLimits, ...limits }, feed, at, socket, request)
        const over = tally.opened('rpc')
        open.add(outlet)
        socket.once('close', (code) => {
          if (code === tooSlow) tally.cut('rpc')
        })
        outlet.onGone(() => {
          open.delete(outlet)
          over()
        })
      },
    })
  }
}

function connect(limits: RpcLimits, feed: Feed, at: HttpAt, socket: WebSocket, request: FastifyRequest): Outlet {
  const caller = at.callerOf(request)
  const outlet = feed.attach({
    socket: request.raw.socket,
    write: (frame) => {
      if (socket.readyState === socket.OPEN) request.raw.socket.write(frame)
    },
    end: (event, why) => socket.close(event === 'cut' ? tooSlow : 1001, why.slice(0, 40)),
  })
  if (caller === undefined) {
    socket.terminate()
    return outlet
  }
  const { house, methods, clock } = at
  const reading = (on: boolean): void => {
    if (on === socket.isPaused) on ? socket.resume() : socket.pause()
  }
  const peer = new Peer({ house, methods, clock, feed, limits, caller, line: new Line(outlet), reading })
  outlet.onGone(() => peer.leave())
  socket.on('message', (message, isBinary) => peer.hear(message as Buffer, isBinary))
  ping(socket, limits.pingMs, at)
  return outlet
}

/** A slow reader answers late, behind all that is on its way to it; one that is not read from just now cannot be judged. */
const mostMissed = 3

function ping(socket: WebSocket, everyMs: number, { clock }: HttpAt): void {
  let missed = 0
  const sign = (): void => {
    missed = 0
  }
  socket.on('pong', sign)
  socket.on('message', sign)
  const ask = (): void => {
    if (socket.readyState !== socket.OPEN) return
    if (missed > mostMissed && !socket.isPaused) socket.terminate()
    else {
      missed += 1
      socket.ping(undefined, false, ignored)
      clock.after(everyMs, ask)
    }
  }
  clock.after(everyMs, ask)
}

/** Whoever has gone meanwhile is told nothing. */
function ignored(): void {}

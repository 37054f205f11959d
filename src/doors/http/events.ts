// Server-sent events at GET /events: facts and transcripts over one stream, resumed from the id of the last frame.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Feed, feedOf } from '../feed/feed.ts'
import { factsFor, readWanted, type Wanted } from '../feed/opening.ts'
import type { Outlet } from '../feed/outlet.ts'
import type { Tongue } from '../feed/reader.ts'
import type { HttpAt, Routes } from './at.ts'
import { type Tally, tallyOf } from './tally.ts'

export const eventRoutes: Routes = (app, at) => eventRoutesOf(feedOf(at.house, at.clock))(app, at)

/** Over a feed of one's own. */
export function eventRoutesOf(feed: Feed): Routes {
  return (app, at) => {
    const open = new Set<Outlet>()
    const tally = tallyOf(app)
    at.onLeave(() => {
      for (const outlet of open) feed.part(outlet, 'bye', 'the server closes')
    })
    app.get('/events', { exposeHeadRoute: false }, (request, reply) => serve({ feed, at, open, tally }, request, reply))
  }
}

const sse: Tongue = {
  kind: 'sse',
  frame: (event, json, id) => Buffer.from(`event: ${event}\n${id === undefined ? '' : `id: ${id}\n`}data: ${json}\n\n`),
  beat: Buffer.from(': beat\n\n'),
}

interface Desk {
  readonly feed: Feed
  readonly at: HttpAt
  readonly open: Set<Outlet>
  readonly tally: Tally
}

async function serve({ feed, at, open, tally }: Desk, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const caller = at.callerOf(request)
  const wanted = wantedBy(request)
  factsFor(caller, wanted)
  feed.seat()
  const outlet = feed.attach(hijack(reply, tally))
  open.add(outlet)
  const over = tally.opened('events')
  outlet.onGone(() => {
    open.delete(outlet)
    over()
  })
  try {
    const entered = await feed.enter(outlet, sse, caller, wanted)
    entered.reader.hello(entered.head, feed.limits.beatMs)
    entered.begin()
  } catch (error) {
    // The answer has begun, so it can only be ended with a word.
    outlet.send(sse.frame('bye', JSON.stringify({ why: error instanceof Error ? error.message : String(error) })))
    feed.part(outlet, 'bye', 'it could not begin')
  }
}

/** No length and no chunks: the stream lasts as long as its connection, and one buffer serves many sockets as it is. */
function hijack(reply: FastifyReply, tally: Tally) {
  reply.hijack()
  const { raw } = reply
  const socket = raw.socket ?? raw.req.socket
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.removeHeader('transfer-encoding')
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  raw.flushHeaders()
  socket.setTimeout(0)
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 30_000)
  return {
    socket,
    write: (frame: Buffer) => void socket.write(frame),
    end: (event: 'cut' | 'bye') => {
      if (event === 'cut') tally.cut('events')
      raw.end()
    },
  }
}

function wantedBy(request: FastifyRequest): Wanted {
  const query = request.query as Readonly<Record<string, unknown>>
  const header = request.headers['last-event-id']
  return readWanted({
    last: header !== undefined && header !== '' ? header : query.last,
    after: query.after,
    stream: query.stream,
    transcripts: transcriptsIn(query.transcript),
  })
}

/** `<attempt>@<from>`; without a position, from the beginning. */
function transcriptsIn(given: unknown): unknown {
  if (given === undefined) return undefined
  return (Array.isArray(given) ? given : [given]).map((text: unknown) => {
    const [, attempt, from] = /^([^@]*)(?:@(\d{1,16}))?$/.exec(String(text)) ?? []
    return { attempt: attempt ?? String(text), from: Number(from ?? 0) }
  })
}

// The endpoint that streamable HTTP is spoken at: with sessions as most clients do, and without them.
import type { Clock } from '../../core/ports.ts'
import type { Desk } from './port.ts'
import { isInitializeRequest, isOfSessions, openSession, type Session, sessionless } from './sdk.ts'
import { Sessions } from './sessions.ts'

export interface EndpointOptions {
  readonly clock: Pick<Clock, 'after' | 'chance'>
  readonly version: string
  readonly most?: number
  readonly idleMs?: number
}

export class Endpoint {
  readonly #options: EndpointOptions
  readonly #sessions: Sessions<Session>
  readonly #sessionless: Session

  constructor(options: EndpointOptions) {
    const { clock, most = 100, idleMs = 30 * 60_000 } = options
    this.#options = options
    this.#sessions = new Sessions({ clock, most, idleMs })
    this.#sessionless = sessionless(options.version)
  }

  get sessions(): number {
    return this.#sessions.size
  }

  /** `request.signal` says when the exchange is over, however it ended. */
  async fetch(request: Request, body: unknown, desk: Desk): Promise<Response> {
    if (!(await isOfSessions(request, body))) return this.#sessionless.fetch(request, body, desk)
    const named = request.headers.get('mcp-session-id')
    if (named === null) return this.#begin(request, body, desk)
    const session = this.#sessions.find(named, desk.port.owner)
    if (session === undefined) return failed(404, -32001, 'Session not found: begin a new one with initialize')
    this.#sessions.enter(named, request.signal)
    const response = await session.fetch(request, body, desk)
    if (request.method === 'DELETE' && response.ok) this.#sessions.end(named)
    return response
  }

  close(): void {
    this.#sessions.close()
    this.#sessionless.close().catch(() => undefined)
  }

  async #begin(request: Request, body: unknown, desk: Desk): Promise<Response> {
    if (request.method !== 'POST' || !isInitializeRequest(body))
      return failed(400, -32000, 'Bad Request: the Mcp-Session-Id header is missing; a session begins with initialize')
    const id = this.#options.clock.chance(40)
    const session = await openSession(this.#options.version, id, desk)
    const response = await session.fetch(request, body, desk)
    if (!response.ok) await session.close()
    else {
      this.#sessions.add(id, desk.port.owner, session)
      this.#sessions.enter(id, request.signal)
    }
    return response
  }
}

function failed(status: number, code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status })
}

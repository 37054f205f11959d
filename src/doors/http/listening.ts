// The ports that the door listens on: how long they wait for whoever is slow, and how they close.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'

/** Nobody may keep a connection by sending next to nothing. */
export const patience = {
  headersTimeout: 15_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 5000,
} as const
const drainMs = 5000

export interface ListenOptions {
  readonly port: number
  readonly alsoPorts?: readonly number[]
  readonly host?: string
}

export interface Listening {
  readonly ports: readonly number[]
  /** Whoever is being answered has some seconds left; then every connection is closed. */
  close(clock: Clock): Promise<void>
}

/** The first server is Fastify's own; the others hand it what they hear. */
export async function listen(app: FastifyInstance, options: ListenOptions): Promise<Listening> {
  const { host = '127.0.0.1', port, alsoPorts = [] } = options
  const servers: Server[] = [app.server as Server]
  const upgraded = keepUpgraded(app)
  try {
    await app.listen({ host, port, backlog: 1024 }).catch((error: unknown) => cannotListen(error, port))
    for (const also of alsoPorts) {
      const server = createServer(patience, (request, response) => app.routing(request, response))
      server.on('upgrade', (request, socket: Duplex, head) => app.server.emit('upgrade', request, socket, head))
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen({ host, port: also }, resolve)
      }).catch((error: unknown) => cannotListen(error, also))
      servers.push(server)
    }
  } catch (error) {
    for (const server of servers.slice(1)) server.close()
    await app.close()
    throw error
  }
  return {
    ports: servers.map((server) => (server.address() as AddressInfo).port),
    close: (clock) => close(app, servers, upgraded, clock),
  }
}

/** Those that asked for another protocol, whether they got it or not: their server no longer counts them among its own. */
function keepUpgraded(app: FastifyInstance): ReadonlySet<Duplex> {
  const upgraded = new Set<Duplex>()
  app.server.prependListener('upgrade', (_request, socket: Duplex) => {
    upgraded.add(socket)
    socket.once('close', () => upgraded.delete(socket))
  })
  return upgraded
}

function cannotListen(error: unknown, port: number): never {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there'
      : code === 'EACCES'
        ? 'this user may not listen there'
        : String(error)
  throw new Refused(refuse('conflict', `port ${port}`, why, 'choose another with --port, or end that program'))
}

async function close(
  app: FastifyInstance,
  servers: readonly Server[],
  upgraded: ReadonlySet<Duplex>,
  clock: Clock,
): Promise<void> {
  const calm = clock.after(drainMs, () => {
    for (const server of servers) server.closeAllConnections()
    for (const socket of upgraded) socket.destroy()
  })
  for (const server of servers) server.closeIdleConnections()
  const others = servers.slice(1).map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  await Promise.all([app.close(), ...others])
  calm()
}

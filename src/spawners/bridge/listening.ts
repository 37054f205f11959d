// Runs for a moment inside a sandbox's network: listens there, hands the listening sockets out, and ends.
import { createServer, type Server } from 'node:net'

export interface Place {
  readonly address: string
  readonly port: number
  /** Where the machine has no such address (IPv6 may be switched off), nothing is missing. */
  readonly optional: boolean
}

export type Handed = { readonly at: number } | { readonly no: string }

function listen({ address, port }: Place): Promise<Server> {
  const server = createServer()
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen({ host: address, port, backlog: 128 }, () => done(server))
  })
}

/** The other side answers each handle before the next is sent; what is not sent on is closed by our end. */
function hand(message: Handed, server?: Server): Promise<void> {
  return new Promise((done, fail) => {
    process.send?.(message, server, {}, (error) => (error === null ? done() : fail(error)))
  })
}

export async function listenHere(order: string): Promise<void> {
  for (const [at, place] of (JSON.parse(order) as Place[]).entries()) {
    try {
      const server = await listen(place)
      await hand({ at }, server)
      server.close()
    } catch (error) {
      if (!place.optional) await hand({ no: error instanceof Error ? error.message : String(error) })
    }
  }
  process.disconnect()
}

// The local door: whoever may open this socket speaks for the person who owns the home.

import { chmodSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { protocol, type Wire } from '../../api/envelope.ts'
import type { AnyMethod } from '../../api/method.ts'
import type { House } from '../../core/ports/house.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { wireOver } from './frames.ts'
import { Guest } from './guest.ts'

export interface LocalDoorOptions {
  /** A unix socket in a folder that only its owner may enter (107 bytes at most), or a named pipe on Windows. */
  readonly socketPath: string
  readonly methods: readonly AnyMethod[]
  readonly house: House
  /** Who the guests of this door are, e.g. the name of the person logged in. */
  readonly name: string
  /** Guests at the same time; one more is told so and let go. */
  readonly most?: number
}

export interface LocalDoor {
  readonly socketPath: string
  readonly guests: number
  /** Lets go of every guest and takes the socket away. May be called twice. */
  close(): Promise<void>
}

/** The caller holds the home's lock, so a socket that is left at the path is nobody's. */
export async function openLocalDoor(options: LocalDoorOptions): Promise<LocalDoor> {
  const { socketPath } = options
  const wires = new Set<Wire>()
  const server = createServer((socket) => welcome(socket, options, wires))
  if (process.platform !== 'win32') rmSync(socketPath, { force: true })
  await listen(server, socketPath)
  if (process.platform !== 'win32') chmodSync(socketPath, 0o600)
  const closed = Promise.withResolvers<void>()
  server.on('close', closed.resolve)
  return {
    socketPath,
    get guests() {
      return wires.size
    },
    close: async () => {
      if (server.listening) server.close()
      for (const wire of wires) wire.close()
      await closed.promise
    },
  }
}

function listen(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(new Refused(cannotListen(socketPath, error))))
    server.listen(socketPath, () => {
      server.on('error', () => undefined)
      resolve()
    })
  })
}

function cannotListen(socketPath: string, error: Error): Refused['refusal'] {
  const long = Buffer.byteLength(socketPath) > 103
  const why = long ? `the path has ${Buffer.byteLength(socketPath)} bytes, more than a socket may have` : error.message
  return refuse(
    'defect',
    `the local socket ${socketPath}`,
    why,
    'choose a shorter runtime folder, or remove what is there',
  )
}

function welcome(socket: Socket, options: LocalDoorOptions, wires: Set<Wire>): void {
  // A guest that vanishes is an ordinary end; without a listener it would end the house.
  socket.on('error', () => socket.destroy())
  const wire = wireOver(socket)
  socket.on('close', () => wires.delete(wire))
  if (wires.size >= (options.most ?? 256)) {
    socket.destroy()
    return
  }
  wires.add(wire)
  const { house, methods, name } = options
  const hello = JSON.stringify({ baton: protocol, pid: process.pid, home: house.home })
  const guest = new Guest(wire, methods, house, name)
  wire
    .send(hello)
    .then(() => guest.serve())
    .catch(() => undefined)
    .finally(() => {
      guest.leave()
      socket.destroy()
    })
}

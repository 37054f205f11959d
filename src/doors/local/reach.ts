// The other end of the local door: opens the socket and gives the wire.
import { connect } from 'node:net'
import type { Wire } from '../../api/envelope.ts'
import { wireOver } from './frames.ts'

/** Undefined when nobody listens there. */
export function reachLocalDoor(socketPath: string): Promise<Wire | undefined> {
  return new Promise((resolve) => {
    const socket = connect(socketPath)
    socket.on('error', () => {
      socket.destroy()
      resolve(undefined)
    })
    socket.once('connect', () => resolve(wireOver(socket)))
  })
}

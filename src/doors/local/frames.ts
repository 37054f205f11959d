// Lines over a socket, both ways: a cap on each, and back-pressure in both directions.
import type { Socket } from 'node:net'
import { largestFrame, type Wire } from '../../api/envelope.ts'

/** The socket must have an error listener already; a frame over the cap breaks the wire. */
export function wireOver(socket: Socket, cap = largestFrame): Wire {
  return {
    send: (text) => send(socket, text),
    frames: frames(socket, cap),
    close: () => socket.destroy(),
  }
}

/** Resolves when the kernel has taken enough of it for more to be said. */
function send(socket: Socket, text: string): Promise<void> {
  if (socket.destroyed) return Promise.reject(new Error('the connection is closed'))
  if (socket.write(`${text}\n`)) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off('drain', settle)
      socket.off('close', settle)
      if (socket.destroyed) reject(new Error('the connection is closed'))
      else resolve()
    }
    socket.on('drain', settle)
    socket.on('close', settle)
  })
}

/** Reading stops while nobody takes a frame, and the kernel then holds the sender back. */
async function* frames(socket: Socket, cap: number): AsyncGenerator<string> {
  let pieces: Buffer[] = []
  let held = 0
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      pieces.push(chunk.subarray(from, at))
      const line = Buffer.concat(pieces)
      pieces = []
      held = 0
      from = at + 1
      if (line.length > cap) throw new Error(`a frame of ${line.length} bytes is over the limit of ${cap}`)
      if (line.length > 0) yield line.toString('utf8')
    }
    pieces.push(chunk.subarray(from))
    held += chunk.length - from
    if (held > cap) throw new Error(`a frame is over the limit of ${cap} bytes`)
  }
}

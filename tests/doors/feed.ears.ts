// Reads an event stream as a plain socket does: as fast or as slowly as told, and cut wherever one likes.
import { connect, type Socket } from 'node:net'
import { SseReader } from '../../src/client/sse.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'

export interface Heard {
  readonly event: string
  readonly id: string
  readonly data: Record<string, unknown> & readonly Entry[]
}

export interface Ear {
  readonly socket: Socket
  readonly heard: Heard[]
  /** All bytes after the head. */
  bytes(): Buffer
  head(): string
  readonly ended: boolean
  of(event: string): readonly Heard[]
  seqs(): readonly number[]
  lastId(): string
  close(): void
}

export interface EarOptions {
  readonly path: string
  readonly lastId?: string
  /** Hangs up after so many bytes of the stream. */
  readonly cutAfter?: number
  /** Does not read at all until resumed. */
  readonly paused?: boolean
  readonly headers?: readonly string[]
  /** Keeps the last bytes only, and understands nothing. */
  readonly deaf?: boolean
}

export function listen(port: number, options: EarOptions): Ear {
  const socket = connect(port, '127.0.0.1')
  const heard: Heard[] = []
  const pieces: Buffer[] = []
  const reader = new SseReader()
  let head = ''
  let raw = Buffer.alloc(0)
  let taken = 0
  let ended = false
  const lines = [`GET ${options.path} HTTP/1.1`, 'Host: x', ...(options.headers ?? [])]
  if (options.lastId !== undefined) lines.push(`Last-Event-ID: ${options.lastId}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  if (options.paused === true) socket.pause()
  const take = (bytes: Buffer): void => {
    const left = (options.cutAfter ?? Number.POSITIVE_INFINITY) - taken
    const piece = bytes.length > left ? bytes.subarray(0, left) : bytes
    taken += piece.length
    pieces.push(piece)
    if (options.deaf === true) {
      pieces.splice(0, pieces.length - 2)
      return
    }
    for (const { event, id, data } of reader.push(piece)) heard.push({ event, id, data: JSON.parse(data) })
    if (piece.length === left) socket.destroy()
  }
  socket.on('data', (bytes: Buffer) => {
    if (head !== '') return take(bytes)
    raw = Buffer.concat([raw, bytes])
    const end = raw.indexOf('\r\n\r\n')
    if (end < 0) return
    head = raw.toString('latin1', 0, end)
    take(raw.subarray(end + 4))
  })
  socket.on('error', () => undefined)
  socket.on('close', () => {
    ended = true
  })
  return {
    socket,
    heard,
    bytes: () => Buffer.concat(pieces),
    head: () => head,
    get ended() {
      return ended
    },
    of: (event) => heard.filter((one) => one.event === event),
    seqs: () => heard.filter((one) => one.event === 'facts').flatMap((one) => one.data.map(({ seq }) => seq)),
    lastId: () => reader.lastId,
    close: () => void socket.destroy(),
  }
}

// Bytes to a port exactly as they are given, and the answers that came back.
import { request as http, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'

export interface Heard {
  /** Of each answer, in order. */
  readonly statuses: readonly number[]
  readonly text: string
  /** By the other side; otherwise the time was over. */
  readonly closed: boolean
}

export interface Sending {
  readonly address?: string
  /** Stop listening once this many answers have come. */
  readonly answers?: number
  readonly atMostMs?: number
}

export function heardIn(text: string): readonly number[] {
  return [...text.matchAll(/HTTP\/1\.[01] (\d{3})/gu)].map(([, status]) => Number(status)).filter((one) => one >= 200)
}

/** Sends all parts at once, then listens. */
export function send(port: number, bytes: string | Buffer, sending: Sending = {}): Promise<Heard> {
  const { answers = 1, atMostMs = 3000, address = '127.0.0.1' } = sending
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, address)
    const done = (closed: boolean): void => {
      clearTimeout(limit)
      socket.destroy()
      resolve({ statuses: heardIn(text), text, closed })
    }
    const limit = setTimeout(() => done(false), atMostMs)
    socket.on('connect', () => socket.write(bytes))
    socket.on('data', (more) => {
      text += more.toString('latin1')
      if (heardIn(text).length >= answers && /\r\n\r\n/u.test(text)) setTimeout(() => done(false), 5)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => done(true))
  })
}

/** A connection that stays open while the test does other things. */
export interface Held {
  readonly socket: Socket
  readonly closed: Promise<number>
  text(): string
}

/** Its `closed` says after how many milliseconds the other side had enough. */
export function hold(port: number, bytes: string | Buffer): Held {
  const began = performance.now()
  let text = ''
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('data', (more) => (text += more.toString('latin1')))
  socket.on('error', () => undefined)
  const closed = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now() - began)))
  return { socket, closed, text: () => text }
}

export interface Asking {
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Buffer
  /** Whom it comes from: all of 127.0.0.0/8 is this machine. */
  readonly from?: string
  readonly atMostMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** One request with exactly these headers; an answer that goes on for ever is left after its head. */
export function ask(port: number, method: string, path: string, asking: Asking = {}): Promise<Answer> {
  const { headers = {}, body, from = '127.0.0.1', atMostMs = 20_000 } = asking
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  return new Promise((resolve, reject) => {
    const own = { host: `127.0.0.1:${port}`, ...length, ...headers }
    const request = http({ host: '127.0.0.1', port, method, path, headers: own, localAddress: from, agent: false })
    const limit = setTimeout(() => request.destroy(new Error(`${method} ${path} was not answered in time`)), atMostMs)
    const done = (response: IncomingMessage, text: string): void => {
      clearTimeout(limit)
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
    }
    request.on('error', reject)
    request.on('upgrade', (response, socket) => {
      socket.destroy()
      done(response, '')
    })
    request.on('response', (response) => {
      let text = ''
      response.on('data', (more) => (text += more))
      response.on('end', () => done(response, text))
      if (!response.headers['content-type']?.includes('event-stream')) return
      done(response, '')
      request.destroy()
    })
    request.end(body)
  })
}

export const json = { 'content-type': 'application/json' }
export const bearing = (key: string) => ({ authorization: `Bearer ${key}` })
export const upgrading = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}

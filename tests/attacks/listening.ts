// Readers of the event stream that come back after every break, over SSE and over the WebSocket, and note each entry that they are told.
import { request } from 'node:http'
import WebSocket from 'ws'
import { bearing } from './wire.ts'

export interface Listener {
  /** Sequence numbers, in the order in which they came. */
  readonly seen: readonly number[]
  /** Every kind of frame that came besides facts. */
  readonly kinds: readonly string[]
  leave(): void
}

interface Heard {
  seen: number[]
  kinds: string[]
  last: string
  left: boolean
}

const heardNothing = (): Heard => ({ seen: [], kinds: [], last: '', left: false })
const again = (heard: Heard, open: () => void): void => {
  if (!heard.left) setTimeout(open, 50)
}

export function listenBySse(port: number, key: string, after = 0): Listener {
  const heard = heardNothing()
  let current: ReturnType<typeof request> | undefined
  const take = (frame: string): void => {
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'mu').exec(frame)?.[1]
    const kind = field('event')
    if (kind === undefined) return
    heard.last = field('id') ?? heard.last
    if (kind === 'facts')
      for (const { seq } of JSON.parse(field('data') ?? '[]') as { seq: number }[]) heard.seen.push(seq)
    else heard.kinds.push(kind)
  }
  const open = (): void => {
    if (heard.left) return
    const resume = heard.last === '' ? {} : { 'last-event-id': heard.last }
    const headers = { host: `127.0.0.1:${port}`, ...bearing(key), ...resume }
    current = request(
      { host: '127.0.0.1', port, path: `/events?after=${after}`, headers, agent: false },
      (response) => {
        let text = ''
        response.on('data', (more) => {
          const frames = (text + more).split('\n\n')
          text = frames.pop() ?? ''
          for (const frame of frames) take(frame)
        })
        response.on('error', () => undefined)
        response.on('close', () => again(heard, open))
      },
    )
    current.on('error', () => again(heard, open))
    current.end()
  }
  open()
  const leave = (): void => {
    heard.left = true
    current?.destroy()
  }
  return { seen: heard.seen, kinds: heard.kinds, leave }
}

export function listenBySocket(port: number, key: string, after = 0): Listener {
  const heard = heardNothing()
  let current: WebSocket | undefined
  const open = (): void => {
    if (heard.left) return
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers: bearing(key) })
    current = socket
    const params = (): object => (heard.last === '' ? { after } : { last: heard.last })
    socket.on('open', () =>
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'events/subscribe', params: params() })),
    )
    socket.on('message', (text) => {
      const { method, params: said } = JSON.parse(String(text)) as { method?: string; params?: Record<string, unknown> }
      if (typeof said?.id === 'string') heard.last = said.id
      if (method === 'events/facts') {
        const entries = said?.entries as { seq: number }[]
        for (const { seq } of entries) heard.seen.push(seq)
      } else if (method !== undefined) heard.kinds.push(method.slice('events/'.length))
    })
    socket.on('error', () => undefined)
    socket.on('close', () => again(heard, open))
  }
  open()
  const leave = (): void => {
    heard.left = true
    current?.terminate()
  }
  return { seen: heard.seen, kinds: heard.kinds, leave }
}

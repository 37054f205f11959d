// The clients of the fan-out measurement, in a process of their own: they note when each entry came, and nothing else.
import { connect, type Socket } from 'node:net'
import { WebSocket } from 'ws'

export type Order =
  | {
      readonly do: 'connect'
      readonly kind: 'sse' | 'ws'
      readonly port: number
      readonly path: string
      readonly count: number
      /** Reads nothing after its greeting. */
      readonly stuck?: boolean
    }
  /** Once so many entries were heard, or ten seconds have gone by. */
  | { readonly do: 'leave'; readonly heard: number }

export interface Heard {
  /** Sequence, and microseconds of the machine's monotonic clock. */
  readonly times: readonly (readonly [number, number])[]
}

type Note = (bytes: Buffer) => void

const mark = Buffer.from('"seq":')

export function ears(): void {
  let times: (readonly [number, number])[] = []
  let open: { close(): void }[] = []
  const note: Note = (bytes) => {
    const at = Number(process.hrtime.bigint() / 1000n)
    for (let found = bytes.indexOf(mark); found >= 0; found = bytes.indexOf(mark, found + 6)) {
      let seq = 0
      for (let digit = found + 6; ; digit += 1) {
        const code = (bytes[digit] ?? 0) - 48
        if (code < 0 || code > 9) break
        seq = seq * 10 + code
      }
      times.push([seq, at])
    }
  }
  const leave = (heard: number, until: number): void => {
    if (times.length < heard && performance.now() < until) {
      setTimeout(leave, 20, heard, until)
      return
    }
    for (const one of open) one.close()
    open = []
    process.send?.({ times })
    times = []
  }
  process.on('message', (order: Order) => {
    if (order.do === 'leave') {
      leave(order.heard, performance.now() + 10_000)
      return
    }
    void join(order, note).then((joined) => {
      open = joined
      process.send?.({ times: [] })
    })
  })
}

async function join(order: Order & { do: 'connect' }, note: Note): Promise<{ close(): void }[]> {
  const joined: { close(): void }[] = []
  for (let at = 0; at < order.count; at += 100) {
    const some = Array.from({ length: Math.min(100, order.count - at) }, () =>
      order.kind === 'sse' ? sse(order, note) : ws(order.port, note),
    )
    joined.push(...(await Promise.all(some)))
  }
  return joined
}

/** Sequences do not fall onto the border of two chunks here: the frames are small. Floods are not noted. */
function sse({ port, path, stuck }: Order & { do: 'connect' }, note: Note): Promise<{ close(): void }> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(port, '127.0.0.1')
    socket.on('error', reject)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
    let left: Buffer | undefined
    socket.once('data', () => {
      if (stuck === true) socket.pause()
      resolve({ close: () => socket.destroy() })
    })
    socket.on('data', (bytes) => {
      if (stuck === true) return
      const all = left === undefined ? bytes : Buffer.concat([left, bytes])
      const end = all.lastIndexOf('\n') + 1
      left = end === all.length ? undefined : all.subarray(end)
      note(all.subarray(0, end))
    })
  })
}

function ws(port: number, note: Note): Promise<{ close(): void }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { perMessageDeflate: false })
    socket.on('error', reject)
    socket.on('open', () => socket.send('{"jsonrpc":"2.0","id":1,"method":"events/subscribe","params":{}}'))
    socket.once('message', () => resolve({ close: () => socket.terminate() }))
    socket.on('message', (bytes) => note(bytes as Buffer))
  })
}

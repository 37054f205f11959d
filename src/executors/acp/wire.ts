// An agent's process as a stream of protocol messages: bounded lines, updates in order before anything that follows them, and nothing half-read.
import type { AnyMessage } from '@agentclientprotocol/sdk'
import type { Child } from '../../core/ports.ts'
import { bounded, type Fields, fields } from './unknown.ts'

/** Whoever listens; what it waits for holds the agent back. */
export interface Ears {
  said(from: 'out' | 'err', text: string): Promise<void>
  /** A `session/update`. */
  updated(params: Fields): Promise<void>
  /** Any other notification. */
  noted(method: string, params: unknown): Promise<void>
}

export interface Wire {
  readonly stream: { readonly readable: ReadableStream<AnyMessage>; readonly writable: WritableStream<AnyMessage> }
  /** Settles when all output was read; never rejects. */
  readonly read: Promise<void>
}

const lineBytesAtMost = 32 * 1024 * 1024
/** An agent that asks more often than this in one attempt only wants to keep us busy. */
const requestsAtMost = 20_000
const lineFeed = 10

/** Cuts bytes into lines. One that is too long is left out whole. */
export class Lines {
  #pieces: Uint8Array[] = []
  #length = 0
  #skipping = false
  readonly #most: number
  leftOut = 0

  constructor(most = lineBytesAtMost) {
    this.#most = most
  }

  *push(bytes: Uint8Array): Generator<string> {
    let at = 0
    for (let end = bytes.indexOf(lineFeed); end !== -1; end = bytes.indexOf(lineFeed, at)) {
      this.#keep(bytes.subarray(at, end))
      at = end + 1
      const line = this.take()
      if (line !== undefined) yield line
    }
    this.#keep(bytes.subarray(at))
  }

  #keep(bytes: Uint8Array): void {
    if (this.#skipping || bytes.length === 0) return
    this.#length += bytes.length
    if (this.#length <= this.#most) this.#pieces.push(bytes)
    else {
      this.#pieces = []
      this.#skipping = true
    }
  }

  /** What stands since the last line feed; undefined when it is nothing, or too long. */
  take(): string | undefined {
    const text = Buffer.concat(this.#pieces).toString('utf8')
    if (this.#skipping) this.leftOut += 1
    this.#pieces = []
    this.#length = 0
    const skipped = this.#skipping
    this.#skipping = false
    return skipped || text.trim() === '' ? undefined : text
  }
}

class Reading {
  readonly #ears: Ears
  readonly #pass: (message: AnyMessage) => void
  /** Ids of requests of ours that wait for an answer. */
  readonly asked = new Set<unknown>()
  #requests = 0

  constructor(ears: Ears, pass: (message: AnyMessage) => void) {
    this.#ears = ears
    this.#pass = pass
  }

  async line(text: string): Promise<void> {
    const message = parsed(text)
    if (message === undefined) return this.#ears.said('out', `${text}\n`)
    const { method, id, params } = message
    if (typeof method === 'string') {
      if (id === undefined && method === 'session/update') return this.#ears.updated(fields(params))
      if (id === undefined) return this.#ears.noted(method, params)
      this.#requests += 1
      if (isId(id) && this.#requests <= requestsAtMost) this.#pass(message as AnyMessage)
    } else if (isId(id) && this.asked.delete(id)) this.#pass(message as AnyMessage)
  }
}

function isId(id: unknown): boolean {
  return typeof id === 'string' || (typeof id === 'number' && Number.isFinite(id))
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const message = fields(value)
    return message.jsonrpc === '2.0' ? message : undefined
  } catch {
    // Programs print other things too; they are shown as they are.
    return undefined
  }
}

export function openWire(child: Child, ears: Ears): Wire {
  let receive: ReadableStreamDefaultController<AnyMessage> | undefined
  const readable = new ReadableStream<AnyMessage>({
    start: (controller) => {
      receive = controller
    },
    cancel: () => {
      receive = undefined
    },
  })
  const reading = new Reading(ears, (message) => receive?.enqueue(message))
  const writable = new WritableStream<AnyMessage>({
    write: (message) => {
      if ('method' in message && 'id' in message) reading.asked.add(message.id)
      child.write(Buffer.from(`${JSON.stringify(message)}\n`))
    },
  })
  const read = pump(child, reading, ears).then(() => receive?.close())
  return { stream: { readable, writable }, read }
}

async function pump(child: Child, reading: Reading, ears: Ears): Promise<void> {
  const lines = new Lines()
  const errors = new TextDecoder()
  for await (const { from, bytes } of child.output) {
    if (from === 'err') await ears.said('err', errors.decode(bytes, { stream: true }))
    else for (const line of lines.push(bytes)) await reading.line(line)
    if (lines.leftOut > 0) {
      lines.leftOut = 0
      await ears.said('err', `[a message of more than ${lineBytesAtMost / 1024 / 1024} MiB was left out]\n`)
    }
  }
  await ears.said('err', errors.decode())
  const rest = lines.take()
  if (rest !== undefined) await ears.said('out', bounded(rest))
}

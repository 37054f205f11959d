// One connection of one client that speaks JSON-RPC: its calls side by side, its streams as far as it reads.
import { isUtf8 } from 'node:buffer'
import { largestFrame } from '../../api/envelope.ts'
import type { AnyMethod, Caller } from '../../api/method.ts'
import { perform, refusalFrom } from '../../api/perform.ts'
import {
  noSuchMethod,
  type RpcCall,
  type RpcFrame,
  type RpcId,
  type RpcWrong,
  readRpc,
  rpcCodes,
  rpcError,
  writeError,
  writeResult,
  wrongFrame,
} from '../../api/rpc.ts'
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { type Refusal, Refused, refuse } from '../../core/refusals.ts'
import type { Feed } from '../feed/feed.ts'
import type { RpcLimits } from './limits.ts'
import type { Line } from './line.ts'
import { Slots } from './slots.ts'
import { Streams } from './streams.ts'
import { Subscriptions } from './subscriptions.ts'

export interface PeerAt {
  readonly house: House
  readonly methods: readonly AnyMethod[]
  readonly clock: Clock
  readonly feed: Feed
  readonly limits: RpcLimits
  readonly caller: Caller
  readonly line: Line
  /** Told whether more may be read from the other side just now. */
  readonly reading: (on: boolean) => void
}

/** What one call comes to: `begin` is for what may only be said after the answer. */
interface Made {
  readonly result: unknown
  readonly begin?: () => void
}
interface Answer {
  readonly text?: string
  readonly begin?: (() => void) | undefined
}

export class Peer {
  readonly #at: PeerAt
  readonly #slots: Slots
  readonly #streams: Streams
  readonly #events: Subscriptions
  #ids = 0
  /** Subscriptions that are on their way. */
  #opening = 0

  constructor(at: PeerAt) {
    this.#at = at
    this.#slots = new Slots(at.limits.mostCalls)
    this.#streams = new Streams({ ...at, restMs: at.limits.restMs })
    this.#events = new Subscriptions(at.feed, at.line.outlet, at.caller)
  }

  hear(message: Buffer, isBinary: boolean): void {
    void this.#take(read(message, isBinary)).finally(() => this.#regard())
    this.#regard()
  }

  leave(): void {
    this.#streams.leave()
  }

  /** Whoever does not read its answers, or has enough under way, is not read either. */
  #regard(): void {
    const { line, limits, feed, reading } = this.#at
    reading(line.outlet.room && !this.#slots.full)
    if (line.outlet.waiting > limits.mostWaiting) feed.part(line.outlet, 'cut', 'too many answers wait to be read')
    else if (!line.outlet.room) void line.room().then(() => reading(line.outlet.room && !this.#slots.full))
  }

  async #take({ batch, calls }: RpcFrame): Promise<void> {
    const answers = await Promise.all(calls.map((call) => this.#answer(call)))
    const texts = answers.flatMap(({ text }) => (text === undefined ? [] : [text]))
    const [only] = texts
    if (only !== undefined) this.#at.line.say(batch ? `[${fitting(texts, calls).join(',')}]` : only)
    for (const { begin } of answers) begin?.()
  }

  async #answer(call: RpcCall | RpcWrong): Promise<Answer> {
    if ('error' in call) return { text: writeError(call.id, call.error) }
    const { id } = call
    try {
      const { result, begin } = await this.#make(call)
      return { ...(id === undefined ? {} : { text: sized(id, writeResult(id, result)) }), begin }
    } catch (error) {
      if (id === undefined) return {}
      return { text: writeError(id, error instanceof Unknown ? noSuchMethod(call.method) : errorFrom(error, call)) }
    }
  }

  async #make({ method, params }: RpcCall): Promise<Made> {
    if (method === 'stream/cancel') return this.#end(method, params, (id) => this.#streams.cancel(id))
    if (method === 'events/unsubscribe') return this.#end(method, params, (id) => this.#events.close(id))
    await this.#slots.take()
    try {
      // Whoever does not read its answers gets no more of them made.
      await this.#at.line.room()
      if (method === 'events/subscribe') return await this.#subscribe(params)
      const known = this.#at.methods.find((one) => one.name === method)
      if (known === undefined) throw new Unknown()
      if (known.shape === 'follow' || known.shape === 'series') return await this.#stream(known, params)
      const performed = await perform(known, this.#at.house, this.#at.caller, params)
      if (!performed.ok) throw new Refused(performed.refusal)
      return { result: performed.result }
    } finally {
      this.#slots.give()
    }
  }

  #subscribe(params: unknown): Promise<Made> {
    return this.#numbered(async (subscription) => {
      const { record, head, begin } = await this.#events.open(subscription, params)
      return { result: { subscription, record, head }, begin }
    })
  }

  #stream(method: AnyMethod, params: unknown): Promise<Made> {
    return this.#numbered(async (subscription) => {
      const begin = await this.#streams.open(subscription, method, params)
      return { result: { subscription }, begin }
    })
  }

  async #numbered(open: (subscription: number) => Promise<Made>): Promise<Made> {
    const { mostSubscriptions } = this.#at.limits
    if (this.#streams.size + this.#events.size + this.#opening >= mostSubscriptions) {
      const why = `this connection has ${mostSubscriptions} already`
      throw new Refused(refuse('busy', 'subscription', why, 'end one that you no longer read'))
    }
    this.#ids += 1
    this.#opening += 1
    try {
      return await open(this.#ids)
    } finally {
      this.#opening -= 1
    }
  }

  #end(method: string, params: unknown, end: (id: number) => boolean): Made {
    const { subscription } = params as { readonly subscription?: unknown }
    if (typeof subscription === 'number' && end(subscription)) return { result: { subscription } }
    throw new Refused(refuse('not-found', method, 'there is no such subscription', 'name one by its number'))
  }
}

class Unknown extends Error {}

function read(message: Buffer, isBinary: boolean): RpcFrame {
  if (isBinary) return wrongFrame(rpcCodes.request, 'it is binary')
  if (!isUtf8(message)) return wrongFrame(rpcCodes.parse, 'it is not UTF-8')
  return readRpc(message.toString('utf8'))
}

function errorFrom(error: unknown, { method }: RpcCall) {
  return rpcError(refusalFrom(error, method))
}

const oversized: Refusal = refuse(
  'invalid',
  'answer',
  `it is larger than ${largestFrame / 1024 / 1024} MiB`,
  'ask for less at a time',
)

function sized(id: RpcId, text: string): string {
  if (text.length * 3 <= largestFrame || Buffer.byteLength(text) <= largestFrame) return text
  return writeError(id, rpcError(oversized))
}

/** Answers that are too large together are none. */
function fitting(texts: readonly string[], calls: RpcFrame['calls']): readonly string[] {
  if (texts.reduce((sum, text) => sum + text.length, 0) <= largestFrame) return texts
  return calls.flatMap(({ id }) => (id === undefined ? [] : [writeError(id, rpcError(oversized))]))
}

// Sends one request to a model server and gives its answer as text in pieces; every wait and every size has an end.
import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { Trouble } from '../trouble.ts'
import { brokenOff, late, unreachable } from './broken.ts'
import { Decoder } from './letters.ts'
import type { Answered, Line, Order } from './order.ts'
import { unpacked } from './unpack.ts'
import { Watch } from './watch.ts'

const leaveMs = 1000

export async function send(line: Line, order: Order): Promise<Answered> {
  return new Sent(line, order).answered
}

class Sent {
  readonly answered: Promise<Answered>
  readonly #line: Line
  readonly #order: Order
  readonly #request: ClientRequest
  readonly #watch: Watch
  #trouble: Trouble | undefined
  #body: Readable | undefined
  #over = false
  #left = false
  readonly #stopped = (): void => {
    this.#end(new Trouble({ reason: 'cancelled', why: 'nobody wants the answer any more', again: false }))
  }

  constructor(line: Line, order: Order) {
    this.#line = line
    this.#order = order
    const url = new URL(order.url)
    const kind = url.protocol === 'https:' ? 'https' : 'http'
    this.#request = line.request[kind](url, {
      method: order.body === undefined ? 'GET' : 'POST',
      agent: line.agents[kind],
      lookup: line.lookup,
      maxHeaderSize: line.bounds.headerBytes,
      headers: headersOf(order),
    })
    this.#watch = new Watch(line.clock, order.patience, (what) => this.#end(late(order, what)))
    line.live.add(this.#stopped)
    const answer = Promise.withResolvers<Answered>()
    this.answered = answer.promise
    this.#listen(answer)
    order.stop?.addEventListener('abort', this.#stopped)
    if (order.stop?.aborted === true) this.#stopped()
    this.#request.end(order.body)
  }

  #listen({ resolve, reject }: PromiseWithResolvers<Answered>): void {
    const request = this.#request
    request.on('socket', (socket) => {
      const ready = (): void => this.#watch.wait('first')
      if (!socket.connecting) ready()
      else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', ready)
    })
    request.on('response', (answer) => resolve(this.#give(answer)))
    request.on('upgrade', (_, socket) => {
      socket.destroy()
      this.#end(unreachable('it changes the protocol, which nobody asked for'))
      reject(this.#trouble)
    })
    request.on('error', (error) => {
      // Once there is an answer, its own end tells more.
      if (this.#body !== undefined) return
      this.#close()
      this.#trouble ??= unreachable(error, request.reusedSocket)
      reject(this.#trouble)
    })
  }

  #give(answer: IncomingMessage): Answered {
    this.#watch.rest()
    try {
      this.#body = unpacked(answer)
    } catch (error) {
      this.#end(error instanceof Trouble ? error : brokenOff(error))
      this.#body = answer
    }
    this.#body.on('error', () => undefined)
    return {
      status: answer.statusCode ?? 0,
      headers: answer.headers,
      text: () => this.#text(),
      leave: () => {
        this.#left = true
      },
      end: () => this.#end(undefined),
    }
  }

  async *#text(): AsyncGenerator<string, void, undefined> {
    const decoder = new Decoder()
    let bytes = 0
    try {
      if (this.#trouble !== undefined) throw this.#trouble
      this.#watch.wait('first')
      for await (const chunk of this.#body?.iterator({ destroyOnReturn: false }) ?? []) {
        this.#watch.rest()
        bytes += (chunk as Buffer).length
        if (bytes > this.#line.bounds.answerBytes) throw tooLarge(this.#line.bounds.answerBytes)
        yield decoder.take(chunk as Buffer)
        this.#watch.wait('idle')
      }
      this.#over = true
      decoder.end()
    } catch (error) {
      throw this.#trouble ?? (error instanceof Trouble ? error : brokenOff(error))
    } finally {
      if (this.#left) this.#letBy()
      else if (!this.#over) this.#end(undefined)
      this.#close()
    }
  }

  /** The rest of an answer that is over is let by for a moment, so that its connection can be used again. */
  #letBy(): void {
    const body = this.#body
    if (this.#over || body === undefined || body.destroyed) return
    let rest = this.#line.bounds.headerBytes
    const end = (): unknown => this.#request.destroy()
    const cancel = this.#line.clock.after(leaveMs, end)
    body.on('data', (chunk: Buffer) => {
      rest -= chunk.length
      if (rest < 0) end()
    })
    body.once('close', cancel)
    body.resume()
  }

  #close(): void {
    this.#watch.end()
    this.#line.live.delete(this.#stopped)
    this.#order.stop?.removeEventListener('abort', this.#stopped)
  }

  #end(trouble: Trouble | undefined): void {
    this.#trouble ??= trouble
    this.#close()
    this.#body?.destroy()
    this.#request.destroy()
  }
}

function headersOf({ body, key, accept }: Order): Record<string, string | number> {
  return {
    accept,
    'accept-encoding': 'identity',
    'user-agent': 'baton',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  }
}

const tooLarge = (limit: number): Trouble =>
  new Trouble({ reason: 'bad-output', why: `its answer is larger than ${limit} bytes`, again: false })

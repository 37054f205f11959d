// Calls over a WebSocket, as JSON-RPC 2.0: what was not sent yet waits for the next connection, what was sent is never sent again.
import { isRefusal } from '../api/refusal.ts'
import { type RefusalKind, Refused, refuse } from '../core/refusals.ts'
import type { Transport } from './calls.ts'
import { asJson, type Reach } from './fetching.ts'
import { Inlet } from './inlet.ts'
import { backoffMs } from './pace.ts'
import { broke, closed, notSent, stranger } from './trouble.ts'

/** As much of a WebSocket as is needed here. */
export interface Line {
  send(text: string): void
  close(): void
  addEventListener(type: 'open' | 'close' | 'error' | 'message', listener: (event: unknown) => void): void
}

export interface SocketOptions {
  /** How long a call waits for a connection before it is refused unsent. */
  readonly patienceMs?: number
  /** Until an answer comes; some calls wait on purpose, for up to a minute. */
  readonly answerMs?: number
  /** Values of one stream that nobody has read yet; a socket cannot make its other side wait. */
  readonly mostUnread?: number
  readonly dial?: (url: string, key: string | undefined) => Line
}

interface Asked {
  readonly id: number
  readonly method: string
  readonly text: string
  cancel(): void
  answer(result: unknown): void
  fail(error: Refused): void
}

type Fields = Readonly<Record<string, unknown>>
const limits = { patienceMs: 10_000, answerMs: 90_000, mostUnread: 100_000 }

export function overSocket(reach: Reach, options: SocketOptions = {}): Transport {
  const socket = new Speaking(reach, options)
  return {
    ask: (method, params) => socket.ask(method, params),
    stream: (method, params) => socket.stream(method, params),
    close: async () => socket.close(),
  }
}

class Speaking {
  readonly #reach: Reach
  readonly #limits: typeof limits
  readonly #dial: (url: string, key: string | undefined) => Line
  readonly #flying = new Map<number, Asked>()
  readonly #streams = new Map<unknown, Inlet<unknown>>()
  #queue: Asked[] = []
  #line: Line | undefined
  #isOpen = false
  #closed = false
  #ids = 0
  #tries = 0
  #heard = 0
  #redial: (() => void) | undefined

  constructor(reach: Reach, { dial = dialled, ...options }: SocketOptions) {
    this.#reach = reach
    this.#dial = dial
    this.#limits = { ...limits, ...options }
    reach.life.addEventListener('abort', () => this.close())
  }

  async ask(method: string, params: unknown): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    this.#put(method, params, resolve, reject)
    return promise
  }

  async *stream(method: string, params: unknown): AsyncGenerator<unknown> {
    const inlet = new Inlet<unknown>()
    let subscription: unknown
    let left = false
    const begin = (result: unknown): void => {
      subscription = fieldsOf(result).subscription
      if (left) this.#cancel(subscription)
      else this.#streams.set(subscription, inlet)
    }
    this.#put(method, params, begin, (error) => inlet.fail(error))
    try {
      yield* inlet
    } finally {
      left = true
      if (this.#streams.delete(subscription)) this.#cancel(subscription)
    }
  }

  close(): void {
    this.#closed = true
    this.#redial?.()
    this.#line?.close()
    this.#lose(this.#line, () => closed(this.#asking('rpc')))
    for (const one of this.#queue.splice(0)) this.#refuse(one, closed(this.#asking(one.method)))
  }

  #put(method: string, params: unknown, answer: (result: unknown) => void, fail: (error: Refused) => void): void {
    if (this.#closed) {
      fail(closed(this.#asking(method)))
      return
    }
    this.#ids += 1
    const id = this.#ids
    const text = asJson({ jsonrpc: '2.0', id, method, params: params ?? {} }, this.#asking(method))
    const { patienceMs } = this.#limits
    const why = `there was no connection within ${patienceMs / 1000} s`
    const cancel = this.#reach.pace.after(patienceMs, () => {
      this.#queue = this.#queue.filter((one) => one !== asked)
      fail(notSent(this.#asking(method), why, 'start it with baton serve, or check the address and the key'))
    })
    const asked: Asked = { id, method, text, cancel, answer, fail }
    this.#queue.push(asked)
    this.#pump()
  }

  #pump(): void {
    if (this.#isOpen && this.#line !== undefined) {
      for (const one of this.#queue.splice(0)) this.#send(this.#line, one)
    } else if (this.#line === undefined && this.#redial === undefined && this.#queue.length > 0 && !this.#closed) {
      this.#connect()
    }
  }

  #send(line: Line, asked: Asked): void {
    asked.cancel()
    const { answerMs } = this.#limits
    const heard = this.#heard
    asked.cancel = this.#reach.pace.after(answerMs, () => {
      this.#flying.delete(asked.id)
      asked.fail(broke(this.#asking(asked.method), `no answer came within ${answerMs / 1000} s`))
      // Not a word since: the other side may be gone without a sign, so the next call dials anew.
      if (this.#heard === heard) line.close()
    })
    this.#flying.set(asked.id, asked)
    line.send(asked.text)
  }

  #connect(): void {
    const { url, key, pace } = this.#reach
    let line: Line
    try {
      line = this.#dial(`${url.replace(/^http/, 'ws')}/rpc`, key)
    } catch (error) {
      const refused = error instanceof Refused ? error : notSent(this.#asking('rpc'), String(error))
      for (const one of this.#queue.splice(0)) this.#refuse(one, refused)
      return
    }
    this.#line = line
    line.addEventListener('open', () => {
      if (this.#line !== line) return
      this.#isOpen = true
      this.#pump()
    })
    line.addEventListener('message', (event) => this.#line === line && this.#read(line, fieldsOf(event).data))
    line.addEventListener('error', () => undefined)
    line.addEventListener('close', () => {
      if (this.#line !== line) return
      this.#lose(line, (method) => broke(this.#asking(method), 'the connection broke before the answer came'))
      const cancel = pace.after(backoffMs(this.#tries, pace.random), () => {
        this.#redial = undefined
        this.#pump()
      })
      this.#tries += 1
      this.#redial = cancel
    })
  }

  /** Whatever was on its way over this line is refused, and not sent again. */
  #lose(line: Line | undefined, why: (method: string) => Refused): void {
    if (line === undefined || this.#line !== line) return
    this.#line = undefined
    this.#isOpen = false
    const flying = [...this.#flying.values()]
    this.#flying.clear()
    for (const one of flying) this.#refuse(one, why(one.method))
    for (const inlet of this.#streams.values()) inlet.fail(why('journal/follow'))
    this.#streams.clear()
  }

  #refuse(asked: Asked, error: Refused): void {
    asked.cancel()
    asked.fail(error)
  }

  #read(line: Line, text: unknown): void {
    let given: unknown
    try {
      given = JSON.parse(String(text))
    } catch {
      this.#lose(line, (method) => stranger(this.#asking(method), 'the other side says what is no JSON'))
      line.close()
      return
    }
    this.#tries = 0
    this.#heard += 1
    for (const one of Array.isArray(given) ? given : [given]) this.#take(fieldsOf(one))
  }

  #take(said: Fields): void {
    if (typeof said.method === 'string') {
      this.#notice(said.method, fieldsOf(said.params))
      return
    }
    const asked = this.#flying.get(Number(said.id))
    if (asked === undefined) return
    this.#flying.delete(asked.id)
    asked.cancel()
    if (said.error === undefined) asked.answer(said.result ?? null)
    else asked.fail(refusedIn(asked.method, fieldsOf(said.error)))
  }

  #notice(method: string, { subscription, values, error }: Fields): void {
    const inlet = this.#streams.get(subscription)
    if (inlet === undefined) return
    if (method === 'stream/next' && Array.isArray(values)) {
      for (const value of values) inlet.put(value)
      if (inlet.length > this.#limits.mostUnread) this.#drop(subscription, inlet)
    } else if (method === 'stream/end') {
      this.#streams.delete(subscription)
      if (error === undefined) inlet.end()
      else inlet.fail(isRefusal(error) ? new Refused(error) : refusedIn('stream', fieldsOf(error)))
    }
  }

  #drop(subscription: unknown, inlet: Inlet<unknown>): void {
    this.#streams.delete(subscription)
    this.#cancel(subscription)
    const why = `${inlet.length} values wait and are not read`
    inlet.fail(new Refused(refuse('busy', 'stream', why, 'read faster, or read it over HTTP, which waits')))
  }

  #cancel(subscription: unknown): void {
    this.#ids += 1
    const frame = { jsonrpc: '2.0', id: this.#ids, method: 'stream/cancel', params: { subscription } }
    if (this.#isOpen) this.#line?.send(JSON.stringify(frame))
  }

  #asking(method: string): { url: string; method: string } {
    return { url: this.#reach.url, method }
  }
}

const kinds: Readonly<Record<number, RefusalKind>> = {
  [-32601]: 'not-found',
  [-32602]: 'invalid',
  [-32600]: 'invalid',
  [-32700]: 'invalid',
}

function refusedIn(method: string, { code, message, data }: Fields): Refused {
  if (isRefusal(data)) return new Refused(data)
  const why = typeof message === 'string' ? message : 'it was refused without a reason'
  return new Refused(refuse(kinds[Number(code)] ?? 'defect', method, why, "the server's log says more"))
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** Node sends headers with the first request, browsers only the cookie that the page has. */
function dialled(url: string, key: string | undefined): Line {
  const Made = globalThis.WebSocket as unknown as new (url: string, options?: object) => Line
  if (key === undefined) return new Made(url)
  try {
    return new Made(url, { headers: { authorization: `Bearer ${key}` } })
  } catch {
    const why = 'a browser sends no key over a WebSocket'
    throw new Refused(refuse('invalid', 'rpc', why, 'let the browser in with the link of baton open, or use HTTP'))
  }
}

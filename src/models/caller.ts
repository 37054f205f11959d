// Sends requests for everything that is asked of model servers: what they refuse is understood, and what may help is tried again.
import type { Clock, Stop } from '../core/ports.ts'
import { faultOf, type Hearing } from './failures/fault.ts'
import { type Bounds, type ModelsOptions, type Patience, patienceFor, usualBounds } from './options.ts'
import { parsed } from './reading.ts'
import type { Target } from './target.ts'
import { openLine } from './transport/line.ts'
import type { Answered, Line } from './transport/order.ts'
import { send } from './transport/send.ts'
import { Trouble } from './trouble.ts'

export type Options = ModelsOptions & { readonly clock: Clock }

export interface Call {
  readonly url: string
  readonly body?: string
  readonly stream?: boolean
  readonly local: boolean
  readonly patience?: Partial<Patience>
  readonly stop?: Stop | undefined
}

const firstWaitMs = 500
const refusalAtMost = 65_536
const refusalMs = 5000

export class Caller {
  readonly bounds: Bounds
  readonly #options: Options
  #line: Promise<Line> | undefined
  #closed = false

  constructor(options: Options) {
    this.#options = options
    this.bounds = { ...usualBounds, ...options.bounds }
  }

  get hearing(): Hearing {
    return { now: this.#options.clock.now(), classify: this.#options.classify }
  }

  /** One try; anything but success is thrown as Trouble. */
  async send(target: Target, call: Call): Promise<Answered> {
    if (this.#closed) throw cancelled('the client of models is closed')
    const { clock, resolve } = this.#options
    this.#line ??= openLine({ clock, bounds: this.bounds, resolve })
    const answer = await send(await this.#line, {
      url: call.url,
      accept: call.stream === true ? 'text/event-stream, application/json' : 'application/json',
      patience: { ...patienceFor(call.local), ...this.#options.patience, ...call.patience },
      ...(call.body === undefined ? {} : { body: call.body }),
      ...(target.key === undefined ? {} : { key: target.key }),
      ...(call.stop === undefined ? {} : { stop: call.stop }),
    })
    if (answer.status >= 200 && answer.status < 300) return answer
    const said = await this.#refusal(answer)
    throw new Trouble(faultOf(answer.status, answer.headers, said, this.hearing))
  }

  /** A whole answer as JSON. */
  async json(target: Target, call: Call, tries = this.#options.again ?? 2): Promise<unknown> {
    for (let tried = 0; ; tried += 1) {
      try {
        const answer = await this.send(target, call)
        const pieces: string[] = []
        for await (const piece of answer.text()) pieces.push(piece)
        const found = parsed(pieces.join(''))
        if (found !== undefined) return found.value
        throw new Trouble({ reason: 'bad-output', why: 'its answer is no JSON', again: false })
      } catch (error) {
        const ms = tried < tries ? this.pause(error, tried) : undefined
        if (ms === undefined) throw error
        await this.wait(ms, call.stop)
      }
    }
  }

  /** How long to wait before this is tried again; undefined when it is not. */
  pause(error: unknown, tried: number): number | undefined {
    if (!(error instanceof Trouble) || !error.failure.again || this.#closed) return undefined
    if (tried >= (this.#options.again ?? 2)) return undefined
    const { waitMs } = error.failure
    const chance = Number.parseInt(this.#options.clock.chance(6).replace(/[^0-9a-f]/g, '0'), 16) / 0xffffff
    if (waitMs === 0) return 0
    if (waitMs !== undefined)
      return waitMs > (this.#options.longestWaitMs ?? 60_000) ? undefined : Math.round(waitMs * (1 + chance / 10))
    return Math.round(firstWaitMs * 2 ** tried * (0.5 + chance / 2))
  }

  wait(ms: number, stop: Stop | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    if (ms <= 0 || stop?.aborted === true) resolve()
    const stopped = (): void => reject(cancelled('nobody wants the answer any more'))
    const cancel = this.#options.clock.after(ms, resolve)
    stop?.addEventListener('abort', stopped)
    return promise.finally(() => {
      cancel()
      stop?.removeEventListener('abort', stopped)
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const line = await this.#line
    for (const end of [...(line?.live ?? [])]) end()
    line?.agents.http.destroy()
    line?.agents.https.destroy()
  }

  /** Its beginning, as far as it comes soon: the status alone says most. */
  async #refusal(answer: Answered): Promise<string> {
    const cancel = this.#options.clock.after(refusalMs, () => answer.end())
    let said = ''
    try {
      for await (const piece of answer.text()) {
        said += piece
        if (said.length > refusalAtMost) break
      }
    } catch (error) {
      if (error instanceof Trouble && error.failure.reason === 'cancelled') throw error
    } finally {
      cancel()
    }
    return said
  }
}

const cancelled = (why: string): Trouble => new Trouble({ reason: 'cancelled', why, again: false })

// Methods with many values over one connection: each as `stream/next` notices, as far as the other side reads, and `stream/end`.
import { largestFrame } from '../../api/envelope.ts'
import type { AnyMethod, Caller } from '../../api/method.ts'
import { refusalFrom, stream } from '../../api/perform.ts'
import { type RpcError, rpcError, writeNotice } from '../../api/rpc.ts'
import type { House } from '../../core/ports/house.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Line } from './line.ts'

const frameBytes = 64 * 1024

interface Running {
  over: boolean
  readonly source: AsyncGenerator<unknown>
}

type Next = Promise<IteratorResult<unknown>>

interface Gathered {
  readonly values: readonly string[]
  /** Asked for already; undefined at the end. */
  readonly next: Next | undefined
}

export interface StreamsAt {
  readonly house: House
  readonly clock: Clock
  readonly caller: Caller
  readonly line: Line
  readonly restMs: number
}

export class Streams {
  readonly #at: StreamsAt
  readonly #running = new Map<number, Running>()

  constructor(at: StreamsAt) {
    this.#at = at
  }

  get size(): number {
    return this.#running.size
  }

  /** What is wrong with the call is thrown as `Refused`; what is given back begins to speak. */
  async open(id: number, method: AnyMethod, params: unknown): Promise<() => void> {
    const { house, caller } = this.#at
    const source = stream(method, house, caller, params)
    const first = source.next()
    const wrong = await Promise.race([
      first.then(
        () => undefined,
        (error: unknown) => ({ error }),
      ),
      turn(),
    ])
    if (wrong !== undefined) throw new Refused(refusalFrom(wrong.error, method.name))
    const running: Running = { over: false, source }
    this.#running.set(id, running)
    return () => void this.#speak(id, running, first, method)
  }

  /** False when there is none. A source that waits is let go when it wakes. */
  cancel(id: number): boolean {
    const running = this.#running.get(id)
    if (running === undefined) return false
    running.over = true
    this.#running.delete(id)
    void running.source.return(undefined).catch(() => undefined)
    return true
  }

  leave(): void {
    for (const id of [...this.#running.keys()]) this.cancel(id)
  }

  async #speak(id: number, running: Running, first: Next, method: AnyMethod): Promise<void> {
    const { line, clock, restMs } = this.#at
    let next: Next | undefined = first
    let error: RpcError | undefined
    try {
      while (next !== undefined) {
        const gathered: Gathered = await gather(running.source, next)
        await line.room()
        if (running.over || !line.alive) return
        if (gathered.values.length > 0) line.say(nextNotice(id, gathered.values))
        next = gathered.next
        if (method.shape === 'follow') await new Promise<void>((resolve) => void clock.after(restMs, resolve))
      }
    } catch (thrown) {
      error = rpcError(refusalFrom(thrown, method.name))
    }
    if (running.over) return
    this.cancel(id)
    line.say(writeNotice('stream/end', JSON.stringify({ subscription: id, error })))
  }
}

function nextNotice(id: number, values: readonly string[]): string {
  return writeNotice('stream/next', `{"subscription":${id},"values":[${values.join(',')}]}`)
}

/** The next value, and whatever else is there in this turn of the process, as far as it fits into one frame. */
async function gather(source: AsyncGenerator<unknown>, first: Next): Promise<Gathered> {
  const values: string[] = []
  let bytes = 0
  let next = first
  for (let result: IteratorResult<unknown> | undefined = await next; result !== undefined; ) {
    if (result.done === true) return { values, next: undefined }
    const text = JSON.stringify(result.value) ?? 'null'
    bytes += Buffer.byteLength(text)
    if (bytes > largestFrame) throw tooLarge()
    values.push(text)
    next = source.next()
    // Whoever awaits it later hears of what went wrong; until then it is nobody's.
    next.catch(() => undefined)
    if (bytes >= frameBytes) break
    result = await Promise.race([next, turn()])
  }
  return { values, next }
}

function turn(): Promise<undefined> {
  return new Promise((resolve) => setImmediate(resolve, undefined))
}

function tooLarge(): Refused {
  const why = `a value is larger than ${largestFrame / 1024 / 1024} MiB`
  return new Refused(refuse('invalid', 'stream', why, 'ask for less at a time'))
}

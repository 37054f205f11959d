// Calls over HTTP: one answer to one POST, and series as lines.
import { isRefusal } from '../api/refusal.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { singleLine } from '../core/text/neutral.ts'
import type { Transport } from './calls.ts'
import { events } from './events.ts'
import { answerOf, type Opened, open, parsed, type Reach } from './fetching.ts'
import { followed } from './follow.ts'
import { type Asking, broke, stranger } from './trouble.ts'

export interface HttpOptions {
  /** Until an answer begins; some calls wait on purpose, for up to a minute. */
  readonly answerMs?: number
  /** Between two pieces of one answer. */
  readonly idleMs?: number
  /** Bytes of one answer, and of one line of a series. */
  readonly most?: number
}

const limits = { answerMs: 90_000, idleMs: 60_000, most: 256 * 1024 * 1024 }
const methodName = /^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/

export function overHttp(reach: Reach, options: HttpOptions = {}): Transport {
  const { answerMs, idleMs, most } = { ...limits, ...options }
  const post = (method: string, params: unknown, accept: string): Promise<Opened> => {
    if (!methodName.test(method))
      throw new Refused(refuse('not-found', `method ${singleLine(method)}`, 'there is none', 'see docs/api.md'))
    const body = params ?? {}
    return open(reach, { method, path: `/api/${method}`, accept, body, firstMs: answerMs, idleMs: () => idleMs })
  }
  const ask = async (method: string, params: unknown): Promise<unknown> => {
    const asking = { url: reach.url, method }
    return answerOf(await post(method, params, 'application/json'), asking, most)
  }
  return {
    ask,
    stream: async function* (method, params) {
      if (method === 'journal/follow') return yield* followed(params, ask, (from) => events(reach, ask, from))
      const asking = { url: reach.url, method }
      const opened = await post(method, params, 'application/x-ndjson')
      if (opened.type !== 'application/x-ndjson') {
        await answerOf(opened, asking, most)
        throw stranger(asking, 'it gives one answer, not a series')
      }
      yield* series(opened, asking, most)
    },
    close: async () => undefined,
  }
}

async function* series(opened: Opened, asking: Asking, most: number): AsyncGenerator<unknown> {
  let read = 0
  for await (const line of linesOf(opened.pieces, most, asking)) {
    const frame = parsed(line)
    if (typeof frame !== 'object' || frame === null) throw stranger(asking, 'a line of the answer is no JSON object')
    if ('error' in frame && isRefusal(frame.error)) throw new Refused(frame.error)
    if ('end' in frame) return
    if (!('next' in frame)) throw stranger(asking, 'a line of the answer holds no value')
    yield frame.next
    read += 1
  }
  throw broke(asking, `the answer broke off after ${read} values`)
}

/** A line that was cut off is none. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>, most: number, asking: Asking): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let held: string[] = []
  let size = 0
  for await (const piece of pieces) {
    const lines = decoder.decode(piece, { stream: true }).split('\n')
    const last = lines.pop() ?? ''
    for (const line of lines) {
      held.push(line)
      const whole = held.join('')
      held = []
      size = 0
      if (whole !== '') yield whole
    }
    held.push(last)
    size += last.length
    if (size > most) throw stranger(asking, `a line of the answer is longer than ${Math.floor(most / 1024 / 1024)} MiB`)
  }
}

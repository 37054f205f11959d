// The events of an answer, as many at a time as have come: of a stream, or of one whole body, whichever the server sends.
import type { Bounds } from '../options.ts'
import { parsed } from '../reading.ts'
import { Trouble } from '../trouble.ts'
import { Events, type ServerEvent } from './events.ts'
import type { Answered } from './order.ts'

export interface Batch {
  readonly events: readonly ServerEvent[]
  /** The last of them may have been cut. */
  readonly last: boolean
}

/** Given on as it is: to some servers it is all that they say of the end. */
export const over = '[DONE]'

/** What is sent decides, and not what it is called: servers name their answers wrongly. */
export async function* batches(answer: Answered, bounds: Bounds): AsyncGenerator<Batch, void, undefined> {
  const events = new Events(bounds.line)
  let kind: 'unknown' | 'stream' | 'whole' = 'unknown'
  const pieces: string[] = []
  for await (const text of answer.text()) {
    if (kind === 'unknown') kind = kindOf(text, answer)
    if (kind !== 'stream') {
      pieces.push(text)
      continue
    }
    const found = events.take(text)
    const end = found.findIndex(isOver)
    // Whoever reads may stop within this batch: the connection is good for the next request all the same.
    if (end >= 0) answer.leave()
    yield { events: end < 0 ? found : found.slice(0, end + 1), last: false }
    if (end >= 0) return
  }
  if (kind === 'stream') yield { events: events.end(), last: true }
  else yield { events: [{ name: '', data: whole(pieces.join('')) }], last: false }
}

/** The JSON of an event, or `over`; undefined for words that only keep a connection awake, and for half of a last line. */
export function jsonIn(event: ServerEvent, last: boolean): unknown {
  const found = parsed(event.data)
  if (found !== undefined) return found.value
  if (isOver(event)) return over
  if (!last && /^\s*[[{]/.test(event.data))
    throw new Trouble({ reason: 'bad-output', why: 'it sent a line that is no JSON', again: true })
  return undefined
}

const isOver = ({ data }: ServerEvent): boolean => data.length < 16 && data.trim() === over

function kindOf(text: string, { headers }: Answered): 'unknown' | 'stream' | 'whole' {
  const first = /[^\s\uFEFF]/.exec(text)?.[0]
  if (first === undefined) return 'unknown'
  if (first === '{' || first === '[') return 'whole'
  const type = (headers['content-type'] ?? '').slice(0, 80)
  if (first === '<' || /html|image|octet/i.test(type)) {
    const why = `it answers with ${type === '' ? 'a page' : type}, not as a model server: look at its address, which usually ends in /v1`
    throw new Trouble({ reason: 'network', why, again: false })
  }
  return 'stream'
}

function whole(text: string): string {
  if (text.trim() !== '') return text
  throw new Trouble({ reason: 'bad-output', why: 'its answer is empty', again: false })
}

// The JSON values of an answer, as many at a time as have come: of a stream, or of one whole body, whichever the server sends.
import type { Bounds } from '../options.ts'
import { parsed } from '../reading.ts'
import { Trouble } from '../trouble.ts'
import { Events, type ServerEvent } from './events.ts'
import type { Answered } from './order.ts'

export interface Payload {
  readonly value: unknown
  readonly name: string
}

/** Given on as it is: to some servers it is all that they say of the end. */
export const over = '[DONE]'

/** What is sent decides, and not what it is called: servers name their answers wrongly. */
export async function* payloads(answer: Answered, bounds: Bounds): AsyncGenerator<Iterable<Payload>, void, undefined> {
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
    const end = found.findIndex(({ data }) => data.trim() === over)
    // Whoever reads may stop within this batch: the connection is good for the next request all the same.
    if (end >= 0) answer.leave()
    yield read(end < 0 ? found : found.slice(0, end), false)
    if (end < 0) continue
    yield [{ value: over, name: '' }]
    return
  }
  if (kind === 'stream') {
    const rest = events.end()
    const last = rest.at(-1)?.data.trim() === over
    yield read(last ? rest.slice(0, -1) : rest, true)
    if (last) yield [{ value: over, name: '' }]
  } else yield [{ value: whole(pieces.join('')), name: '' }]
}

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

/** One after the other: what stands before a line that cannot be read is good, and half of a last line is none. */
function* read(events: readonly ServerEvent[], last: boolean): Generator<Payload, void, undefined> {
  for (const { name, data } of events) {
    const found = parsed(data)
    if (found !== undefined) yield { value: found.value, name }
    // Words that keep a connection awake are none of the answer.
    else if (!last && /^\s*[[{]/.test(data))
      throw new Trouble({ reason: 'bad-output', why: 'it sent a line that is no JSON', again: true })
  }
}

function whole(text: string): unknown {
  if (text.trim() === '') throw new Trouble({ reason: 'bad-output', why: 'its answer is empty', again: false })
  const found = parsed(text)
  if (found === undefined) throw new Trouble({ reason: 'bad-output', why: 'its answer is no JSON', again: true })
  return found.value
}

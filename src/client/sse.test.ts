import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type SseEvent, SseReader, TooLong } from './sse.ts'

const encoder = new TextEncoder()
const all = (text: string): SseEvent[] => new SseReader().push(encoder.encode(text))
const said = (text: string): string[] => all(text).map(({ data }) => data)

function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}

const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n\0]/g, '·'))
const lineEnd = fc.constantFrom('\n', '\r', '\r\n')
const noise = fc.oneof(
  word.map((text) => `:${text}`),
  word.map((text) => `retry: ${text}`),
  fc.constantFrom('unknown', 'unknown: x', 'id: a\0b', 'Data: no'),
)
const block = fc.record({
  event: fc.option(fc.constantFrom('facts', 'said', 'zug ☂')),
  id: fc.option(word),
  data: fc.array(word, { maxLength: 3 }),
  noise: fc.array(noise, { maxLength: 2 }),
  tight: fc.boolean(),
  ends: fc.array(lineEnd, { minLength: 10, maxLength: 10 }),
})

/** The text of the blocks, and what a reader of them must say. */
function written(blocks: readonly (typeof block extends fc.Arbitrary<infer B> ? B : never)[]) {
  const events: SseEvent[] = []
  let text = ''
  let lastId = ''
  for (const { event, id, data, noise: extra, tight, ends } of blocks) {
    const colon = tight ? ':' : ': '
    // Without the blank that is left away after a colon, a value must not begin with one.
    const value = (word: string): string => (tight && word.startsWith(' ') ? ` ${word}` : word)
    const lines = [...extra.slice(0, 1), ...data.map((one) => `data${colon}${value(one)}`), ...extra.slice(1)]
    if (event !== null) lines.push(`event${colon}${event}`)
    if (id !== null) lines.push(`id${colon}${value(id)}`)
    // A LF right after a CR would be the end of the same line.
    const end = (index: number): string =>
      text.endsWith('\r') && ends[index] === '\n' ? '\r\n' : (ends[index] ?? '\n')
    for (const [index, line] of lines.entries()) text += line + (ends[index] ?? '\n')
    text += end(lines.length)
    lastId = id ?? lastId
    if (data.length > 0) events.push({ event: event ?? 'message', data: data.join('\n'), id: lastId })
  }
  return { text, events, lastId }
}

it('gives the same events however a stream is cut into pieces', () => {
  fc.assert(
    fc.property(
      fc
        .array(block, { maxLength: 5 })
        .filter((blocks) => blocks.every((one) => one.data.length + one.noise.length > 0)),
      fc.array(fc.nat(), { maxLength: 12 }),
      fc.boolean(),
      (blocks, cuts, marked) => {
        const { text, events, lastId } = written(blocks)
        const reader = new SseReader()
        const given = pieces(encoder.encode((marked ? '\ufeff' : '') + text), cuts).flatMap((one) => reader.push(one))
        expect(given).toEqual(events)
        expect(reader.lastId).toBe(lastId)
      },
    ),
    { numRuns: 2000 },
  )
})

it('gives the same when every byte comes alone', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
      const { text } = written(blocks)
      const reader = new SseReader()
      expect([...encoder.encode(text)].flatMap((byte) => reader.push(Uint8Array.of(byte)))).toEqual(all(text))
    }),
  )
})

it('never gives an event that the end of the stream cuts off', () => {
  const text = 'id: 1\ndata: eins ☂\n\nid: 2\ndata: zwei\ndata: drei\n\n'
  const bytes = encoder.encode(text)
  const first = encoder.encode('id: 1\ndata: eins ☂\n\n').length
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const reader = new SseReader()
    const events = reader.push(bytes.subarray(0, cut))
    const whole = cut === bytes.length ? 2 : cut >= first ? 1 : 0
    expect([cut, events.length]).toEqual([cut, whole])
    expect(reader.lastId).toBe(['', '1', '2'][whole])
  }
})

it('follows the letter of the format', () => {
  expect(said('data:a\ndata: b\ndata:  c\n\n')).toEqual(['a\nb\n c'])
  expect(said('data\n\ndata\ndata\n\n')).toEqual(['', '\n'])
  expect(said(': beat\n\nevent: x\n\ndata: y\n\n')).toEqual(['y'])
  expect(all('event: x\n\ndata: y\n\n')[0]?.event).toBe('message')
  expect(all('id: 7\n\ndata: y\n\n')[0]?.id).toBe('7')
  expect(all('id: 7\ndata: x\n\nid\ndata: y\n\n').map(({ id }) => id)).toEqual(['7', ''])
  expect(said('\ufeffdata: a\n\n\ufeffdata: b\n\n')).toEqual(['a'])
  expect(said('data: a\r\r\ndata: b\r\n\r\n')).toEqual(['a', 'b'])
})

it('stops at an event without an end, and is not tired by comments', () => {
  const reader = new SseReader(1000)
  for (let n = 0; n < 1000; n += 1) reader.push(encoder.encode(': a comment and no blank line\n'))
  expect(() => reader.push(encoder.encode(`data: ${'x'.repeat(1000)}`))).toThrow(TooLong)
  const lines = new SseReader(1000)
  expect(() => lines.push(encoder.encode('data: x\n'.repeat(200)))).toThrow(TooLong)
})

it('costs no more for a long event in small pieces than its length', () => {
  const reader = new SseReader()
  const piece = encoder.encode('x'.repeat(100))
  const began = performance.now()
  reader.push(encoder.encode('data: '))
  for (let n = 0; n < 100_000; n += 1) reader.push(piece)
  const [event] = reader.push(encoder.encode('\n\n'))
  expect(event?.data.length).toBe(10_000_000)
  expect(performance.now() - began).toBeLessThan(5000)
})

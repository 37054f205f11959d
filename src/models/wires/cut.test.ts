import { describe, expect, it } from 'vitest'
import type { ToolCall } from '../../core/ports.ts'
import { usualBounds } from '../options.ts'
import type { Answered } from '../transport/order.ts'
import { batches, jsonIn } from '../transport/payloads.ts'
import { Trouble } from '../trouble.ts'
import { ChatAnswer } from './chat-answer.ts'
import type { Reader } from './reader.ts'
import { ResponsesAnswer } from './responses-answer.ts'

const line = (event: object, name = ''): string =>
  `${name === '' ? '' : `event: ${name}\n`}data: ${JSON.stringify(event)}\n\n`
const delta = (told: object, finish: string | null = null): string =>
  line({ choices: [{ index: 0, delta: told, finish_reason: finish }] })
const typed = (type: string, more: object): string => line({ type, ...more }, type)
const piece = (index: number, told: object): string => delta({ tool_calls: [{ index, ...told }] })

const chat = [
  ': welcome\n\n',
  delta({ role: 'assistant', content: '' }),
  delta({ reasoning_content: 'Hm, é 🤔.' }),
  delta({ content: 'Grüße ' }),
  delta({ content: '🎉!' }),
  piece(0, { id: 'a', type: 'function', function: { name: 'write', arguments: '' } }),
  piece(0, { function: { arguments: '{"path":"ä' } }),
  piece(1, { id: 'b', type: 'function', function: { name: 'read', arguments: '{"x":' } }),
  piece(0, { function: { arguments: '"}' } }),
  piece(1, { function: { arguments: '1}' } }),
  delta({}, 'tool_calls'),
  line({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 3 } } }),
  'data: [DONE]\n\n',
].join('')

const item = { type: 'function_call', id: 'fc_1', call_id: 'a', name: 'write', arguments: '{"path":"ä"}' }
const other = { type: 'function_call', id: 'fc_2', call_id: 'b', name: 'read', arguments: '{"x":1}' }
const message = { type: 'message', content: [{ type: 'output_text', text: 'Grüße 🎉!' }] }
const tokens = { input_tokens: 5, output_tokens: 7, input_tokens_details: { cached_tokens: 3 } }
const responses = [
  typed('response.created', { response: { status: 'in_progress' } }),
  typed('response.reasoning_summary_text.delta', { delta: 'Hm, é 🤔.' }),
  typed('response.output_text.delta', { delta: 'Grüße ' }),
  typed('response.output_text.delta', { delta: '🎉!' }),
  typed('response.output_item.done', { item: message }),
  typed('response.output_item.added', { item: { ...item, arguments: '' } }),
  typed('response.function_call_arguments.delta', { item_id: 'fc_1', delta: '{"path":' }),
  typed('response.output_item.done', { item }),
  typed('response.output_item.done', { item: other }),
  typed('response.completed', { response: { status: 'completed', output: [message, item, other], usage: tokens } }),
].join('')

interface Read {
  text: string
  thought: string
  calls: readonly ToolCall[]
  finish: string
  tokens: Reader['tokens']
}

const hearing = { now: 0 }

/** As the client reads it, from bytes in these pieces. */
async function read(reader: Reader, pieces: readonly Uint8Array[]): Promise<Read> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const answer: Answered = {
    status: 200,
    headers: {},
    leave: () => undefined,
    end: () => undefined,
    text: async function* () {
      for (const bytes of pieces) yield decoder.decode(bytes, { stream: true })
    },
  }
  const found = { text: '', thought: '' }
  for await (const { events, last } of batches(answer, usualBounds))
    for (const event of events)
      for (const part of reader.take(jsonIn(event, last), event.name)) found[part.kind] += part.text
  for (const part of reader.rest()) found[part.kind] += part.text
  return { ...found, ...reader.end(), tokens: reader.tokens }
}

const wires = [
  { name: 'chat', stream: chat, reader: () => new ChatAnswer(9, hearing) },
  { name: 'responses', stream: responses, reader: () => new ResponsesAnswer(9, hearing) },
]
const whole = {
  text: 'Grüße 🎉!',
  thought: 'Hm, é 🤔.',
  finish: 'calls',
  calls: [
    { id: 'a', name: 'write', arguments: '{"path":"ä"}' },
    { id: 'b', name: 'read', arguments: '{"x":1}' },
  ],
  tokens: { in: 5, out: 7, cached: 3 },
}

describe.each(wires)('a recorded stream of $name', ({ stream, reader }) => {
  const bytes = Buffer.from(stream)

  it('is the same however it is cut into pieces', async () => {
    for (let at = 0; at <= bytes.length; at += 1)
      expect(await read(reader(), [bytes.subarray(0, at), bytes.subarray(at)])).toEqual(whole)
    expect(
      await read(
        reader(),
        [...bytes].map((byte) => Uint8Array.of(byte)),
      ),
    ).toEqual(whole)
  })

  it('is the same with the line ends of other systems', async () => {
    expect(await read(reader(), [Buffer.from(`\uFEFF${stream.replaceAll('\n', '\r\n')}`)])).toEqual(whole)
  })

  it('that ends early at any byte is whole or a failure, and gives no call then', async () => {
    let [ended, failed] = [0, 0]
    for (let at = 0; at < bytes.length; at += 1) {
      const found = await read(reader(), [bytes.subarray(0, at)]).catch((error: unknown) => error)
      if (found instanceof Trouble) {
        failed += 1
        expect(['network', 'bad-output']).toContain(found.failure.reason)
        continue
      }
      ended += 1
      const { tokens: counted, ...rest } = whole
      expect(found).toMatchObject(rest)
      expect([undefined, counted]).toContainEqual((found as Read).tokens)
    }
    expect(failed).toBeGreaterThan(500)
    expect(ended).toBeLessThan(250)
  })
})

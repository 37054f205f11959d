// Both wires, streamed and whole, against a server that speaks them as OpenAI does.
import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelRequest } from '../../src/core/ports.ts'
import { asks, client, hear, model } from './stage.ts'

const mock = new LLMock({ port: 0, host: '127.0.0.1', strict: true })
let base = ''

beforeAll(async () => {
  mock.on({ userMessage: 'think' }, { content: 'Because of é and 🎉.', reasoning: 'Let me see.' })
  mock.on(
    { userMessage: 'work' },
    {
      content: 'Working.',
      toolCalls: [
        { id: 'call_a', name: 'write', arguments: '{"path":"a.txt","text":"ä"}' },
        { id: 'call_b', name: 'read', arguments: '{"path":"b.txt"}' },
      ],
    },
  )
  mock.on(
    { userMessage: 'count' },
    { content: 'Counted.', usage: { prompt_tokens: 21, completion_tokens: 4, input_tokens: 21, output_tokens: 4 } },
  )
  mock.on(
    { userMessage: 'busy' },
    { error: { message: 'Rate limit reached', type: 'rate_limit_error' }, status: 429, retryAfter: 2 },
  )
  mock.on({ userMessage: 'cut' }, { content: 'Half a sen', finishReason: 'length' })
  mock.onEmbedding('one', { embedding: [0.1, 0.2, 0.3] })
  mock.onEmbedding('two', { embedding: [0.4, 0.5, 0.6] })
  mock.on({ userMessage: 'say hello' }, { content: 'Hello!' })
  await mock.start()
  base = `${mock.url}/v1`
})
afterAll(() => mock.stop())

const about = (content: string, more: Partial<ModelRequest>): ModelRequest =>
  asks(base, { model: model(base, { id: 'o3-mini' }), messages: [{ role: 'user', content }], ...more })
const tools = [
  { name: 'write', description: 'Writes.', parameters: { type: 'object', properties: { path: { type: 'string' } } } },
  { name: 'read', description: 'Reads.', parameters: { type: 'object', properties: {} } },
]

const ways = (['chat', 'responses'] as const).flatMap((wire) => [true, false].map((stream) => ({ wire, stream })))

describe.each(ways)('a model asked over $wire, streamed: $stream', ({ wire, stream }) => {
  const ask = (content: string, more: Partial<ModelRequest> = {}) =>
    hear(client().complete(about(content, { wire, stream, ...more })))

  it('answers with its thoughts apart', async () => {
    const { text, thought, end, failed } = await ask('think')
    expect(failed).toBeUndefined()
    expect([text, thought, end?.finish]).toEqual(['Because of é and 🎉.', 'Let me see.', 'stop'])
  })

  it('calls several tools at once', async () => {
    const { text, calls, end, parts } = await ask('work', { tools })
    expect(text).toBe('Working.')
    expect(calls).toEqual([
      { id: 'call_a', name: 'write', arguments: '{"path":"a.txt","text":"ä"}' },
      { id: 'call_b', name: 'read', arguments: '{"path":"b.txt"}' },
    ])
    expect([end?.finish, parts.at(-1)?.kind]).toEqual(['calls', 'end'])
  })

  it('is told what its tools answered', async () => {
    const calls = [{ id: 'call_a', name: 'write', arguments: '{"path":' }]
    const { text } = await ask('', {
      tools,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'say hello' },
        { role: 'assistant', content: '', calls },
        { role: 'tool', content: 'written', call: 'call_a' },
      ],
    })
    expect(text).toBe('Hello!')
    const seen = mock.getLastRequest()?.body as ChatCompletionRequest | null
    expect(seen?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool'])
    expect(seen?.messages[2]?.tool_calls?.[0]).toMatchObject({
      id: 'call_a',
      function: { name: 'write', arguments: '{"invalid":"{\\"path\\":"}' },
    })
    expect(seen?.messages[3]).toMatchObject({ tool_call_id: 'call_a', content: 'written' })
    expect(seen?.tools?.map((tool) => tool.function.name)).toEqual(['write', 'read'])
  })

  it('says what it used', async () => {
    expect((await ask('count')).end?.used).toMatchObject({
      tokensIn: 21,
      tokensOut: 4,
      cachedIn: 0,
      cost: 0,
      unpriced: true,
    })
  })

  it('was cut at the most that it may write', async () => {
    expect(await ask('cut')).toMatchObject({ text: 'Half a sen', end: { finish: 'length' } })
  })

  it('has no time', async () => {
    const { failed, again } = await hear(client({ again: 1 }).complete(about('busy', { wire, stream })))
    expect([failed?.reason, again]).toEqual(['rate-limited', 1])
    expect(failed?.until).toBeGreaterThan(Date.now())
  })
})

describe('texts as vectors', () => {
  it('come in the order of the texts', async () => {
    const vectors = await client().embed(model(base, { id: 'text-embedding-3-small' }), ['one', 'one'])
    expect(vectors).toEqual([Float32Array.from([0.1, 0.2, 0.3]), Float32Array.from([0.1, 0.2, 0.3])])
    const [two] = await client().embed(model(base, { id: 'text-embedding-3-small' }), ['two'])
    expect(two).toEqual(Float32Array.from([0.4, 0.5, 0.6]))
  })

  it('of no texts are none', async () => {
    expect(await client().embed(model('http://127.0.0.1:9/v1'), [])).toEqual([])
  })
})

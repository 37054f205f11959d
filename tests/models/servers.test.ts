// What each kind of server offers, as it says it: which models, how much each reads as it is loaded, and which dialect this is.
import { describe, expect, it } from 'vitest'
import type { Dialect } from '../../src/core/nouns/model.ts'
import { asks, client, finishes, hear, model, refuses, says, serve, sse, streams, usage } from './stage.ts'

type Pages = Readonly<Record<string, unknown>>

const site = (pages: Pages) =>
  serve((response, request, nth) => {
    const page = pages[request.url ?? '']
    if (typeof page === 'string') return streams(page)(response, request, nth)
    return refuses(page === undefined ? 404 : 200, page ?? { error: 'no' })(response, request, nth)
  })

const ids = (...names: readonly string[]): object => ({
  object: 'list',
  data: names.map((id) => ({ id, object: 'model' })),
})

const studio = {
  '/v1/models': ids('qwen3-8b', 'gemma-3-4b'),
  '/api/v1/models': {
    models: [
      {
        type: 'llm',
        key: 'qwen3-8b',
        max_context_length: 40960,
        loaded_instances: [{ id: 'qwen3-8b', config: { context_length: 8192 } }],
      },
      { type: 'llm', key: 'gemma-3-4b', max_context_length: 131072, loaded_instances: [] },
    ],
  },
}
const studioBefore = {
  '/v1/models': ids('qwen3-8b'),
  '/api/v0/models': {
    data: [
      { id: 'qwen3-8b', state: 'loaded', max_context_length: 40960, loaded_context_length: 4096 },
      { id: 'gemma-3-4b', state: 'not-loaded', max_context_length: 131072 },
    ],
  },
}
const vllm = { '/v1/models': { data: [{ id: 'Qwen/Qwen3-8B', owned_by: 'vllm', max_model_len: 32768 }] } }
const ollama = {
  '/v1/models': ids('llama3.2:3b', 'qwen3:8b'),
  '/api/version': { version: '0.14.1' },
  '/api/ps': { models: [{ name: 'qwen3:8b', model: 'qwen3:8b', context_length: 4096 }] },
}

describe('what a server offers', () => {
  it.each<[string, Pages, Dialect, object[]]>([
    [
      'LM Studio',
      studio,
      'lm-studio',
      [
        { id: 'qwen3-8b', loaded: true, context: 8192 },
        { id: 'gemma-3-4b', loaded: false },
      ],
    ],
    [
      'LM Studio before',
      studioBefore,
      'lm-studio',
      [
        { id: 'qwen3-8b', loaded: true, context: 4096 },
        { id: 'gemma-3-4b', loaded: false },
      ],
    ],
    ['vLLM', vllm, 'vllm', [{ id: 'Qwen/Qwen3-8B', loaded: true, context: 32768 }]],
    [
      'Ollama',
      ollama,
      'ollama',
      [
        { id: 'llama3.2:3b', loaded: false },
        { id: 'qwen3:8b', loaded: true, context: 4096 },
      ],
    ],
    ['any other', { '/v1/models': ids('gpt-5') }, 'openai', [{ id: 'gpt-5' }]],
  ])('is found out of %s', async (_, pages, dialect, models) => {
    const { base } = await site(pages)
    expect(await client().list(model(base))).toEqual({ dialect, models })
  })

  it('is asked of a server that is named in the ways of that one only', async () => {
    const { base, requests } = await site(ollama)
    const offer = await client().list(model(base, { dialect: 'vllm' }))
    expect(offer.dialect).toBe('vllm')
    expect(requests.map(({ path }) => path)).toEqual(['/v1/models'])
  })

  it.each([
    ['a page', { '/v1/models': '<html>' }],
    ['no list', { '/v1/models': { hello: 1 } }],
    ['nothing', {}],
  ])('cannot be found out of %s', async (_, pages) => {
    const { base } = await site(pages)
    await expect(client({ again: 0 }).list(model(base))).rejects.toMatchObject({ name: 'ModelFailed' })
  })

  it('is bounded and never trusted', async () => {
    const odd = [
      null,
      1,
      {},
      { id: '' },
      { id: 7 },
      { id: 'ok', max_model_len: 'many' },
      { id: 'less', max_model_len: -1 },
    ]
    const many = Array.from({ length: 5000 }, (_, at) => ({ id: `m${at}` }))
    const { base } = await site({
      '/v1/models': { data: [...odd, ...many] },
      '/api/v1/models': { models: 'x' },
      '/api/version': [],
    })
    const { models, dialect } = await client().list(model(base))
    expect(models.length).toBeLessThanOrEqual(2000)
    expect([dialect, models[0]]).toEqual(['openai', { id: 'ok' }])
  })

  it('needs the key, which goes nowhere else', async () => {
    const { base, requests } = await site(studio)
    await client({ key: async () => 'k-123456' }).list(model(base, { keyName: 'STUDIO' }))
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(requests.map(() => 'Bearer k-123456'))
  })
})

describe('what a server is sent', () => {
  const sent = async (dialect: Dialect, more: object = {}) => {
    const { base, requests } = await serve(streams(sse(says('Hi.', 'stop'), '[DONE]')))
    await hear(
      client().complete(
        asks(base, { model: model(base, { dialect }), maxTokens: 99, temperature: 0.2, effort: 'low', ...more }),
      ),
    )
    return JSON.parse(requests[0]?.body ?? '') as Record<string, unknown>
  }

  it.each<[Dialect, string]>([
    ['auto', 'max_tokens'],
    ['lm-studio', 'max_tokens'],
    ['vllm', 'max_tokens'],
    ['ollama', 'max_tokens'],
    ['openai', 'max_completion_tokens'],
  ])('in the dialect %s limits what may be written by %s', async (dialect, name) => {
    const body = await sent(dialect)
    expect(body[name]).toBe(99)
    expect(body).toMatchObject({ temperature: 0.2, reasoning_effort: 'low', stream_options: { include_usage: true } })
    expect(Object.keys(body).filter((key) => key.startsWith('max_'))).toEqual([name])
  })

  it('holds no key where there is none', async () => {
    const { base, requests } = await serve(streams(sse(says('Hi.', 'stop'))))
    await hear(client().complete(asks(base)))
    expect(requests[0]?.headers.authorization).toBeUndefined()
  })

  it('holds no key of another place', async () => {
    const { base, requests } = await serve(streams(sse(says('Hi.', 'stop'))))
    const key = async (name: string) => (name === 'OPENAI_API_KEY' ? 'sk-of-openai' : undefined)
    await hear(client({ key }).complete(asks(base)))
    await hear(client({ key, env: { OPENAI_API_BASE: base } }).complete(asks('')))
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, 'Bearer sk-of-openai'])
  })

  it('is nothing where a key is needed that is not there', async () => {
    const { base, requests } = await serve(streams(sse(says('Hi.', 'stop'))))
    const far = model(base, { keyName: 'FAR_KEY', local: false })
    const { failed } = await hear(client().complete(asks(base, { model: far })))
    expect(failed).toMatchObject({ reason: 'auth', message: expect.stringContaining('FAR_KEY') })
    expect(requests).toHaveLength(0)
  })

  it('is well-formed, whatever was said', async () => {
    const body = await sent('auto', { messages: [{ role: 'user', content: 'half \uD83C letter' }] })
    expect(JSON.stringify(body.messages)).toContain('half \uFFFD letter')
  })
})

describe('what a server answers', () => {
  const thinks = (delta: object): object => ({ choices: [{ index: 0, delta, finish_reason: null }] })

  it.each([
    ['reasoning', [thinks({ reasoning: 'Hm.' }), says('Yes.', 'stop')]],
    ['reasoning_content', [thinks({ reasoning_content: 'Hm.' }), says('Yes.', 'stop')]],
    ['both at once', [thinks({ reasoning: 'Hm.', reasoning_content: 'Hm.' }), says('Yes.', 'stop')]],
    ['marks in front of the answer', [says('<thi'), says('nk>Hm.</think>\n\nYes.', 'stop')]],
  ])('has its thoughts told apart: %s', async (_, events) => {
    const { base } = await serve(streams(sse(...events, '[DONE]')))
    expect(await hear(client().complete(asks(base)))).toMatchObject({ thought: 'Hm.', text: 'Yes.' })
  })

  it.each([
    ['in its first event', [usage(7, 2), says('Yes.', 'stop')]],
    ['in its last event', [says('Yes.', 'stop'), usage(7, 2)]],
    [
      'in every event, rising',
      [
        { ...says('Y'), ...usage(7, 1), choices: [{ index: 0, delta: { content: 'Y' } }] },
        says('es.', 'stop'),
        usage(7, 2),
      ],
    ],
  ])('says what it used %s', async (_, events) => {
    const { base } = await serve(streams(sse(...events, '[DONE]')))
    const { text, end } = await hear(client().complete(asks(base)))
    expect([text, end?.estimated]).toEqual(['Yes.', undefined])
    expect(end?.used).toMatchObject({ tokensIn: 7, tokensOut: 2, unpriced: true })
  })

  it('without a word of what it used is guessed at, and said to be', async () => {
    const { base } = await serve(streams(sse(says('Yes, that is so.', 'stop'), '[DONE]')))
    const { end } = await hear(client().complete(asks(base)))
    expect(end).toMatchObject({ estimated: true, used: { tokensIn: 6, tokensOut: 4 } })
  })
})

describe('a prompt that a server cut without a word', () => {
  const prose = 'The quick brown fox jumps over the lazy dog, and then it sleeps. '.repeat(400)
  const asked = async (dialect: Dialect, read: number) => {
    const { base } = await serve(streams(sse(says('Hi.'), finishes('stop'), usage(read, 2), '[DONE]')))
    const request = asks(base, { model: model(base, { dialect }), messages: [{ role: 'user', content: prose }] })
    return (await hear(client().complete(request))).end
  }

  it.each<[Dialect, number, true | undefined]>([
    ['ollama', 2048, true],
    ['lm-studio', 2048, true],
    ['auto', 2048, true],
    ['ollama', 6000, undefined],
    ['openai', 2048, undefined],
  ])('is known by how little it read (%s, %i)', async (dialect, read, truncated) => {
    expect((await asked(dialect, read))?.truncated).toBe(truncated)
  })

  it('that answers nothing says that its context is full', async () => {
    const { base } = await serve(streams(sse('[DONE]')), streams(sse(finishes('stop'), '[DONE]')))
    const small = model(base, { dialect: 'lm-studio', context: 4096 })
    const ask = () =>
      hear(client({ again: 0 }).complete(asks(base, { model: small, messages: [{ role: 'user', content: prose }] })))
    expect((await ask()).failed?.reason).toBe('context-overflow')
    expect((await ask()).failed).toMatchObject({ reason: 'context-overflow', message: expect.stringContaining('4096') })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultInside, faultOf } from './fault.ts'
import { sayings } from './sayings.ts'
import { waitIn } from './waits.ts'

const now = Date.UTC(2026, 10, 20, 12, 0, 0)
const judge = (status: number, body: unknown, headers = {}) =>
  faultOf(status, headers, typeof body === 'string' ? body : JSON.stringify(body), { now })
const error = (message: string, more: object = {}): object => ({ error: { message, ...more } })

describe('what a model server refuses with', () => {
  it.each([
    [
      'vLLM',
      400,
      error("This model's maximum context length is 4096 tokens. However, you requested 5000 tokens", {
        type: 'BadRequestError',
        code: 400,
      }),
    ],
    [
      'vLLM before',
      400,
      {
        object: 'error',
        message: "This model's maximum context length is 2048 tokens",
        type: 'BadRequestError',
        code: 400,
      },
    ],
    ['OpenAI', 400, error('Too many', { type: 'invalid_request_error', code: 'context_length_exceeded' })],
    [
      'LM Studio',
      400,
      error(
        'Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with context length of only 4096',
      ),
    ],
    ['LM Studio with words alone', 400, { error: 'Context size has been exceeded.' }],
    [
      'llama.cpp',
      400,
      error('the request exceeds the available context size, try increasing it', {
        code: 400,
        type: 'exceed_context_size_error',
      }),
    ],
    [
      'Ollama',
      400,
      error('prompt too long; exceeded max context length by 12 tokens', { type: 'invalid_request_error', code: null }),
    ],
    ['a proxy', 413, '<html><head><title>413 Request Entity Too Large</title></head></html>'],
    ['one that calls it its own fault', 500, error('Context size has been exceeded.')],
  ])('because it is too long for %s', (_, status, body) => {
    expect(judge(status, body)).toMatchObject({ reason: 'context-overflow', again: false })
  })

  it.each([
    [
      404,
      error('No models loaded. Please load a model', { type: 'invalid_request_error', param: 'model' }),
      'network',
      'lms load',
    ],
    [404, error("model 'llama9' not found", { type: 'not_found_error', code: null }), 'network', 'baton models'],
    [404, '404 page not found', 'network', '/v1'],
    [400, error('Invalid model identifier "x". Please specify a valid downloaded model'), 'network', 'baton models'],
    [
      400,
      error('"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'),
      'defect',
      'tools: json',
    ],
    [400, error('registry.ollama.ai/library/phi does not support tools'), 'defect', 'tools: json'],
    [400, error('Unknown parameter'), 'defect', 'Unknown parameter'],
    [401, error('Malformed LM Studio API token provided'), 'auth', 'key'],
    [402, error('Insufficient Balance'), 'quota', 'Balance'],
    [429, error('Rate limit reached for requests', { code: 'rate_limit_exceeded' }), 'rate-limited', 'Rate'],
    [
      429,
      error('You exceeded your current quota, please check your plan', { code: 'insufficient_quota' }),
      'quota',
      'quota',
    ],
    [
      500,
      error('The model has crashed without additional information. (Exit code: 6)'),
      'crashed',
      'log of the model server',
    ],
    [500, error('llama runner process has terminated: signal: killed'), 'crashed', 'memory'],
    [503, error('Loading model', { code: 503 }), 'overloaded', 'Loading'],
    [502, '<html><title>502 Bad Gateway</title>', 'overloaded', '502 Bad Gateway'],
    [500, '', 'overloaded', '500'],
    [418, 'x', 'defect', '418'],
    [422, { detail: 'messages: field required' }, 'defect', 'field required'],
    [400, [error('as a list')], 'defect', 'as a list'],
  ])('%i %j means %s', (status, body, reason, said) => {
    const found = judge(status, body)
    expect(found.reason).toBe(reason)
    expect(found.why).toContain(said)
  })

  it('asks somebody who knows more words, and when a limit ends', () => {
    const until = now + 90_000
    const classify = ({ text }: { text: string }) =>
      text.includes('siesta') ? ({ reason: 'quota', until } as const) : undefined
    const found = faultOf(429, {}, JSON.stringify(error('it is siesta')), { now, classify })
    expect(found).toMatchObject({ reason: 'quota', until, waitMs: 90_000, again: false })
    expect(faultOf(429, {}, JSON.stringify(error('busy')), { now, classify }).reason).toBe('rate-limited')
  })

  it('is found inside an answer, and only there where it is one', () => {
    for (const none of [{ choices: [] }, { error: null }, null, 'error', [], { error: undefined }])
      expect(faultInside(none, '', { now })).toBeUndefined()
    expect(faultInside({ message: 'x' }, 'error', { now })?.reason).toBe('bad-output')
    expect(faultInside({ type: 'error', message: 'Rate limit' }, '', { now })).toMatchObject({
      reason: 'rate-limited',
      again: true,
    })
  })

  it('never breaks whoever reads it, and stays short', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        expect(judge(status, body).why.length).toBeLessThan(900)
      }),
    )
  })

  it('is read quickly however long it is', () => {
    const began = performance.now()
    for (const many of ['model ', 'context size ', 'max_tokens ', 'a', "'", ' exceed'])
      for (const { says } of sayings) says.test(many.repeat(32_768 / many.length))
    expect(performance.now() - began).toBeLessThan(3000)
  })
})

describe('how long a server asks to be left alone', () => {
  it.each([
    [{ 'retry-after': '2' }, 2000],
    [{ 'retry-after': '0.25' }, 250],
    [{ 'retry-after-ms': '1500', 'retry-after': '9' }, 1500],
    [{ 'retry-after': 'Fri, 20 Nov 2026 12:01:00 GMT' }, 60_000],
    [{ 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m1.5s' }, 361_500],
    [{ 'x-ratelimit-remaining-requests': '7', 'x-ratelimit-reset-requests': '6m0s' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-1' }, undefined],
    [{ 'retry-after': '99999999999' }, undefined],
    [{ 'retry-after': 'NaN' }, undefined],
    [{}, undefined],
  ])('%j', (headers, ms) => expect(waitIn(headers, now)).toBe(ms))
})

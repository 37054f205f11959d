// Answers that must be of a schema: validated here, asked for once more, and never believed.
import { describe, expect, it } from 'vitest'
import { asks, breaks, client, finishes, hear, refuses, says, serve, sse, streams, usage } from './stage.ts'

const schema = {
  name: 'verdict',
  schema: {
    type: 'object',
    properties: { good: { type: 'boolean' } },
    required: ['good'],
    additionalProperties: false,
  },
}
const answer = (text: string, finish = 'stop'): ReturnType<typeof streams> =>
  streams(sse(says(text), finishes(finish), usage(10, 5), '[DONE]'))

describe('an answer of a schema', () => {
  it('is given once it is valid', async () => {
    const { base, requests } = await serve(answer('{"good":true}'))
    const { text, end } = await hear(client().complete(asks(base, { schema })))
    expect([text, end?.json]).toEqual(['{"good":true}', { good: true }])
    expect(JSON.parse(requests[0]?.body ?? '')).toMatchObject({
      response_format: { type: 'json_schema', json_schema: { name: 'verdict', strict: true, schema: schema.schema } },
    })
  })

  it('is asked for once more, with what was wrong; both are counted, and only the good one is given', async () => {
    const { base, requests } = await serve(answer('{"good":"perhaps"}'), answer('{"good":false}'))
    const { parts, end } = await hear(client().complete(asks(base, { schema })))
    expect(parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []))).toEqual(['{"good":false}'])
    expect(end).toMatchObject({ json: { good: false }, used: { tokensIn: 20, tokensOut: 10 } })
    const { messages } = JSON.parse(requests[1]?.body ?? '') as { messages: { role: string; content: string }[] }
    expect(messages.slice(-2)).toEqual([
      { role: 'assistant', content: '{"good":"perhaps"}' },
      { role: 'user', content: expect.stringContaining('/good must be boolean') },
    ])
  })

  it('that is wrong twice is a failure, with what was said and used', async () => {
    const { base, requests } = await serve(answer('no'), answer('still no'))
    const { failed, text } = await hear(client().complete(asks(base, { schema })))
    expect(failed).toMatchObject({ reason: 'bad-output', text: 'still no', used: { tokensIn: 20, tokensOut: 10 } })
    expect([text, requests.length]).toEqual(['', 2])
  })

  it('that was cut is not asked for again', async () => {
    const { base, requests } = await serve(answer('{"good":', 'length'))
    expect((await hear(client().complete(asks(base, { schema })))).failed).toMatchObject({ reason: 'bad-output' })
    expect(requests).toHaveLength(1)
  })

  it('whose second try breaks off says so, and counts the first', async () => {
    const { base } = await serve(answer('no'), breaks(sse(says('{"go')), 'reset'))
    const { failed } = await hear(client().complete(asks(base, { schema })))
    expect(failed).toMatchObject({ reason: 'network', text: '{"go' })
    expect(failed?.used?.tokensIn).toBeGreaterThan(10)
  })

  it('that a server cannot hold itself to is asked for in words', async () => {
    const { base, requests } = await serve(
      refuses(400, { error: { message: "'response_format.type' must be 'text'" } }),
      answer('```json\n{"good":true}\n```'),
    )
    expect((await hear(client().complete(asks(base, { schema })))).end?.json).toEqual({ good: true })
    const second = JSON.parse(requests[1]?.body ?? '') as { response_format?: object; messages: { content: string }[] }
    expect(second.response_format).toBeUndefined()
    expect(second.messages.at(-1)?.content).toContain('"good"')
  })

  it('may be a call of a tool instead', async () => {
    const call = {
      choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }] } }],
    }
    const { base } = await serve(streams(sse(call, finishes('tool_calls'), '[DONE]')))
    const tools = [{ name: 'f', description: '', parameters: {} }]
    expect(await hear(client().complete(asks(base, { schema, tools })))).toMatchObject({
      calls: [{ name: 'f' }],
      end: { finish: 'calls' },
    })
  })
})

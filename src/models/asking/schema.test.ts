import { describe, expect, it } from 'vitest'
import { checkerOf } from './schema.ts'

const shape = {
  name: 'verdict',
  schema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: { good: { type: 'boolean' }, notes: { type: 'array', items: { type: 'string' } } },
    required: ['good'],
    additionalProperties: false,
  },
}

describe('an answer of a schema', () => {
  it.each([
    '{"good":true}',
    ' \n{"good":true}\n',
    '```json\n{"good":true}\n```',
    '```\n{"good":true}```',
    'Hm, {"good":false}?</think>\n{"good":true}',
  ])('is %j', async (text) => expect((await checkerOf(shape))(text)).toEqual({ ok: true, value: { good: true } }))

  it.each([
    ['', 'no JSON'],
    ['Sure! {"good":true}', 'no JSON'],
    ['{"good":"yes"}', '/good'],
    ['{}', 'good'],
    ['{"good":true,"x":1}', 'additional'],
    ['[]', 'object'],
    ['```', 'no JSON'],
    ['{"good":true,"notes":[1]}', '/notes/0'],
  ])('is not %j', async (text, why) => {
    const found = (await checkerOf(shape))(text)
    expect(found).toEqual({ ok: false, why: expect.stringContaining(why) })
  })

  it('that is nested without end is none, and breaks nobody', async () => {
    const tree = { $defs: { node: { type: 'array', items: { $ref: '#/$defs/node' } } }, $ref: '#/$defs/node' }
    const check = await checkerOf({ name: 'tree', schema: tree })
    expect(check('[[],[[]]]').ok).toBe(true)
    expect(check(`${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`)).toMatchObject({ ok: false })
  })

  it('cannot be looked at when the schema is none', async () => {
    await expect(checkerOf({ name: 'odd', schema: { type: 'nonsense' } })).rejects.toMatchObject({ reason: 'defect' })
    await expect(checkerOf({ name: 'far', schema: { $ref: 'https://example.com/x' } })).rejects.toMatchObject({
      reason: 'defect',
    })
  })
})

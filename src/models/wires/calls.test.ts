import { describe, expect, it } from 'vitest'
import { Calls } from './calls.ts'
import { sayable, strictly } from './chat-request.ts'

function put(...pieces: readonly unknown[]): string[] {
  const calls = new Calls(16)
  for (const piece of pieces) calls.take(piece)
  return calls.whole().map(({ id, name, arguments: given }) => `${id} ${name} ${given}`)
}

const of = (index: number | undefined, id: string | undefined, name: string | undefined, given: unknown): object => ({
  ...(index !== undefined && { index }),
  ...(id !== undefined && { id }),
  function: { ...(name !== undefined && { name }), ...(given !== undefined && { arguments: given }) },
})

describe('calls of tools', () => {
  it.each([
    [
      'in order, mixed',
      [
        of(0, 'a', 'f', '{"x"'),
        of(1, 'b', 'g', ''),
        of(0, undefined, undefined, ':1}'),
        of(1, undefined, undefined, '{}'),
      ],
    ],
    ['all at one place', [of(0, 'a', 'f', '{"x":1}'), of(0, 'b', 'g', '{}')]],
    [
      'without a place',
      [of(undefined, 'a', 'f', '{"x"'), of(undefined, 'a', undefined, ':1}'), of(undefined, 'b', 'g', '{}')],
    ],
    ['with the name in every piece', [of(0, 'a', 'f', '{"x"'), of(0, 'a', 'f', ':1}'), of(1, 'b', 'g', '{}')]],
    ['with arguments that are no text', [of(0, 'a', 'f', { x: 1 }), of(1, 'b', 'g', null)]],
    ['with empty words for what is absent', [of(0, 'a', 'f', '{"x":1}'), of(0, '', '', ''), of(1, 'b', 'g', '')]],
    [
      'with nulls',
      [
        of(0, 'a', 'f', '{"x":1}'),
        { index: 0, id: null, function: { name: null, arguments: null } },
        of(1, 'b', 'g', '{}'),
      ],
    ],
  ])('come %s', (_, pieces) => expect(put(...pieces)).toEqual(['a f {"x":1}', 'b g {}']))

  it('get ids where servers give none, or the same one twice', () => {
    expect(put(of(0, undefined, 'f', '{}'), of(1, undefined, 'g', '{}'))).toEqual(['call_1 f {}', 'call_2 g {}'])
    expect(put(of(0, 'a', 'f', '{}'), of(1, 'a', 'g', '{}'))).toEqual(['a f {}', 'a_2 g {}'])
  })

  it('without a place and id are told apart by their names, also when one is called twice', () => {
    expect(
      put(
        of(undefined, undefined, 'f', '{}'),
        of(undefined, undefined, 'g', '{"y":'),
        of(undefined, undefined, undefined, '2}'),
      ),
    ).toEqual(['call_1 f {}', 'call_2 g {"y":2}'])
    expect(put(of(undefined, undefined, 'f', '{}'), of(undefined, undefined, 'f', '{}'))).toHaveLength(2)
  })

  it('that are none are let by', () =>
    expect(put(null, 1, 'x', [], {}, { function: 1 }, of(3, 'a', '', '{}'))).toEqual([]))
})

describe('what is sent again', () => {
  it('is always an object that servers can parse', () => {
    expect(sayable('{"a":1}')).toBe('{"a":1}')
    for (const odd of ['', '{"a":', '[1]', '1', 'null', '"x"'])
      expect(JSON.parse(sayable(odd))).toEqual({ invalid: odd })
  })

  it('is called strict only where it leaves nothing open', () => {
    const closed = {
      type: 'object',
      properties: { a: { type: 'string' } },
      required: ['a'],
      additionalProperties: false,
    }
    expect(strictly(closed)).toBe(true)
    expect(strictly({ ...closed, required: [] })).toBe(false)
    expect(strictly({ ...closed, additionalProperties: true })).toBe(false)
    expect(strictly({ type: 'array', items: { type: 'object' } })).toBe(false)
    let deep: object = closed
    for (let n = 0; n < 10_000; n += 1) deep = { items: deep }
    expect(strictly(deep)).toBe(false)
  })
})

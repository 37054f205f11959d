import { expect, it } from 'vitest'
import { parseFrame, parseGuarded, readCall } from './envelope.ts'

it('reads a call, a pull and a cancel', () => {
  const call = { id: 1, method: 'status/list', params: {}, folder: '/r' }
  expect(readCall(JSON.stringify(call))).toEqual(call)
  expect(readCall('{"pull":3,"count":5}')).toEqual({ pull: 3, count: 5 })
  expect(readCall('{"cancel":3}')).toEqual({ cancel: 3 })
})

it.each([
  'null',
  '[]',
  '{',
  '"a"',
  '{"a":{"__proto__":1}}',
  '{"constructor":1}',
  `${'{"a":'.repeat(65)}1${'}'.repeat(65)}`,
  '['.repeat(5_000_000),
])('is no frame: %.40s', (text) => {
  expect(parseFrame(text)).toBeUndefined()
})

it('counts brackets only outside of strings', () => {
  expect(parseFrame(`{"a":"${'['.repeat(100)}\\"${'{'.repeat(100)}"}`)).toBeDefined()
})

it.each([
  ['{"id":-1,"method":"a"}', -1],
  ['{"id":1.5,"method":"a"}', -1],
  ['{"id":2}', 2],
  ['{"id":3,"method":"a","folder":7}', 3],
])('refuses %s under the id it can', (text, id) => {
  expect(readCall(text)).toMatchObject({ id, refusal: { kind: 'invalid' } })
})

it('counts the parts of a text before it is parsed, and not those that are only words', () => {
  expect(parseGuarded('[1,2,3]', 100, 3)).toEqual([1, 2, 3])
  expect(parseGuarded('[1,2,3]', 100, 2)).toBeUndefined()
  expect(parseGuarded('["a,b,c,\\",d"]', 100, 1)).toEqual(['a,b,c,",d'])
})

// Entries come back as they were written, and nothing else is an entry.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Part } from '../../core/nouns/entry.ts'
import { isCanonical, leafHash, MalformedEntry, maxBytes, noHash, prepare, readEntry, writeEntry } from './entry.ts'

const part = (data: unknown): Part => ({ stream: 's', at: 1, by: 'b', because: '', type: 't', version: 1, data })
const textOf = (data: unknown) => writeEntry(prepare(part(data)), 1, noHash).row.text
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let at = 0; at < depth; at++) value = [value]
  return value
}

it('has one spelling', () => {
  const { row } = writeEntry(prepare({ ...part({ z: 1, a: [null, 'é'] }), stream: 'plan "x"' }), 7, 'ab'.repeat(32))
  expect(row.text).toBe(
    '{"seq":7,"stream":"plan \\"x\\"","at":1,"by":"b","because":"","type":"t","version":1,' +
      `"data":{"z":1,"a":[null,"é"]},"prev":"${'ab'.repeat(32)}"}`,
  )
  expect(row.hash).toBe(leafHash(row.text))
})

it('round-trips whatever JSON can hold', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 })
  const parts = fc.record({
    stream: name,
    at: fc.maxSafeNat(),
    by: fc.string({ unit: 'binary' }),
    because: fc.string({ unit: 'binary' }),
    type: name,
    version: fc.integer({ min: 1, max: 9 }),
    // A key of this name is refused on purpose, see below.
    data: fc
      .jsonValue({ stringUnit: 'binary', maxDepth: 5 })
      .filter((one) => !JSON.stringify(one).includes('__proto__')),
  })
  const holds = (made: Part, seq: number) => {
    const prepared = prepare(made)
    const { entry, row } = writeEntry(prepared, seq + 1, noHash)
    const read = readEntry(Buffer.from(row.text).toString('utf8'))
    expect(JSON.stringify(read)).toBe(JSON.stringify(entry))
    expect(isCanonical(row.text, read)).toBe(true)
  }
  fc.assert(fc.property(parts, fc.nat(), holds), { numRuns: 500 })
})

it('keeps half surrogates and replacement characters in data as escapes', () => {
  const text = textOf({ half: '\ud83d', lost: 'a\ufffdb', deep: { '\ufffd': '\\ufffd' } })
  expect(text.isWellFormed() && !text.includes('\ufffd')).toBe(true)
  expect(readEntry(text).data).toEqual({ half: '\ud83d', lost: 'a\ufffdb', deep: { '\ufffd': '\\ufffd' } })
})

it('records what the parts held when they were given', () => {
  const data = { n: 1 }
  const prepared = prepare(part(data))
  data.n = 2
  expect(readEntry(writeEntry(prepared, 1, noHash).row.text).data).toEqual({ n: 1 })
})

it.each([
  ['a number that is none', { a: Number.NaN }],
  ['infinity', [Number.POSITIVE_INFINITY]],
  ['a function', { a: () => 1 }],
  ['nothing', undefined],
  ['a hole', [undefined]],
  ['a date', new Date(0)],
  ['a map', new Map()],
  ['a bigint', 1n],
  ['65 levels', nested(65)],
  ['a __proto__ key', JSON.parse('{"a":{"__proto__":1}}')],
  ['too much', 'x'.repeat(maxBytes)],
  ['too many bytes', 'é'.repeat(maxBytes / 2)],
])('does not write %s', (_, data) => {
  expect(() => prepare(part(data))).toThrow(MalformedEntry)
})

it('writes 64 levels', () => {
  expect(readEntry(textOf(nested(64))).data).toEqual(nested(64))
})

it.each([
  ['stream', ''],
  ['stream', '\ud800'],
  ['at', -1],
  ['at', 1.5],
  ['by', 3],
  ['because', null],
  ['type', ''],
  ['version', 0],
])('does not write a %s of %j', (key, value) => {
  expect(() => prepare({ ...part(1), [key]: value } as Part)).toThrow(MalformedEntry)
})

const good = textOf({ a: 1 })
it.each([
  ['nothing', ''],
  ['no object', '[]'],
  ['null', 'null'],
  ['half', good.slice(0, -1)],
  ['more', `${good}x`],
  ['another order', good.replace('"at":1,"by":"b"', '"by":"b","at":1')],
  ['a key more', good.replace('"at":1', '"at":1,"on":2')],
  ['a key less', good.replace('"at":1,', '')],
  ['a bad link', good.replace(/0{64}/, '0'.repeat(63))],
  ['capitals in the link', good.replace(/0{64}/, 'A'.repeat(64))],
  ['sequence 0', good.replace('"seq":1', '"seq":0')],
  ['lost bytes', good.replace('"b"', '"\ufffd"')],
  ['__proto__', good.replace('"a":1', '"__proto__":1')],
  ['an escaped __proto__', good.replace('"a":1', '"\\u005f_proto__":1')],
  ['100,000 levels', good.replace('{"a":1}', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ['too much', good.replace('"b"', `"${'x'.repeat(maxBytes)}"`)],
])('does not read %s', (_, text) => {
  expect(() => readEntry(text)).toThrow(MalformedEntry)
})

it.each([
  ['white space', good.replace('"at":1', '"at": 1')],
  ['a second type', good.replace('"type":"t"', '"type":"x","type":"t"')],
  ['second data', good.replace('"data":', '"data":7,"data":')],
  ['a second key inside', good.replace('"a":1', '"a":2,"a":1')],
  ['another number', good.replace('"a":1', '"a":1.0')],
  ['another escape', good.replace('"b"', '"\\u0062"')],
])('knows that %s is another spelling', (_, text) => {
  expect(isCanonical(text, readEntry(text))).toBe(false)
})

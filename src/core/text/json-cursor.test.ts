// Going through JSON finds every member and element where it stands, and comes to an end in any text.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonCursor, wordsOf } from './json-cursor.ts'

/** The value again, by walking alone. */
function walked(cursor: JsonCursor): unknown {
  if (cursor.isObject) {
    const entries: [string, unknown][] = []
    cursor.members((key) => entries.push([key, walked(cursor)]))
    return Object.fromEntries(entries)
  }
  if (!cursor.isList) return JSON.parse(cursor.written())
  const list: unknown[] = []
  cursor.elements(() => list.push(walked(cursor)))
  return list
}

describe('a walk', () => {
  it('meets every value, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(2), fc.constantFrom('', '\ufeff', ' \r\n'), (value, indent, before) => {
        const text = `${before}${JSON.stringify(value, null, indent)}\n`
        expect(walked(new JsonCursor(text))).toEqual(JSON.parse(JSON.stringify(value)))
        const cursor = new JsonCursor(text)
        cursor.skip()
        expect(text.slice(cursor.at)).toBe('\n')
      }),
      { numRuns: 500 },
    )
  })

  it('passes over what nobody looks into, and stops where it is told', () => {
    const text =
      '{"a\\"b" : ["x", {"y": "]}\\\\"}], "c": 1.10, "long": "........................\\"", "d": null, "e": 2}'
    const seen: [string, string][] = []
    const cursor = new JsonCursor(text)
    cursor.members((key, at) => {
      seen.push([key, text.slice(at, at + 4)])
      if (key === 'd') cursor.stop()
    })
    expect(seen).toEqual([
      ['a"b', '["x"'],
      ['c', '1.10'],
      ['long', '"...'],
      ['d', 'null'],
    ])
    expect(cursor.at).toBe(text.length)
  })

  it('ends in any text, and throws nothing', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      ' ',
      '\n',
      '"k":',
      '"v",',
      '1',
      '\ud800',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.boolean(), (pieces, deep) => {
        const cursor = new JsonCursor(pieces.join(''))
        const visit = (left: number): void => {
          if (cursor.isObject) cursor.members((key) => void (key.length >= 0 && deep && left > 0 && visit(left - 1)))
          else if (cursor.isList) cursor.elements(() => void (deep && left > 0 && visit(left - 1)))
          else wordsOf(cursor.written())
        }
        visit(40)
        expect(cursor.at).toBeLessThanOrEqual(cursor.text.length + 1)
      }),
      { numRuns: 2000 },
    )
    const began = performance.now()
    for (const text of [
      '['.repeat(1_000_000),
      `"${'\\'.repeat(1_000_000)}`,
      '{"a":'.repeat(200_000),
      '"\\"'.repeat(300_000),
    ]) {
      const cursor = new JsonCursor(text)
      cursor.members(() => undefined)
      cursor.skip()
    }
    expect(performance.now() - began).toBeLessThan(2000)
  })

  it('takes numbers as they are written', () => {
    expect(['3.10', '"3.1\\u0030"', 'true', 'null', '[1]', '"\\x"'].map(wordsOf)).toEqual([
      '3.10',
      '3.10',
      'true',
      '',
      '',
      '',
    ])
  })
})

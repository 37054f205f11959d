// JSON of strangers is read as JSON.parse reads it, with places; what is odd is said where it stands, and nothing makes it hang.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readJson } from './json.ts'

const said = (text: string): string[] =>
  readJson(text, 'a.json').notes.map(({ line, column, kind, text: words }) => `${line}:${column} ${kind} ${words}`)

describe('a value', () => {
  it('is what JSON.parse gives, or there is an error', () => {
    const json = fc.json()
    const mutated = fc.tuple(
      json,
      fc.nat(40),
      fc.nat(4),
      fc.constantFrom('', ',', '"', '\\', '{', ']', '\u0001', '1.', '-', 'tru', '\r'),
    )
    fc.assert(
      fc.property(mutated, ([text, at, cut, put]) => {
        const written = text.slice(0, at) + put + text.slice(at + cut)
        const read = readJson(written, 'a.json')
        let parsed: unknown
        let broken = false
        try {
          parsed = JSON.parse(written)
        } catch {
          broken = true
        }
        if (broken) expect(read.notes.length).toBeGreaterThan(0)
        else if (read.notes.length > 0) expect(read.notes.every(({ kind }) => kind === 'key')).toBe(true)
        else expect(read.value).toEqual(parsed)
        if (read.notes.length > 0) expect(read.value).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
  })

  it('stands where at and span say, whatever the spacing and the escapes', () => {
    const text = '\ufeff{\r\n  "a" : [1.10, {"\\u0062" :\ttrue}, -0e+1],\r"é": "x\\"y"\n}'
    const read = readJson(text, 'a.json', { line: 7 })
    expect(read.notes).toEqual([])
    const cut = (path: (string | number)[]): string | undefined => {
      const span = read.member(path)
      return span && text.slice(span.start, span.end)
    }
    expect(read.written(['a', 0])).toBe('1.10')
    expect(cut(['a', 1, 'b'])).toBe('"\\u0062" :\ttrue')
    expect(cut(['a', 2])).toBe('-0e+1')
    expect(cut(['é'])).toBe('"é": "x\\"y"')
    expect(read.span(['a', 3])).toBeUndefined()
    expect(read.span(['a', 'b'])).toBeUndefined()
    expect(read.span([0])).toBeUndefined()
    expect(read.keys([])).toEqual(['a', 'é'])
    expect(read.keys(['a'])).toEqual([])
    expect([read.size([]), read.size(['a']), read.size(['é']), read.size(['no'])]).toEqual([2, 3, 0, 0])
    expect(read.at(['a', 1, 'b'])).toEqual({ file: 'a.json', line: 8, column: 28 })
    expect(read.at(['é', 'nowhere'])).toEqual({ file: 'a.json', line: 9, column: 6 })
    expect(read.at([])).toEqual({ file: 'a.json', line: 7, column: 1 })
  })

  it('is found by its path in any text', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const read = readJson(JSON.stringify(value, null, indent), 'a.json', { places: indent > 1 })
        if (read.notes.length > 0) return
        const visit = (now: unknown, path: (string | number)[]): void => {
          expect(JSON.parse(read.written(path) ?? 'nothing')).toEqual(now)
          if (Array.isArray(now)) for (const [at, one] of now.entries()) visit(one, [...path, at])
          else if (typeof now === 'object' && now !== null)
            for (const [key, one] of Object.entries(now)) visit(one, [...path, key])
        }
        visit(read.value, [])
      }),
    )
  })

  it('is the same whatever stood before it, keys with quotes in them included', () => {
    const keys = fc.constantFrom('a', 'b', 'ab', 'a":1,"b', 'c\\', '\u0061', 'é', '')
    const objects = fc.array(fc.array(fc.tuple(keys, fc.constantFrom(1, 'x"y', {}, [{ a: 1 }]))), { maxLength: 6 })
    fc.assert(
      fc.property(objects, fc.boolean(), (list, escaped) => {
        const written = list.map((members) =>
          members.map(([key, value]) => {
            const name = escaped && key === 'a' ? '"\\u0061"' : JSON.stringify(key)
            return `${name}:${JSON.stringify(value)}`
          }),
        )
        const twice = list.some((members) => new Set(members.map(([key]) => key)).size < members.length)
        const text = `[${written.map((members) => `{${members.join()}}`).join()}]`
        const read = readJson(text, 'a', { places: true })
        expect(read.notes.length > 0).toBe(twice)
        if (twice) return
        expect(read.value).toEqual(JSON.parse(text))
        for (const [at, members] of list.entries()) {
          expect(read.keys([at])).toEqual(members.map(([key]) => key))
          for (const [key, value] of members) expect(JSON.parse(read.written([at, key]) ?? '')).toEqual(value)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is not taken for a key with quotes in it that stood there before', () => {
    const read = readJson('[{"a\\":1,\\"b":0},{"a":1,"b":2}]', 'a', { places: true })
    expect([read.keys([0]), read.keys([1])]).toEqual([['a":1,"b'], ['a', 'b']])
  })

  it('of an object with very many keys is found at once', () => {
    const text = JSON.stringify(Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, at])))
    const read = readJson(text, 'a.json')
    for (let at = 0; at < 20_000; at += 1) expect(read.written([`k${at}`])).toBe(String(at))
  })
})

describe('a fault', () => {
  it.each([
    ['', '1:1 syntax The text ends where a value must stand.'],
    ['{"a":1,}', '1:7 syntax Nothing follows this comma.'],
    ['{"a":1\n "b":2}', '2:2 syntax There must be "," or "}" before """.'],
    ['[1\r\n2]', '2:1 syntax There must be "," or "]" before "2".'],
    ['{a:1}', '1:2 syntax There must be a key in double quotes, not "a".'],
    ['{"a" 1}', '1:6 syntax There must be ":" after the key "a".'],
    ['// no', '1:1 syntax JSON has no comments.'],
    ['[01]', '1:2 syntax "01" is no number in JSON.'],
    ['[NaN]', '1:2 syntax There must be a value, not "NaN".'],
    ['["a\nb"]', '1:4 syntax A line ends inside a string.'],
    ['["\\x41"]', '1:3 syntax This backslash begins no known escape.'],
    ['["a', '1:2 syntax The string that begins here is never closed.'],
    ['[[1]', '1:5 syntax The text ends before its last "]".'],
    ['{} {}', '1:4 syntax Something stands behind the end of the JSON.'],
    ['{"__proto__":1}', '1:2 key The key "__proto__" cannot be used here.'],
    ['{"\\u005f_proto__":1}', '1:2 key The key "__proto__" cannot be used here.'],
    ['{"a":1,\n"\\u0061":2}', '2:1 key The key "a" stands here a second time.'],
    ['\0', '1:1 syntax There must be a value, not "\\x00".'],
  ])('in %j is said in its place', (text, words) => {
    expect(said(text)).toEqual([words])
  })

  it('of depth or of number is found before anything is made', () => {
    expect(said('['.repeat(1_000_000))).toEqual(['1:65 too-deep This is nested more than 64 levels deep.'])
    expect(said('{"a":'.repeat(100_000))).toEqual(['1:321 too-deep This is nested more than 64 levels deep.'])
    expect(readJson('[1,1,1]', 'a', { valuesAtMost: 3 }).notes).toMatchObject([{ kind: 'too-many' }])
    expect(readJson('[1,1,1]', 'a', { lettersAtMost: 6 }).notes).toMatchObject([{ kind: 'too-large' }])
  })

  it('does not make it slow', () => {
    const began = performance.now()
    for (const text of [
      `"${'\\'.repeat(1_000_001)}`,
      `[${'1'.repeat(1_000_000)}`,
      ' '.repeat(1_000_000),
      `{${'"a":1,'.repeat(150_000)}`,
    ])
      said(text)
    expect(performance.now() - began).toBeLessThan(2000)
  })
})

// Reads YAML and JSON with places, and refuses what could overflow, blow up or reach a prototype.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readYaml } from './yaml.ts'

const kinds = (text: string): string[] =>
  readYaml(text, 'f').notes.map(({ line, column, kind }) => `${line}:${column} ${kind}`)

describe('values', () => {
  it('reads YAML and JSON alike', () => {
    const value = { a: [1, 'x', true, null], b: { c: '1.0', 'd e': -2.5 } }
    expect(readYaml('a: [1, x, true, null]\nb:\n  c: "1.0"\n  "d e": -2.5\n', 'f').value).toEqual(value)
    expect(readYaml(JSON.stringify(value, null, 2), 'f').value).toEqual(value)
    expect(readYaml('', 'f')).toMatchObject({ value: null, notes: [] })
    expect(readYaml('a: yes\nb: 2026-01-05\nc: 0x10\n012: |\n  x\n', 'f').value).toEqual({
      a: 'yes',
      b: '2026-01-05',
      c: 16,
      '012': 'x\n',
    })
  })

  it('knows where each stands, and how it was written', () => {
    const yaml = readYaml('a: 1.10\nb:\n  - x\n  - c: y\n', 'f')
    expect(yaml.written(['a'])).toBe('1.10')
    expect(yaml.written(['b'])).toBeUndefined()
    expect(yaml.at(['b', 1, 'c'])).toEqual({ file: 'f', line: 4, column: 8 })
    expect(yaml.at(['b', 1, 'nope', 2])).toEqual({ file: 'f', line: 4, column: 5 })
    expect(yaml.at(['nope'])).toEqual({ file: 'f', line: 1, column: 1 })
  })

  it('reads back what JSON writes', () => {
    const safe = fc.stringMatching(/^[a-z]{1,8}$/).filter((key) => key !== 'constructor' && key !== 'prototype')
    const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(safe, tie('tree'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }))
    fc.assert(
      fc.property(tree, (value) => {
        expect(readYaml(JSON.stringify(value), 'f').value).toEqual(value)
      }),
    )
  })
})

describe('refusals', () => {
  it.each([
    ['a: 1\na: 2\n', ['2:1 key']],
    ['a: &x 1\nb: *x\n', ['1:7 alias', '2:4 alias']],
    ['__proto__: {x: 1}\n', ['1:1 key']],
    ['a: {constructor: 1, prototype: 2}\n', ['1:5 key', '1:21 key']],
    ['"__pro\\u0074o__": 1\n', ['1:1 key']],
    ['<<: {a: 1}\n', ['1:1 key']],
    ['? [a]\n: b\n', ['1:3 key']],
    ['a: 1\n---\nb: 2\n', ['2:1 yaml']],
    ['a: !!set {x}\n', ['1:10 tag']],
    ['a: !mine x\n', ['1:4 yaml']],
    ['a: b: c\n', ['1:4 yaml']],
    ['a:\n\t- b\n', ['2:1 yaml']],
  ])('%j', (text, expected) => {
    const read = readYaml(text, 'f')
    expect(
      kinds(text)
        .slice(0, expected.length)
        .map((each) => each.replace(/^(\d+):\d+ yaml$/, '$1 yaml')),
    ).toEqual(expected.map((each) => each.replace(/^(\d+):\d+ yaml$/, '$1 yaml')))
    expect(read.value).toBeUndefined()
    expect(read.notes.every(({ level, remedy }) => level === 'error' && remedy !== undefined)).toBe(true)
  })

  it('holds at the bound of depth from both sides', () => {
    expect(kinds('['.repeat(64) + ']'.repeat(64))).toEqual([])
    expect(kinds('['.repeat(65) + ']'.repeat(65))).toEqual(['1:65 too-deep'])
    for (const depth of [65, 70, 900, 900, 50_000]) expect(kinds('['.repeat(depth))[0]).toMatch(/too-deep$/)
  })

  it('refuses what is too large, quickly', () => {
    expect(kinds('a'.repeat(1_048_577))).toEqual(['1:1 too-large'])
    const began = performance.now()
    for (const piece of ['k: 1\n', '[]\n', '"', '? a\n', '&a ', '%a\n', ', ', ']', '---\n', ': ']) {
      readYaml(piece.repeat(Math.floor(1_000_000 / piece.length)), 'f')
      readYaml(`{${piece.repeat(Math.floor(1_000_000 / piece.length))}`, 'f')
    }
    expect(performance.now() - began).toBeLessThan(15_000)
  })

  it('never throws, whatever it is given', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      ': ',
      '- ',
      '\n',
      '  ',
      '"',
      "'",
      '&a',
      '*a',
      '!!x',
      '|',
      '>',
      '%',
      '---',
      '#',
      'a',
      '1',
      '?',
      ',',
      '\t',
      '\0',
      '\u2028',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.array(piece, { maxLength: 60 }).map((all) => all.join('')),
        ),
        (text) => {
          const read = readYaml(text, 'f')
          expect(read.notes.length > 0).toBe(read.value === undefined)
        },
      ),
      { numRuns: 400 },
    )
  })
})

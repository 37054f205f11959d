// What is written in a query comes back as what was meant, for every method that may be asked by one.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fitting, type Schema } from '../../tests/attacks/shaped.ts'
import { Refused } from '../core/refusals.ts'
import { coerce, type Query, queryable } from './coerce.ts'
import { methods } from './index.ts'
import { type AnyMethod, views } from './method.ts'

const looks = methods.filter(({ shape }) => shape === 'view' || shape === 'read') as readonly AnyMethod[]
const byQuery = (methods as readonly AnyMethod[]).filter(queryable)

const sample = (shape: z.ZodRawShape): AnyMethod =>
  views({ name: 'a/b', caption: 'A.', needs: 'read', params: z.strictObject(shape), view: () => 0 }) as AnyMethod

/** As a caller would write it; the reader below is the one that doors use. */
function written(params: Readonly<Record<string, unknown>>): Query {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(params)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) search.append(key, String(one))
  }
  const back = new URLSearchParams(search.toString())
  return Object.fromEntries(
    [...new Set(back.keys())].map((key) => {
      const all = back.getAll(key)
      return [key, all.length === 1 ? (all[0] ?? '') : all]
    }),
  )
}

describe('every method that may be asked by a query', () => {
  it.each(byQuery.map((method) => [method.name, method] as const))('%s', (_name, method) => {
    const schema = z.toJSONSchema(method.params, { io: 'input' }) as Schema
    const valid = fitting(schema).filter((value) => method.params.safeParse(value).success)
    fc.assert(
      fc.property(valid, (params) => {
        const given = params as Record<string, unknown>
        expect(coerce(method, written(given))).toEqual(given)
      }),
      { numRuns: 60 },
    )
  })

  it('is every read and view but those that take a graph or a table', () => {
    expect(looks.filter((method) => !queryable(method)).map(({ name }) => name)).toEqual([
      'cost/simulate',
      'schedule/simulate',
    ])
    expect(byQuery.filter((method) => !looks.includes(method))).toEqual([])
  })
})

describe('a query', () => {
  const all = sample({
    n: z.int().optional(),
    x: z.number().optional(),
    yes: z.boolean().default(false),
    names: z.array(z.string()).default([]),
    seqs: z.array(z.int()).optional(),
    word: z.string().optional(),
    deep: z.object({ a: z.int() }).optional(),
    rows: z.array(z.object({ a: z.int() })).optional(),
    either: z.union([z.int(), z.boolean()]).optional(),
    maybe: z.int().nullable().optional(),
  })

  it('gives numbers, booleans, lists and words as they are wanted', () => {
    expect(coerce(all, { n: '7', x: '-1.5e3', yes: 'true', names: 'one', seqs: ['1', '2'], word: '01' })).toEqual({
      n: 7,
      x: -1500,
      yes: true,
      names: ['one'],
      seqs: [1, 2],
      word: '01',
    })
    expect([coerce(all, { either: 'true' }), coerce(all, { either: '3' })]).toEqual([{ either: true }, { either: 3 }])
    expect(coerce(all, { maybe: '3', n: undefined })).toEqual({ maybe: 3 })
  })

  it.each(['', ' 7', '7 ', '0x10', '1_000', '٣', 'NaN', 'Infinity', '+1', '.5', '1e9999', '--1', '007'])(
    'takes %j for no number, and the schema says what it wanted',
    (word) => {
      expect(coerce(all, { n: word })).toEqual({ n: word })
      expect(all.params.safeParse(coerce(all, { n: word })).success).toBe(false)
    },
  )

  it.each(['1', 'yes', 'TRUE', ''])('takes %j for no boolean', (word) => {
    expect(all.params.safeParse(coerce(all, { yes: word })).success).toBe(false)
  })

  it('leaves what is said twice and what nobody knows for the schema to refuse', () => {
    for (const query of [{ n: ['1', '2'] }, { word: ['a', 'b'] }, { other: '1' }, JSON.parse('{"__proto__":"1"}')]) {
      expect(all.params.safeParse(coerce(all, query as Query)).success, JSON.stringify(query)).toBe(false)
    }
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it.each(['deep', 'rows'])('refuses %s, which holds objects, and says how to send it', (key) => {
    expect(() => coerce(all, { [key]: '{"a":1}' })).toThrow(Refused)
    expect(() => coerce(all, { [key]: '{"a":1}' })).toThrow(/holds objects, which a query cannot carry/)
    expect(queryable(all)).toBe(true)
  })
})

// What may be asked and what comes back, one line each, so that a change of it is seen in review.
import { expect, it } from 'vitest'
import { z } from 'zod'
import { schemasOf } from '../../src/api/answers/index.ts'
import * as words from '../../src/api/words.ts'
import type { Json } from '../../src/doors/reference/described.ts'
import { shapeOf } from '../../src/doors/reference/shape.ts'
import { all } from './described.ts'

const { params, answers, components } = schemasOf(all)

const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']
const plain = (schema: Json): string => bounds.map((word) => `${word}=${String(schema[word] ?? '')}`).join(' ')

/** Of words that let the same through, that of an id names it. */
function byKind([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return Number(a.endsWith('Id')) - Number(b.endsWith('Id'))
}

/** Words that many methods take, by what they let through; written out below. */
const named = new Map(
  Object.entries(words)
    .sort(byKind)
    .flatMap(([name, schema]) => {
      const json = z.toJSONSchema(schema) as Json
      if (json.maximum === Number.MAX_SAFE_INTEGER) delete (json as Record<string, unknown>).maximum
      return json.type === 'object' ? [] : [[`${json.type} ${plain(json)}`, { name, json }] as const]
    }),
)

/** Bounds and patterns too: a method that takes less than before is another method. */
function taken(schema: Json): string {
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Json>>)
  const needed = new Set((schema.required ?? []) as readonly string[])
  return `(${fields.map(([key, inner]) => `${key}${needed.has(key) ? '' : '?'}: ${one(inner)}`).join(', ')})`
}

function one(schema: Json): string {
  const usual = schema.default === undefined ? '' : ` = ${JSON.stringify(schema.default)}`
  const known = named.get(`${schema.type} ${plain(schema)}`)?.name
  if (known !== undefined) return `${known}${usual}`
  const ways = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined
  if (ways !== undefined) return `${ways.map(one).join(' | ')}${usual}`
  const { items, default: _, ...rest } = schema
  const inner = schema.type === 'array' ? `${one((items ?? {}) as Json)}[]` : innerOf(rest)
  return `${inner}${saidOf(schema)}${usual}`
}

function saidOf(schema: Json): string {
  const said = bounds.flatMap((word) => (schema[word] === undefined ? [] : `${word} ${String(schema[word])}`))
  return said.length === 0 ? '' : ` <${said.join(', ')}>`
}

const innerOf = (schema: Json): string =>
  schema.type === 'object' ? taken(schema).replace(/^\(/u, '{ ').replace(/\)$/u, ' }') : shapeOf(schema)

it('is as it was reviewed; after a change on purpose: npx vitest run tests/doors/api.test.ts -u', async () => {
  const lines = all.map(({ name, shape, needs, tool }) =>
    [`${name}:`, shape, needs, tool ?? '-', taken(params[name] ?? {}), '→', shapeOf(answers[name] ?? {})].join(' '),
  )
  const spelt = [...named.values()].map(({ name, json }) => `${name}: ${json.type}${saidOf(json)}`)
  const shared = Object.entries(components).map(([name, schema]) => `${name}: ${shapeOf(schema)}`)
  expect(lines.length).toBeGreaterThan(50)
  const parts = [lines, spelt, shared].map((part) => `${part.sort().join('\n')}\n`)
  await expect(parts.join('\n')).toMatchFileSnapshot('api.snapshot.txt')
})

it('says what a method takes down to its bounds', () => {
  const json = z.toJSONSchema(
    z.strictObject({ step: words.stepId, n: z.int().min(1).default(3), s: z.string().max(9) }),
  )
  expect(taken({ ...json, required: ['step'] })).toBe(
    '(step: stepId, n?: integer <minimum 1, maximum 9007199254740991> = 3, s?: string <maxLength 9>)',
  )
})

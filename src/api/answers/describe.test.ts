import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { methods } from '../index.ts'
import type { AnyMethod } from '../method.ts'
import { answers } from './answers.ts'
import { answerSchema, type JsonSchema, paramsSchema, schemasOf } from './describe.ts'

const all: readonly AnyMethod[] = methods as unknown as readonly AnyMethod[]
const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true })

/** Every schema that lies anywhere in one. */
function* within(schema: unknown): Generator<z.ZodType> {
  const seen = new Set<unknown>()
  const queue = [schema]
  for (let one = queue.pop(); one !== undefined; one = queue.pop()) {
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (one instanceof z.ZodType) {
      yield one
      queue.push(...Object.values(one.def), ...(one instanceof z.ZodObject ? Object.values(one.shape) : []))
    } else if (Array.isArray(one)) queue.push(...one)
    else if (!(one instanceof RegExp)) queue.push(...Object.values(one))
  }
}

const refsIn = (schema: unknown): string[] =>
  [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]*)"/g)].map((one) => one[1] ?? '')

it('knows an answer for every method, and for nothing else', () => {
  expect(Object.keys(answers).sort()).toEqual(all.map((one) => one.name).sort())
  expect(answerSchema('toString')).toBeUndefined()
})

it('gives each as a schema on its own that a validator takes, with local references only', () => {
  for (const method of all) {
    for (const schema of [paramsSchema(method), answerSchema(method.name) as JsonSchema]) {
      expect(() => ajv.compile(schema), method.name).not.toThrow()
      for (const ref of refsIn(schema)) expect(ref, method.name).toMatch(/^#\/\$defs\/[A-Za-z]+$/)
      expect(JSON.stringify(schema), method.name).not.toContain('9007199254740991')
      expect(schema.$ref, method.name).toBeUndefined()
    }
    expect(paramsSchema(method).type, method.name).toBe('object')
  }
})

it('gives all as one document whose shared parts are there once, under their names', () => {
  const { params, answers: given, components } = schemasOf(all)
  expect(Object.keys(params)).toEqual(all.map((one) => one.name))
  expect(Object.keys(given)).toEqual(all.map((one) => one.name))
  for (const id of ['Entry', 'Gate', 'GateLine', 'ItemLine', 'StepLine', 'PlanNote', 'Outcome', 'Hold', 'Order'])
    expect(components, id).toHaveProperty(id)
  const whole = { params, given, components }
  for (const ref of refsIn(whole)) expect(components).toHaveProperty(ref.slice('#/components/schemas/'.length))
  expect(JSON.stringify(whole)).not.toContain('$defs')
  expect(given['journal/follow']).toEqual({ $ref: '#/components/schemas/Entry' })
})

it('has shared parts that say the same wherever they stand', () => {
  const said = new Map<string, string>()
  for (const method of all) {
    for (const [id, part] of Object.entries(schemasOf([method]).components)) {
      expect(said.get(id) ?? JSON.stringify(part), id).toBe(JSON.stringify(part))
      said.set(id, JSON.stringify(part))
    }
  }
})

function patternsOf(schema: z.ZodType): RegExp[] {
  const { checks = [], ...own } = schema.def as { checks?: readonly z.core.$ZodCheck[] }
  const defs: readonly object[] = [own, ...checks.map((one) => one._zod.def)]
  return defs.flatMap((def) => ('pattern' in def && def.pattern instanceof RegExp ? [def.pattern] : []))
}

it('loses nothing that a JSON schema cannot say: no flags of patterns, no changes of what is answered', () => {
  const patterns = all.flatMap(({ params }) => [...within(params)].flatMap(patternsOf))
  expect(patterns.length).toBeGreaterThan(20)
  expect(patterns.filter((one) => one.flags !== '')).toEqual([])
  for (const [name, answer] of Object.entries(answers))
    for (const { def } of within(answer))
      expect(['transform', 'pipe', 'default', 'custom', 'readonly'], name).not.toContain(def.type)
})

it('knows no answer of a method that is not of this list', () => {
  const own = { ...all[0], name: 'own/method' } as AnyMethod
  const { params, answers: given } = schemasOf([own])
  expect([Object.keys(params), Object.keys(given)]).toEqual([['own/method'], []])
})

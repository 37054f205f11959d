// Bodies made from the OpenAPI document, right and wrong, sent to a real server over a real house: it answers each of them.
import type { ValidateFunction } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnyMethod } from '../../src/api/method.ts'
import { methods as all } from '../../src/api/methods.ts'
import type { Json } from '../../src/doors/reference/described.ts'
import type { OpenApi } from '../../src/doors/reference/document.ts'
import { type Asked, Judge, operationsOf, document as ours } from '../doors/described.ts'
import { type Answered, Fuzzed, watching } from './fuzz.stage.ts'
import { breaking, fitting, type Schema } from './shaped.ts'

const seed = 20_240_601
const [right, wrong] = [200, 100]
/** What starts processes of its own may not get all of its turns: the rest of the house is asked as well. */
const budgetMs = Number(process.env.BATON_FUZZ_MS ?? 450)
const least = 12
const atOnce = 8
const slowestMs = 2000
/** These look at a repository by some thirty git processes each, and eight of them are asked at once. */
const slowerMs = 10_000
const looksAtGit = /^(GET|POST) \/api\/(plan|workspace|run)\//u

const house = new Fuzzed()
const busy = new Map<string, number>()
const asked = { valid: 0, invalid: 0, answered: 0, cut: [] as string[] }
let judge: Judge
let fails: ValidateFunction

beforeAll(async () => {
  await house.open()
  const document = (await house.call('GET', '/openapi.json')).body as OpenApi
  judge = new Judge(document)
  fails = judge.of('Error', { $ref: '#/components/schemas/Error' })
}, 60_000)
afterAll(() => house.close(), 30_000)

const methods = operationsOf(ours).filter(({ path }) => path.startsWith('/api/'))
/** Who owns the house is no agent at work: these are refused to the owner, whatever is said. */
const ofAgents = new Set(
  (all as readonly AnyMethod[]).filter((one) => one.forAgents === true).map(({ name }) => `/api/${name}`),
)
/** A query says what a body would have said. */
const bodyOf = ({ path, operation }: Asked): Schema => {
  const content = (operation.requestBody ?? ours.paths[path]?.post?.requestBody)?.content as Json | undefined
  const none = { type: 'object', properties: {}, additionalProperties: false }
  return ((content?.['application/json'] as Json | undefined)?.schema ?? none) as Schema
}

/** As many as there is time for, several at once. */
async function inTurns(name: string, all: readonly unknown[], act: (one: unknown) => Promise<void>): Promise<number> {
  const until = performance.now() + budgetMs
  let next = 0
  const work = async (): Promise<void> => {
    while (next < all.length && (next < least || performance.now() < until)) {
      next += 1
      await act(all[next - 1])
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  if (next < all.length) asked.cut.push(`${name}: ${next} of ${all.length}`)
  return next
}

function send({ verb, path: template }: Asked, given: unknown): Promise<Answered> {
  const path = template.replaceAll(/\{\w+\}/gu, encodeURIComponent(house.made.path))
  if (verb !== 'GET') return house.call(verb, path, given)
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries((given ?? {}) as Json))
    for (const one of [value].flat()) search.append(key, typeof one === 'object' ? JSON.stringify(one) : String(one))
  return house.call(verb, `${path}?${search}`)
}

/** Every answer is one that the document describes; a refusal says what, why and what to do. */
function judged(one: Asked, given: unknown, got: Answered): void {
  const shown = () =>
    `${one.name} ${JSON.stringify(given).slice(0, 300)} → ${got.status} ${JSON.stringify(got.body).slice(0, 600)}`
  if (got.status === 200) {
    const [type = '', content] = Object.entries(one.operation.responses[200]?.content as Json)[0] ?? []
    const fits = judge.of(one.name, (content as Json).schema as Json)
    expect(got.type, shown()).toBe(type)
    const values =
      type === 'application/json'
        ? [got.body]
        : String(got.body)
            .trimEnd()
            .split('\n')
            .map((line) => JSON.parse(line))
    for (const value of values) expect(fits(value), `${shown()} ${JSON.stringify(fits.errors)}`).toBe(true)
    return
  }
  expect(fails(got.body), `${shown()} ${JSON.stringify(fails.errors)}`).toBe(true)
  const { details } = got.body as { details: Record<'kind' | 'what' | 'why' | 'remedy', string> }
  for (const said of ['what', 'why', 'remedy'] as const) expect(details[said].trim(), shown()).not.toBe('')
  if (got.status === 503) {
    expect(details.kind, shown()).toBe('busy')
    busy.set(`${one.name}: ${details.why}`, (busy.get(`${one.name}: ${details.why}`) ?? 0) + 1)
    return
  }
  expect([400, 403, 404, 409], shown()).toContain(got.status)
}

/** A field of what was given, or one that should have been. */
function namesField(schema: Schema, given: unknown, { body }: Answered): boolean {
  const { details } = body as { details: { kind: string; why: string } }
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return details.kind === 'invalid'
  // Keys that could poison an object are refused before anybody looks at what they are in.
  if (details.why.includes('a key such as __proto__'))
    return /"(?:__proto__|constructor|prototype)"/u.test(JSON.stringify(given))
  const names = [...Object.keys((schema.properties ?? {}) as Json), ...Object.keys(given)]
  return details.kind === 'invalid' && names.some((name) => details.why.includes(name))
}

describe('every method, asked by the document', () => {
  it.each(methods.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const schema = bodyOf(one)
    const fits = judge.of(`body of ${one.name}`, schema as Json)
    const most = looksAtGit.test(name) ? slowerMs : slowestMs
    let limit = most
    const slow: { ms: number; given: unknown }[] = []
    const good = fc.sample(fitting(schema, house.known), { numRuns: right, seed })
    const bad = fc.sample(
      breaking(schema, house.known).filter((value) => !fits(value)),
      { numRuns: wrong, seed },
    )
    const ask = async (given: unknown): Promise<Answered> => {
      const got = await send(one, given)
      slow.push({ ms: got.ms, given })
      judged(one, given, got)
      return got
    }
    const watch = watching((factor) => {
      limit = Math.max(limit, most * factor)
    })
    asked.valid += await inTurns(`${name}, right`, good, async (given) => {
      expect(fits(given), JSON.stringify([given, fits.errors])).toBe(true)
      if ((await ask(given)).status === 200) asked.answered += 1
    })
    asked.invalid += await inTurns(`${name}, wrong`, bad, async (given) => {
      const got = await ask(given)
      // A query has only words, so that what is wrong as JSON may be right there.
      if (one.verb === 'GET') return
      if (ofAgents.has(one.path)) return void expect(got.status, JSON.stringify([given, got.body])).toBe(403)
      expect(got.status, JSON.stringify([given, got.body])).toBe(400)
      expect(namesField(schema, given, got), JSON.stringify([given, got.body])).toBe(true)
    })
    await watch.end()
    expect(slow.filter(({ ms }) => ms > limit)).toEqual([])
  })
})

it('is alive after all of it, its record is whole, and nothing was written where it may not be', async ({
  annotate,
}) => {
  const health = await house.call('GET', '/health')
  expect([health.status, health.body]).toMatchObject([200, { ok: true }])
  expect((await house.call('POST', '/api/audit/verify', {})).body).toMatchObject({ whole: true })
  expect(house.strays()).toEqual([])
  house.made.git('fsck', '--strict')
  expect(asked.valid).toBeGreaterThan(least * methods.length)
  expect(asked.answered).toBeGreaterThan(asked.valid / 5)
  const said = [
    `${asked.valid} right, ${asked.invalid} wrong; cut short: ${asked.cut.join('; ') || 'none'}`,
    `busy: ${[...busy].map(([why, count]) => `${count} × ${why}`).join('; ') || 'never'}`,
  ]
  for (const each of said) await annotate(each)
  console.log(said.join('\n'))
})

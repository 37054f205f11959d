// The reference says what the methods say, as a page and as docs/api.md, and nothing in it is obeyed by a browser.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { views } from '../../src/api/method.ts'
import type { HttpAt } from '../../src/doors/http/at.ts'
import { referenceRoutes } from '../../src/doors/http/reference.ts'
import { openapi } from '../../src/doors/reference/document.ts'
import { outlineOf } from '../../src/doors/reference/outline.ts'
import { pagePolicy, plain, referencePage } from '../../src/doors/reference/page.ts'
import { layOut, shapeOf, typeOf } from '../../src/doors/reference/shape.ts'
import { all, document, operationsOf } from './described.ts'
import { file, reference } from './reference.ts'

const outline = outlineOf(document)
const page = referencePage(outline)
const topics = outline.chapters.flatMap((chapter) => chapter.topics)

it('is what docs/api.md says: a change of a method, a parameter or an answer shows there', () => {
  expect(readFileSync(file, 'utf8')).toBe(reference())
})

it('has every method and every route, once, each with a place of its own to link to', () => {
  const routes = operationsOf(document).filter(({ operation }) => operation['x-baton-method'] === undefined)
  expect(topics.map(({ name }) => name).sort()).toEqual([...all, ...routes].map(({ name }) => name).sort())
  const ids = [...page.matchAll(/ id="([^"]*)"/gu)].map(([, id]) => id)
  expect(ids.filter((id, index) => ids.indexOf(id) !== index || id === '')).toEqual([])
  const links = [...page.matchAll(/ href="#([^"]*)"/gu)].map(([, id]) => id)
  expect(links.length).toBeGreaterThan(250)
  expect(links.filter((id) => !ids.includes(id))).toEqual([])
})

it('shows for each method the right it needs, its parameters, an example and the answer', () => {
  const why = topics.find(({ name }) => name === 'step/why')
  expect(why).toMatchObject({ needs: 'read', tool: 'why', terminal: 'baton why <step>' })
  expect(why?.ways).toEqual(['POST /api/step/why', 'GET /api/step/why'])
  expect(why?.rows.map(({ name, usual }) => [name, usual])).toEqual([
    ['step', 'needed'],
    ['at', ''],
  ])
  expect(why?.example).toContain("--data-urlencode 'step=001-photo-albums/T012'")
  expect(why?.answers[0]?.shape).toContain('until: string  // What would end the wait, and who can.')
  const bare = topics.filter(({ name, answers, example }) => {
    const method = all.find((one) => one.name === name)
    return method !== undefined && (answers.length === 0 || (example === undefined && method.shape !== 'follow'))
  })
  expect(bare.map(({ name }) => name)).toEqual([])
})

it('is served with a policy that lets nothing in but its own style', async () => {
  const app = Fastify()
  referenceRoutes(app, { methods: all, version: '1.2.3' } as unknown as HttpAt)
  const got = await app.inject('/reference')
  await app.close()
  expect(got.headers['content-type']).toBe('text/html; charset=utf-8')
  expect(got.headers['content-security-policy']).toBe(pagePolicy)
  const style = /<style>([\s\S]*?)<\/style>/u.exec(got.body)?.[1] ?? ''
  expect(pagePolicy).toContain(`style-src 'sha256-${hash('sha256', style, 'base64')}'`)
  expect(got.body).toContain('1.2.3')
  expect(got.body).not.toMatch(/<script| style=| on\w+=|https?:\/\/(?!127\.0\.0\.1)|url\(|@import/iu)
})

it('obeys nothing that stands in a name, a caption, an example or a description', () => {
  const evil = `</style><script>alert(1)</script>"'><img src=x onerror=alert(1)> \`<b>\` \u202e\u0000 & ${'`'}`
  const hostile = views({
    name: 'plan/<b onclick="x">',
    caption: evil,
    needs: 'read',
    tool: evil,
    params: z.strictObject({ [evil]: z.enum([evil, '<i>']).default('<i>').describe(evil) }),
    view: () => 0,
  })
  const asked = { methods: [hostile], version: evil, routes: [] } as unknown as Parameters<typeof openapi>[0]
  const html = referencePage(outlineOf(openapi(asked)))
  const tags = new Set([...html.matchAll(/<\/?([a-z][a-z0-9]*)/giu)].map(([, tag]) => tag))
  const ours = new Set([...page.matchAll(/<\/?([a-z][a-z0-9]*)/giu)].map(([, tag]) => tag))
  expect([...tags].filter((tag) => !ours.has(tag))).toEqual([])
  for (const hidden of ['\u202e', '\u0000']) expect(html).not.toContain(hidden)
  expect([...html.matchAll(/<style>/gu)]).toHaveLength(1)
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
  expect(plain(`<a href='x' title="y">&`)).toBe('&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;')
})

it('says shapes as one would write them', () => {
  const json = (schema: z.ZodType) => {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' })
    return rest
  }
  expect(shapeOf(json(z.object({ a: z.int(), b: z.string().optional(), 'c-d': z.boolean().default(true) })))).toBe(
    '{ a: integer, b?: string, "c-d"?: boolean = true }',
  )
  expect(shapeOf(json(z.array(z.union([z.string(), z.null()]))))).toBe('(string | null)[]')
  expect(shapeOf(json(z.record(z.string(), z.int())))).toBe('{ [key]: integer }')
  expect(shapeOf(json(z.tuple([z.int(), z.literal('x')])))).toBe('[integer, "x"]')
  expect(shapeOf({ $ref: '#/components/schemas/Done' })).toBe('Done')
  expect(shapeOf({})).toBe('any')
  expect(typeOf(json(z.int().min(1).max(10)))).toBe('integer, 1 to 10')
  expect(typeOf(json(z.array(z.string()).max(3).default([])))).toBe('string[], up to 3')
  expect(layOut(json(z.object({ a: z.int().describe('How many.'), b: z.array(z.object({ c: z.string() })) })))).toBe(
    '{\n  a: integer  // How many.\n  b: { c: string }[]\n}',
  )
  const long = layOut(json(z.object({ a: z.int().describe(`${'word '.repeat(20)}end.`) })))
  expect(long.split('\n').every((line) => line.length <= 62)).toBe(true)
})

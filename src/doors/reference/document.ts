// What this door can be asked, as an OpenAPI 3.1 document: made from the methods and the hand-written routes.
import { paramsSchema, type Schemas, schemasOf } from '../../api/answers/index.ts'
import { queryable } from '../../api/coerce.ts'
import { meaningOf, nouns } from '../../api/meanings.ts'
import type { AnyMethod } from '../../api/method.ts'
import type { Content, Described, Json } from './described.ts'
import { errorParts, failures, securityParts } from './errors.ts'
import { exampleFor } from './example.ts'

export interface Asked {
  readonly methods: readonly AnyMethod[]
  readonly version: string
  readonly routes: readonly Described[]
}

export interface OpenApi extends Json {
  readonly openapi: '3.1.0'
  readonly info: Json
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, Readonly<Record<string, Json>>>>
}

export interface Operation extends Json {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly responses: Readonly<Record<string, Json>>
  readonly parameters?: readonly Json[]
  readonly requestBody?: Json
}

const about = `Every method of Baton is a route: \`POST /api/<noun>/<verb>\` with its parameters as JSON, and \`GET\` with a query
for those that only look. A key goes into \`Authorization: Bearer\`, or \`X-API-Key\`; a browser has a cookie. Every error has
one shape, with what was refused, why, and what to do about it.

What a key may do is in the server's own record: \`read\` looks, \`run\` starts, stops and changes work, \`approve\` answers for
it, and \`admin\` may do whatever the owner of the home may. Each method names the one right that it needs.`

/** The same methods give the same bytes. */
export function openapi(subject: Asked): OpenApi {
  const { methods, version, routes } = subject
  const schemas = schemasOf(methods)
  const paths: Record<string, Record<string, Operation>> = {}
  for (const method of methods) {
    if (method.shape !== 'follow') paths[`/api/${method.name}`] = pathOf(method, schemas)
  }
  for (const route of routes) {
    const path = paths[route.path] ?? {}
    path[route.method] = byHand(route)
    paths[route.path] = path
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Baton', version, description: about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { key: [] }, { cookie: [] }],
    tags: tagsOf(methods),
    paths,
    'x-baton-streams': streamsOf(methods, schemas),
    components: { ...errorParts, schemas: { ...schemas.components, ...errorParts.schemas }, ...securityParts },
  }
}

const nounOf = (name: string): string => name.slice(0, name.indexOf('/'))

function tagsOf(methods: readonly AnyMethod[]): readonly Json[] {
  const said = [...new Set(methods.map(({ name }) => nounOf(name)))]
  return [
    ...said.map((name) => ({ name, description: nouns[name] ?? '' })),
    { name: 'door', description: 'What the server gives besides the methods.' },
  ]
}

/** Methods without an end have no path of their own. */
function streamsOf(methods: readonly AnyMethod[], schemas: Schemas): Json {
  const streams = methods.filter(({ shape }) => shape === 'follow')
  return Object.fromEntries(
    streams.map((method) => [
      method.name,
      {
        summary: method.caption,
        needs: method.needs,
        params: withMeanings(method, schemas.params[method.name] ?? {}),
        value: schemas.answers[method.name] ?? {},
      },
    ]),
  )
}

function pathOf(method: AnyMethod, schemas: Schemas): Record<string, Operation> {
  const path: Record<string, Operation> = { post: posted(method, schemas) }
  if (queryable(method)) path.get = queried(method, schemas)
  return path
}

function common(method: AnyMethod, verb: string, schemas: Schemas) {
  const { name, caption, needs, tool, shape } = method
  return {
    operationId: `${name.replace('/', '_')}${verb}`,
    summary: caption,
    tags: [nounOf(name)],
    'x-baton-method': name,
    'x-baton-shape': shape,
    'x-baton-needs': needs,
    'x-baton-tool': tool ?? name.replace('/', '_'),
    responses: { 200: answered(method, schemas), ...failures },
  }
}

function posted(method: AnyMethod, schemas: Schemas): Operation {
  const params = withMeanings(method, schemas.params[method.name] ?? {})
  const required = Array.isArray(params.required) && params.required.length > 0
  return {
    ...common(method, '', schemas),
    requestBody: {
      required,
      content: { 'application/json': { schema: params, example: exampleFor(method.name, paramsSchema(method)) } },
    },
  }
}

function queried(method: AnyMethod, schemas: Schemas): Operation {
  const params = withMeanings(method, schemas.params[method.name] ?? {})
  const needed = new Set((params.required ?? []) as readonly string[])
  const parameters = Object.entries((params.properties ?? {}) as Readonly<Record<string, Json>>).map(
    ([name, schema]) => {
      const { description, ...rest } = schema
      const list = rest.type === 'array' ? { style: 'form', explode: true } : {}
      return { name, in: 'query', required: needed.has(name), ...list, description, schema: rest }
    },
  )
  return { ...common(method, '_get', schemas), ...(parameters.length === 0 ? {} : { parameters }) }
}

function withMeanings(method: AnyMethod, params: Json): Json {
  const { properties } = params
  if (typeof properties !== 'object' || properties === null) return params
  const said = Object.entries(properties as Readonly<Record<string, Json>>).map(([name, schema]) => {
    const description = meaningOf(method.name, name)
    return [name, description === undefined || schema.$ref !== undefined ? schema : { ...schema, description }]
  })
  return { ...params, properties: Object.fromEntries(said) }
}

function answered(method: AnyMethod, schemas: Schemas): Json {
  const schema = schemas.answers[method.name] ?? {}
  if (method.shape !== 'series') return { description: 'Done as asked.', content: { 'application/json': { schema } } }
  const lines = { $ref: '#/components/schemas/Refusal' }
  const line = {
    description: 'Of one line.',
    oneOf: [field('next', schema), field('end', { const: true }), field('error', lines)],
  }
  const description = 'One JSON value a line: {next} for each value, and {end} or {error} as the last one.'
  return { description, content: { 'application/x-ndjson': { schema: line } } }
}

const field = (name: string, schema: Json): Json => ({
  type: 'object',
  properties: { [name]: schema },
  required: [name],
  additionalProperties: false,
})

function byHand(route: Described): Operation {
  const { id, summary, description, needs, given, body, answers } = route
  const named = Object.entries(answers).map(([status, one]) => [status, contentOf(one)] as const)
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: ['door'],
    ...(needs === 'open' ? { security: [] } : {}),
    ...(needs === 'open' || needs === 'any' ? {} : { 'x-baton-needs': needs }),
    ...(given === undefined ? {} : { parameters: given.map((one) => ({ required: false, ...one })) }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...contentOf(body) } }),
    responses: { ...Object.fromEntries(named), default: { $ref: '#/components/responses/Failed' } },
  }
}

function contentOf({ description, type, schema, example }: Content): Json {
  if (type === undefined) return { description }
  const said = { schema: schema ?? {}, ...(example === undefined ? {} : { example }) }
  return { description, content: { [type]: said } }
}

// The reference as chapters, made from the OpenAPI document: what a page and a manual say, before either says it.
import type { Json } from './described.ts'
import type { OpenApi, Operation } from './document.ts'
import { layOut, shapeOf, typeOf } from './shape.ts'
import { commandLines } from './terminal.ts'

export interface Row {
  readonly name: string
  readonly type: string
  /** `needed`, or the default, or nothing. */
  readonly usual: string
  readonly meaning: string
}

export interface Topic {
  /** `step/why`, or `GET /events`. */
  readonly name: string
  readonly anchor: string
  readonly caption: string
  readonly more: string
  /** The right it needs, in words. */
  readonly needs: string
  /** `POST /api/step/why`, and the others. */
  readonly ways: readonly string[]
  readonly tool?: string
  readonly rows: readonly Row[]
  /** One for each thing that may come back, laid out in lines. */
  readonly answers: readonly { readonly what: string; readonly shape: string }[]
  readonly example?: string
  readonly terminal?: string
}

export interface Chapter {
  readonly name: string
  readonly anchor: string
  readonly caption: string
  readonly topics: readonly Topic[]
}

export interface Outline {
  readonly title: string
  readonly version: string
  readonly about: string
  readonly chapters: readonly Chapter[]
  readonly errors: readonly { readonly status: string; readonly meaning: string }[]
  /** Shapes that have a name. */
  readonly shapes: readonly {
    readonly name: string
    readonly anchor: string
    readonly meaning: string
    readonly shape: string
  }[]
}

const words = (value: unknown): string => (typeof value === 'string' ? value : '')
const bare = ({ description: _, ...schema }: Json): Json => schema
const anchorOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/(?<=\w)\/$/u, '-slash')
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')

export function outlineOf(document: OpenApi, origin = 'http://127.0.0.1:4100'): Outline {
  const topics = Object.entries(document.paths).map(([path, verbs]) => ({
    tag: Object.values(verbs)[0]?.tags[0] ?? '',
    topic: verbs.post?.['x-baton-method'] === undefined ? handTopics(path, verbs) : [methodTopic(path, verbs, origin)],
  }))
  const only = streamTopics(document)
  return {
    title: words(document.info.title),
    version: words(document.info.version),
    about: words(document.info.description),
    chapters: (document.tags as readonly Json[]).map(({ name, description }) => ({
      name: words(name),
      anchor: `about-${words(name)}`,
      caption: words(description),
      topics: [...topics, ...only].filter(({ tag }) => tag === name).flatMap(({ topic }) => topic),
    })),
    errors: errorsOf(document),
    shapes: Object.entries(document.components.schemas ?? {}).map(([name, schema]) => ({
      name,
      anchor: `shape-${name}`,
      meaning: words(schema.description),
      shape: layOut(bare(schema)),
    })),
  }
}

function methodTopic(path: string, verbs: Readonly<Record<string, Operation>>, origin: string): Topic {
  const { post, get } = verbs
  if (post === undefined) throw new Error(`${path} cannot be asked with POST`)
  const name = words(post['x-baton-method'])
  const [type = '', said] = contentIn(post.requestBody)
  const [, answer] = contentIn(post.responses[200])
  const params = (said?.schema ?? {}) as Json
  const terminal = commandLines.get(name)
  return {
    name,
    anchor: anchorOf(name),
    caption: post.summary,
    more: '',
    needs: words(post['x-baton-needs']),
    ways: [`POST ${path}`, ...(get === undefined ? [] : [`GET ${path}`])],
    tool: words(post['x-baton-tool']),
    rows: rowsOf(params),
    answers: answer === undefined ? [] : [answerOf(post.responses[200] as Json, answer)],
    example: curlOf({ origin, path, type, example: said?.example, asked: get !== undefined }),
    ...(terminal === undefined ? {} : { terminal }),
  }
}

function rowsOf(params: Json): readonly Row[] {
  const needed = new Set(Array.isArray(params.required) ? params.required : [])
  return Object.entries((params.properties ?? {}) as Readonly<Record<string, Json>>).map(([name, schema]) => ({
    name,
    type: typeOf(schema),
    usual: needed.has(name) ? 'needed' : schema.default === undefined ? '' : JSON.stringify(schema.default),
    meaning: words(schema.description),
  }))
}

function answerOf(response: Json, content: Json): { what: string; shape: string } {
  const schema = (content.schema ?? {}) as Json
  const said = words(response.description)
  return { what: said === 'Done as asked.' ? '' : said, shape: layOut(bare(schema)) }
}

/** A method that only looks is shown as a query when that says as much. */
function curlOf(call: { origin: string; path: string; type: string; example: unknown; asked: boolean }): string {
  const { origin, path, type, example, asked } = call
  const key = '-H "Authorization: Bearer $BATON_KEY"'
  const fields = Object.entries((example ?? {}) as Json)
  if (asked && fields.every(([, value]) => typeof value !== 'object')) {
    const query = fields.map(([name, value]) => `--data-urlencode ${quote(`${name}=${String(value)}`)}`)
    return [`curl -s ${fields.length === 0 ? '' : '-G '}${origin}${path}`, key, ...query].join(' \\\n  ')
  }
  const body = `-d ${quote(JSON.stringify(example))}`
  return [`curl -s ${origin}${path}`, key, `-H 'Content-Type: ${type}'`, body].join(' \\\n  ')
}

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function handTopics(path: string, verbs: Readonly<Record<string, Operation>>): readonly Topic[] {
  return Object.entries(verbs).map(([verb, operation]) => {
    const name = `${verb.toUpperCase()} ${path}`
    const [, body] = contentIn(operation.requestBody)
    const given = (operation.parameters ?? []).map((one) => ({
      name: words(one.name),
      type: typeOf((one.schema ?? {}) as Json),
      usual: one.required === true ? 'needed' : '',
      meaning: words(one.description),
    }))
    const open = Array.isArray(operation.security) && operation.security.length === 0
    const said = Object.entries(operation.responses).filter(([status]) => status !== 'default')
    return {
      name,
      anchor: anchorOf(name),
      caption: operation.summary,
      more: words(operation.description),
      needs: open ? 'no key' : words(operation['x-baton-needs']) || 'any key',
      ways: [name],
      rows: [...given, ...rowsOf((body?.schema ?? {}) as Json)],
      answers: said.map(([status, response], at) => ({
        what: answerName(status, response),
        // Said once where several answers look alike.
        shape: at > 0 && shapeIn(response) === shapeIn(said[at - 1]?.[1]) ? '' : shapeIn(response),
      })),
    }
  })
}

function answerName(status: string, response: Json): string {
  const [type] = contentIn(response)
  return `${status}${type === undefined ? '' : ` ${type}`}: ${words(response.description)}`
}

/** An example where the shape is only that it is text. */
function shapeIn(response: Json | undefined): string {
  const [, content] = contentIn(response)
  const schema = (content?.schema ?? {}) as Json
  const shape = shapeOf(schema)
  return shape === 'string' || shape === '{}' || content === undefined ? words(content?.example) : layOut(schema)
}

/** Methods that no single request can answer; the document names them beside its paths. */
function streamTopics(document: OpenApi): readonly { tag: string; topic: readonly Topic[] }[] {
  const streams = (document['x-baton-streams'] ?? {}) as Readonly<Record<string, Json>>
  return Object.entries(streams).map(([name, said]) => {
    const topic: Topic = {
      name,
      anchor: anchorOf(name),
      caption: words(said.summary),
      more: 'It has no end, so it is asked for over `/rpc`, or read from `/events`.',
      needs: words(said.needs),
      ways: [`/rpc ${name}`],
      rows: rowsOf(said.params as Json),
      answers: [{ what: 'Each value:', shape: layOut(bare(said.value as Json)) }],
    }
    return { tag: name.slice(0, name.indexOf('/')), topic: [topic] }
  })
}

function errorsOf(document: OpenApi): Outline['errors'] {
  const responses = document.components.responses ?? {}
  const [first] = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'))
  const said = Object.entries(Object.values(first?.[1] ?? {})[0]?.responses ?? {})
  return said.flatMap(([status, { $ref }]) => {
    const named = responses[words($ref).slice('#/components/responses/'.length)]
    return named === undefined ? [] : [{ status, meaning: words(named.description) }]
  })
}

function contentIn(holder: Json | undefined): readonly [string?, Json?] {
  return Object.entries((holder?.content ?? {}) as Readonly<Record<string, Json>>)[0] ?? []
}

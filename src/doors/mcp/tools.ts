// The methods as tools: what a caller may use, under which name, and what a client should know before it calls one.

import { answerSchema, paramsSchema } from '../../api/answers/index.ts'
import { meaningOf } from '../../api/meanings.ts'
import type { AnyMethod } from '../../api/method.ts'
import type { McpPort } from './port.ts'

type Schema = Readonly<Record<string, unknown>>
/** As the protocol wants it: an object at the top. */
export type ObjectSchema = Schema & { readonly type: 'object' }

export interface Tool {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly inputSchema: ObjectSchema
  readonly outputSchema?: ObjectSchema
  readonly annotations: {
    readonly readOnlyHint: boolean
    readonly destructiveHint: boolean
    readonly idempotentHint: boolean
    readonly openWorldHint: boolean
  }
}

/** Asked for twice, these change nothing the second time: it is refused, or everything already is as wished. */
const settled: ReadonlySet<string> = new Set([
  'plan/import',
  'run/pause',
  'run/resume',
  'run/drain',
  'run/cancel',
  'step/skip',
  'step/cancel',
  'gate/answer',
  'blocker/clear',
  'attempt/forget',
  'clone/discard',
  'workspace/trust',
])
const ending = /\/(?:cancel|discard|forget)$/u

export function toolName(method: AnyMethod): string {
  return method.tool ?? method.name.replace('/', '_')
}

/** A method with many answers is no tool: a call has one. */
export function isTool(method: AnyMethod): boolean {
  return method.shape !== 'follow' && method.shape !== 'series'
}

export function toolNamed(methods: readonly AnyMethod[], name: string): AnyMethod | undefined {
  return methods.find((method) => isTool(method) && toolName(method) === name)
}

export function toolsOf({ methods, caller }: McpPort): readonly Tool[] {
  const open = (method: AnyMethod): boolean =>
    isTool(method) && caller.may.has(method.needs) && (caller.attempt === undefined || method.about !== undefined)
  return methods.filter(open).map(toolOf)
}

const made = new WeakMap<AnyMethod, Tool>()

function toolOf(method: AnyMethod): Tool {
  const known = made.get(method)
  if (known !== undefined) return known
  const output = outputOf(method)
  const looks = method.shape === 'view' || method.shape === 'read'
  const tool: Tool = {
    name: toolName(method),
    title: titleOf(method),
    description: `${method.caption} Needs the right "${method.needs}".`,
    inputSchema: inputOf(method),
    ...(output === undefined ? {} : { outputSchema: output }),
    annotations: {
      readOnlyHint: looks,
      destructiveHint: !looks && (method.needs === 'approve' || method.needs === 'admin' || ending.test(method.name)),
      idempotentHint: looks || settled.has(method.name),
      openWorldHint: false,
    },
  }
  made.set(method, tool)
  return tool
}

/** `plan/import` is "Plan: import". */
function titleOf({ name }: AnyMethod): string {
  const [noun = '', verb = ''] = name.split('/')
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${verb}`
}

/** With what each parameter means, where the schema itself does not say it. */
function inputOf(method: AnyMethod): ObjectSchema {
  const schema = paramsSchema(method)
  const fields = Object.entries((schema.properties ?? {}) as Readonly<Record<string, Schema>>)
  const properties = fields.map(([name, field]) => {
    const description = meaningOf(method.name, name)
    return [name, description === undefined || 'description' in field ? field : { description, ...field }] as const
  })
  return { ...schema, type: 'object', properties: Object.fromEntries(properties) }
}

/** Whether an answer stands alone, or under `result`, because the protocol knows objects only. */
export function isWrapped(result: unknown): boolean {
  return typeof result !== 'object' || result === null || Array.isArray(result)
}

/** What a call gives back that is not done yet; a view is always done. */
const pending: Schema = {
  type: 'object',
  properties: { pending: { const: true }, seconds: { type: 'number' }, why: { type: 'string' } },
  required: ['pending'],
}

function outputOf(method: AnyMethod): ObjectSchema | undefined {
  const answer = answerSchema(method.name)
  if (answer === undefined) return undefined
  const { $defs, ...rest } = answer
  const shared = $defs === undefined ? {} : { $defs }
  const whole = { type: 'object', properties: { result: rest }, required: ['result'] }
  const said = rest.type === 'object' || isChoice(rest) ? rest : whole
  if (method.shape === 'view') return { ...said, type: 'object', ...shared }
  return { type: 'object', anyOf: [said, pending], ...shared }
}

/** Of a choice or a reference it cannot be told here what it is; answers of ours are objects unless they say otherwise. */
function isChoice(schema: Schema): boolean {
  return 'anyOf' in schema || 'oneOf' in schema || '$ref' in schema
}

// The methods as tools: what a caller may use, under which name, and what a client should know before it calls one.

import { answerSchema, paramsSchema } from '../../api/answers/index.ts'
import { isFor } from '../../api/bound.ts'
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
  'attempt/ask',
  'attempt/block',
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

/** Undefined also for what this caller does not see: an agent at work knows its own tools, and nobody else does. */
export function toolNamed({ methods, caller }: McpPort, name: string): AnyMethod | undefined {
  return methods.find((method) => isTool(method) && isFor(method, caller) && toolName(method) === name)
}

export function toolsOf({ methods, caller, given }: McpPort): readonly Tool[] {
  const open = (method: AnyMethod): boolean =>
    isTool(method) &&
    isFor(method, caller) &&
    caller.may.has(method.needs) &&
    (caller.attempt === undefined || given?.has(toolName(method)) === true)
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
    description: method.forAgents === true ? method.caption : `${method.caption} Needs the right "${method.needs}".`,
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
  const whole = { ...schema, type: 'object' as const, properties: Object.fromEntries(properties) }
  return method.forAgents === true ? withoutAttempt(whole) : whole
}

/** Whoever is bound to an attempt need not name it. */
function withoutAttempt({ properties, required, ...rest }: ObjectSchema): ObjectSchema {
  const left = Object.entries(properties as Readonly<Record<string, Schema>>).filter(([name]) => name !== 'attempt')
  const needed = Array.isArray(required) ? required.filter((name) => name !== 'attempt') : []
  return { ...rest, properties: Object.fromEntries(left), ...(needed.length === 0 ? {} : { required: needed }) }
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

// What chat completions are asked with.
import type { ModelMessage, ModelRequest, ToolSpec } from '../../core/ports.ts'
import type { Quirks } from '../dialects.ts'
import { type Fields, fieldsOf, listOf, parsed } from '../reading.ts'

export function chatRequest(request: ModelRequest, quirks: Quirks): Fields {
  const { model, tools = [], schema, maxTokens, temperature, effort } = request
  const stream = request.stream !== false
  return {
    model: model.id,
    messages: request.messages.map(messageOf),
    stream,
    ...(stream && { stream_options: { include_usage: true } }),
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(schema && {
      response_format: {
        type: 'json_schema',
        json_schema: { name: schema.name, schema: schema.schema, strict: strictly(schema.schema) },
      },
    }),
    ...(maxTokens !== undefined && { [quirks.maxTokens]: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(effort && { reasoning_effort: effort }),
  }
}

const toolOf = ({ name, description, parameters }: ToolSpec): Fields => ({
  type: 'function',
  function: { name, description, parameters },
})

function messageOf({ role, content, calls = [], call }: ModelMessage): Fields {
  const text = content.toWellFormed()
  if (role === 'tool') return { role, content: text, tool_call_id: call ?? '' }
  if (calls.length === 0) return { role, content: text }
  const made = calls.map(({ id, name, arguments: given }) => ({
    id,
    type: 'function',
    function: { name, arguments: sayable(given) },
  }))
  return { role, content: text, tool_calls: made }
}

/** Strict servers take only schemas that leave nothing open; the others are sent as they are, and validated here anyway. */
export function strictly(schema: unknown, depth = 0): boolean {
  if (depth > 32) return false
  if (Array.isArray(schema)) return schema.every((one) => strictly(one, depth + 1))
  const fields = fieldsOf(schema)
  if (fields === undefined) return true
  const properties = fieldsOf(fields.properties)
  if (properties !== undefined || fields.type === 'object') {
    const required = new Set(listOf(fields.required))
    const names = Object.keys(properties ?? {})
    if (fields.additionalProperties !== false || !names.every((name) => required.has(name))) return false
  }
  return Object.values(fields).every((one) => strictly(one, depth + 1))
}

/** Servers parse the arguments of earlier calls again, and some fall over what a model wrote wrongly. */
export function sayable(given: string): string {
  const found = parsed(given)
  return found !== undefined && fieldsOf(found.value) !== undefined
    ? given.toWellFormed()
    : JSON.stringify({ invalid: given.toWellFormed() })
}

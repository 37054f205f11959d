// What the Responses wire is asked with: everything that was said, every time; no server is asked to remember.
import type { ModelMessage, ModelRequest, ToolSpec } from '../../core/ports.ts'
import type { Fields } from '../reading.ts'
import { sayable, strictly } from './chat-request.ts'

export function responsesRequest(request: ModelRequest): Fields {
  const { model, messages, tools = [], schema, maxTokens, temperature, effort } = request
  const first = messages.findIndex(({ role }) => role !== 'system')
  const before = messages.slice(0, first < 0 ? messages.length : first)
  return {
    model: model.id,
    ...(before.length > 0 && { instructions: before.map(({ content }) => content.toWellFormed()).join('\n\n') }),
    input: messages.slice(before.length).flatMap(itemsOf),
    stream: request.stream !== false,
    store: false,
    ...(tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(schema && {
      text: {
        format: { type: 'json_schema', name: schema.name, schema: schema.schema, strict: strictly(schema.schema) },
      },
    }),
    ...(maxTokens !== undefined && { max_output_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(effort && { reasoning: { effort } }),
  }
}

const toolOf = ({ name, description, parameters }: ToolSpec): Fields => ({
  type: 'function',
  name,
  description,
  parameters,
  strict: false,
})

function itemsOf({ role, content, calls = [], call }: ModelMessage): Fields[] {
  const text = content.toWellFormed()
  if (role === 'tool') return [{ type: 'function_call_output', call_id: call ?? '', output: text }]
  const said = text === '' && calls.length > 0 ? [] : [{ role, content: text }]
  const made = calls.map(({ id, name, arguments: given }) => ({
    type: 'function_call',
    call_id: id,
    name,
    arguments: sayable(given),
  }))
  return [...said, ...made]
}

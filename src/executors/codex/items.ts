// The items of a Codex turn (commands, changes, calls, lists) as updates of ours.
import type { ToolKind, ToolStatus, Update } from '../../core/nouns/update.ts'
import { asText, bounded, type Fields, fields, list, word } from '../acp/unknown.ts'
import { toolName } from '../naming.ts'
import { pieces } from '../streams/words.ts'

const linesAtMost = 200
const pathsAtMost = 50
const shell = /^(?:\/\S+\/)?(?:ba|z|da)?sh -l?c (['"])([\s\S]*)\1$/

/** `phase` is the last word of the event: started, updated or completed. */
export function updatesOfItem(item: Fields, phase: string): readonly Update[] {
  const type = word(item.type) ?? 'nameless'
  switch (type) {
    case 'agent_message':
      return phase === 'completed' ? pieces('message', `${asText(item.text)}\n`) : []
    case 'reasoning':
      return phase === 'completed' ? pieces('thought', `${asText(item.text)}\n`) : []
    case 'todo_list':
      return [{ kind: 'plan', entries: entriesOf(item) }]
    case 'error':
      return [{ kind: 'notice', text: `${bounded(asText(item.message), 2000)}\n` }]
    case 'command_execution':
      return phase === 'updated' ? [] : [command(item)]
    case 'file_change':
      return [change(item)]
    case 'mcp_tool_call':
      return [call(item)]
    case 'web_search':
      return [tool(item, { kind: 'fetch', title: `Search: ${asText(item.query)}`, own: 'search' })]
    case 'collab_tool_call':
      return [tool(item, { kind: 'other', title: `Agents: ${asText(item.tool)}`, own: 'agents' })]
    default:
      return [{ kind: 'other', name: bounded(type, 80), raw: bounded(asText(item), 4000) }]
  }
}

function entriesOf(item: Fields): Extract<Update, { kind: 'plan' }>['entries'] {
  return list(item.items)
    .slice(0, linesAtMost)
    .map((entry) => {
      const { text, completed } = fields(entry)
      return { text: bounded(asText(text), 500), status: completed === true ? 'done' : 'pending' }
    })
}

const statuses: Readonly<Record<string, ToolStatus>> = {
  in_progress: 'running',
  completed: 'done',
  failed: 'failed',
  declined: 'failed',
}

interface Told {
  readonly kind: ToolKind
  readonly title: string
  readonly own?: string
  readonly input?: string
  readonly output?: string
  readonly paths?: readonly string[]
}

function tool(item: Fields, { kind, title, own, input = '', output = '', paths = [] }: Told): Update {
  const status = typeof item.status === 'string' ? statuses[item.status] : undefined
  return {
    kind: 'tool',
    id: bounded(asText(item.id), 200),
    name: toolName('codex', kind, own),
    title: bounded(title, 500),
    tool: kind,
    ...(status === undefined ? {} : { status }),
    ...(input === '' ? {} : { input: bounded(input) }),
    ...(output === '' ? {} : { output: bounded(output) }),
    ...(paths.length === 0 ? {} : { paths: paths.slice(0, pathsAtMost).map((path) => bounded(path, 1000)) }),
  }
}

/** The shell that Codex puts around each command is left out. */
function command(item: Fields): Update {
  const whole = asText(item.command)
  const inner = shell.exec(whole)
  const title = inner === null ? whole : (inner[2] ?? '').replaceAll(`'\\''`, `'`).replaceAll('\\"', '"')
  const code = item.exit_code
  const ended = typeof code === 'number' && code !== 0 ? `\n[exit code ${code}]` : ''
  const input = title.length > 500 ? title : ''
  return tool(item, { kind: 'execute', title, input, output: `${asText(item.aggregated_output)}${ended}` })
}

function change(item: Fields): Update {
  const changes = list(item.changes).map(fields)
  const paths = changes.flatMap(({ path }) => word(path) ?? [])
  const gone = changes.length > 0 && changes.every(({ kind }) => kind === 'delete')
  const title = changes.slice(0, 20).map(({ path, kind }) => `${asText(kind)} ${asText(path)}`)
  return tool(item, { kind: gone ? 'delete' : 'edit', title: title.join(', '), paths })
}

function call(item: Fields): Update {
  const name = `${asText(item.server)}.${asText(item.tool)}`
  const result = fields(item.result)
  const text = list(result.content)
    .map((part) => asText(fields(part).text))
    .filter((one) => one !== '')
  const wrong = fields(item.error).message ?? item.error
  const output = wrong === undefined || wrong === null ? text.join('\n') : asText(wrong)
  return tool(item, { kind: 'other', title: name, own: name, input: asText(item.arguments), output })
}

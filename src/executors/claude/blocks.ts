// What Claude Code writes and what its tools give back, block by block, as updates of ours.
import type { ToolKind, Update } from '../../core/nouns/update.ts'
import { asText, bounded, type Fields, fields, list, word } from '../acp/unknown.ts'
import { toolName } from '../naming.ts'
import { pieces } from '../streams/words.ts'

const kinds: Readonly<Record<string, ToolKind>> = {
  Read: 'read',
  NotebookRead: 'read',
  Edit: 'edit',
  MultiEdit: 'edit',
  Write: 'edit',
  NotebookEdit: 'edit',
  Bash: 'execute',
  BashOutput: 'execute',
  KillShell: 'execute',
  Monitor: 'execute',
  Grep: 'search',
  Glob: 'search',
  LS: 'search',
  ToolSearch: 'search',
  WebFetch: 'fetch',
  WebSearch: 'fetch',
  TodoWrite: 'think',
  TaskCreate: 'think',
  TaskUpdate: 'think',
  TaskGet: 'think',
  TaskList: 'think',
  EnterPlanMode: 'switch_mode',
  ExitPlanMode: 'switch_mode',
}

const linesAtMost = 200
const plannedAs: Readonly<Record<string, 'pending' | 'doing' | 'done'>> = { in_progress: 'doing', completed: 'done' }

export function kindOfTool(name: string): ToolKind {
  return Object.hasOwn(kinds, name) ? (kinds[name] ?? 'other') : 'other'
}

/** What a person must see to know what a tool is about to do. */
export function titleOf(name: string, input: Fields): string {
  const what =
    word(input.command) ?? word(input.file_path) ?? word(input.notebook_path) ?? word(input.pattern) ?? word(input.url)
  return bounded(what === undefined ? name : `${name}: ${what}`, 500)
}

function pathsOf(input: Fields): readonly string[] {
  return [input.file_path, input.notebook_path, input.path].flatMap((path) => word(path) ?? []).slice(0, 1)
}

/** A part of what its model wrote. Text that was told as it came is not told again. */
export function updatesOfBlock(block: Fields, streamed: boolean): readonly Update[] {
  switch (block.type) {
    case 'text':
      return streamed ? [] : pieces('message', `${asText(block.text)}\n`)
    case 'thinking':
      return streamed ? [] : pieces('thought', `${asText(block.thinking)}\n`)
    case 'tool_use':
      return [use(block)]
    default:
      return []
  }
}

function use(block: Fields): Update {
  const name = asText(block.name)
  const input = fields(block.input)
  if (name === 'TodoWrite') return { kind: 'plan', entries: entriesOf(input) }
  const tool = kindOfTool(name)
  const paths = pathsOf(input)
  return {
    kind: 'tool',
    id: bounded(asText(block.id), 200),
    name: toolName('claude', tool, name),
    title: titleOf(name, input),
    tool,
    status: 'pending',
    input: bounded(asText(input)),
    ...(paths.length === 0 ? {} : { paths: paths.map((path) => bounded(path, 1000)) }),
  }
}

function entriesOf(input: Fields): Extract<Update, { kind: 'plan' }>['entries'] {
  return list(input.todos)
    .slice(0, linesAtMost)
    .map((entry) => {
      const { content, status } = fields(entry)
      return { text: bounded(asText(content), 500), status: plannedAs[asText(status)] ?? 'pending' }
    })
}

/** What came of a tool. */
export function updateOfResult(block: Fields): Extract<Update, { kind: 'tool' }> | undefined {
  if (block.type !== 'tool_result') return undefined
  const output = outputOf(block.content)
  return {
    kind: 'tool',
    id: bounded(asText(block.tool_use_id), 200),
    status: block.is_error === true ? 'failed' : 'done',
    ...(output === '' ? {} : { output: bounded(output) }),
  }
}

function outputOf(content: unknown): string {
  if (!Array.isArray(content)) return asText(content)
  return content
    .map((part) => {
      const { type, text } = fields(part)
      return type === 'text' ? asText(text) : `[${asText(type)}]`
    })
    .join('\n')
}

/** Pieces of a message as they come. */
export function updateOfPiece(event: Fields): Update | undefined {
  if (event.type === 'content_block_stop') return undefined
  const delta = fields(event.delta)
  const text = delta.type === 'text_delta' ? delta.text : delta.type === 'thinking_delta' ? delta.thinking : undefined
  if (event.type !== 'content_block_delta' || typeof text !== 'string' || text === '') return undefined
  return { kind: delta.type === 'text_delta' ? 'message' : 'thought', text: bounded(text) }
}

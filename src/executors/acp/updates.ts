// What an agent says that it does, put from the protocol's words into ours.
import { type ToolKind, type ToolStatus, type Update, updateLettersAtMost } from '../../core/nouns/update.ts'
import { toolName } from '../naming.ts'
import { asText, bounded, type Fields, fields, list, word } from './unknown.ts'

const kinds: readonly string[] = [
  'read',
  'edit',
  'delete',
  'move',
  'search',
  'execute',
  'think',
  'fetch',
  'switch_mode',
  'other',
] satisfies ToolKind[]

const statuses: Readonly<Record<string, ToolStatus>> = {
  pending: 'pending',
  in_progress: 'running',
  completed: 'done',
  failed: 'failed',
}

const planned = { pending: 'pending', in_progress: 'doing', completed: 'done' } as const
const linesOfPlan = 200
const pathsAtMost = 50

export function toolKind(value: unknown): ToolKind | undefined {
  return typeof value === 'string' && kinds.includes(value) ? (value as ToolKind) : undefined
}

/** Every update that follows from one of the protocol's; an echo of our own words is none. */
export function updatesOf(program: string, update: unknown): readonly Update[] {
  const told = fields(update)
  const name = word(told.sessionUpdate) ?? 'nameless'
  switch (name) {
    case 'user_message_chunk':
      return []
    case 'agent_message_chunk':
      return pieces('message', textOf(told.content))
    case 'agent_thought_chunk':
      return pieces('thought', textOf(told.content))
    case 'tool_call':
    case 'tool_call_update':
      return toolUpdate(program, told)
    case 'plan':
      return [planUpdate(told)]
    case 'current_mode_update':
      return [{ kind: 'setting', name: 'mode', value: bounded(asText(told.currentModeId), 200) }]
    case 'notice':
      return [{ kind: 'notice', text: bounded(noticeText(told)) }]
    case 'compaction_update':
      return [{ kind: 'notice', text: `It shortens what it remembers of this session: ${asText(told.status)}.\n` }]
    default:
      return [{ kind: 'other', name: bounded(name, 80), raw: bounded(asText(update)) }]
  }
}

function pieces(kind: 'message' | 'thought', text: string): Update[] {
  const all: Update[] = []
  for (let at = 0; at < text.length; at += updateLettersAtMost)
    all.push({ kind, text: text.slice(at, at + updateLettersAtMost) })
  return all
}

/** Text as it is, anything else by what it is called. */
export function textOf(content: unknown): string {
  const block = fields(content)
  if (block.type === 'text') return asText(block.text)
  if (block.type === 'resource_link') return asText(block.uri)
  if (block.type === 'resource') {
    const inside = fields(block.resource)
    return word(inside.text) ?? asText(inside.uri)
  }
  return block.type === undefined ? '' : `[${asText(block.type)}]`
}

/** What the call takes, what came of it, and where, as far as this update says. */
export function toolUpdate(program: string, told: Fields): Update[] {
  const id = word(told.toolCallId)
  if (id === undefined) return []
  const tool = toolKind(told.kind)
  const status = typeof told.status === 'string' ? statuses[told.status] : undefined
  const title = word(told.title)
  const own = word(told.name) ?? word(fields(fields(told._meta).claudeCode).toolName)
  const input = asText(told.rawInput)
  const output = outputOf(told)
  const paths = list(told.locations).flatMap((place) => word(fields(place).path) ?? [])
  return [
    {
      kind: 'tool',
      id: bounded(id, 200),
      ...(tool === undefined ? {} : { tool, name: toolName(program, tool, own ?? title) }),
      ...(title === undefined ? {} : { title: bounded(title, 500) }),
      ...(status === undefined ? {} : { status }),
      ...(input === '' || input === '{}' ? {} : { input: bounded(input) }),
      ...(output === '' ? {} : { output: bounded(output) }),
      ...(paths.length === 0 ? {} : { paths: paths.slice(0, pathsAtMost).map((path) => bounded(path, 1000)) }),
    },
  ]
}

export function outputOf(told: Fields): string {
  const shown = list(told.content)
    .map((part) => partText(fields(part)))
    .filter((text) => text !== '')
    .join('\n')
  return shown === '' ? asText(told.rawOutput) : shown
}

function partText(part: Fields): string {
  if (part.type === 'content') return textOf(part.content)
  if (part.type !== 'diff') return ''
  const before = word(part.oldText)
  const removed =
    before === undefined
      ? []
      : bounded(before)
          .split('\n')
          .map((line) => `-${line}`)
  const added = bounded(asText(part.newText))
    .split('\n')
    .map((line) => `+${line}`)
  return [asText(part.path), ...removed, ...added].join('\n')
}

function planUpdate(told: Fields): Update {
  const entries = list(told.entries)
    .slice(0, linesOfPlan)
    .map((entry) => {
      const { content, status } = fields(entry)
      const state = status === 'in_progress' || status === 'completed' ? planned[status] : planned.pending
      return { text: bounded(asText(content), 500), status: state }
    })
  return { kind: 'plan', entries }
}

function noticeText(told: Fields): string {
  const words = [word(told.title), word(told.description)].filter((one) => one !== undefined)
  return `${words.join(': ')}\n`
}

// The native driver of Claude Code: `claude -p` with streams both ways, every permission asked, no setting of the repository obeyed.
import type { Assignment, Executor } from '../../core/ports.ts'
import { turn } from '../../core/prompt.ts'
import type { AcpOptions } from '../acp/options.ts'
import { allowed, surroundings } from '../programs/claude.ts'
import { available, type Furnishing, type Seat } from '../programs/index.ts'
import { type Native, StreamRun } from '../streams/run.ts'
import { ClaudeDialogue } from './dialogue.ts'

const streams = [
  ...['-p', '--output-format', 'stream-json', '--input-format', 'stream-json'],
  ...['--verbose', '--include-partial-messages', '--permission-prompt-tool', 'stdio'],
]
/** What reaches beyond its own attempt: other sessions, other folders, other times. */
const beyond = [
  ...['CronCreate', 'CronDelete', 'CronList', 'ScheduleWakeup', 'ListAgents', 'SendMessage'],
  ...['EnterWorktree', 'ExitWorktree', 'EnterPlanMode', 'ExitPlanMode', 'ReportFindings'],
]
const others = ['Agent', 'Task', 'Workflow']
const writing = ['Edit', 'MultiEdit', 'Write', 'NotebookEdit']
/** Its own settings of a repository, with their hooks, are not read; what the repository says in words it may read itself. */
const habits =
  'If there is a CLAUDE.md or an AGENTS.md in your working folder, read it before you begin: it says how this project is worked on.'

function withheld({ agent, readsOnly }: Assignment): string {
  return [...beyond, ...(agent.subagents === true ? [] : others), ...(readsOnly ? writing : [])].join(',')
}

const tokenVariable = (index: number): string => `BATON_TOOLS_TOKEN_${index + 1}`

/** The secrets stay in variables: a command line can be read by others. */
function toolsOf(assignment: Assignment): string[] {
  const { tools } = assignment
  const servers = tools.map(({ name, url }, index) => {
    const headers = { Authorization: `Bearer \${${tokenVariable(index)}}` }
    return [name, { type: 'http', url, headers }]
  })
  if (servers.length === 0) return []
  return [
    '--mcp-config',
    JSON.stringify({ mcpServers: Object.fromEntries(servers) }),
    '--allowedTools',
    ...allowed(assignment),
  ]
}

/** What a profile says of its session; what has no option of its own is a setting. */
function chosenBy({ agent }: Assignment): string[] {
  const { effort, mode, ...rest } = agent.options ?? {}
  return [
    ...(effort === undefined ? [] : ['--effort', effort]),
    ...['--permission-mode', mode ?? 'default'],
    ...(Object.keys(rest).length === 0 ? [] : ['--settings', JSON.stringify(rest)]),
  ]
}

export function furnish(seat: Seat, resume: string | undefined): Furnishing {
  const { assignment } = seat
  return {
    args: [
      ...streams,
      ...['--setting-sources', '', '--strict-mcp-config', '--disable-slash-commands'],
      ...['--disallowedTools', withheld(assignment), '--append-system-prompt', habits],
      ...chosenBy(assignment),
      ...toolsOf(assignment),
      ...(resume === undefined ? [] : ['--resume', resume]),
    ],
    env: {
      ...surroundings(seat),
      ...Object.fromEntries(assignment.tools.map(({ token }, index) => [tokenVariable(index), token])),
    },
  }
}

const native: Native = {
  furnish,
  opening: (assignment, resume) => {
    const text = turn(assignment, resume !== undefined)
    const message = { role: 'user', content: [{ type: 'text', text }] }
    return `${JSON.stringify({ type: 'user', message })}\n`
  },
  converses: true,
  dialogue: ({ agent, model }) =>
    new ClaudeDialogue({
      agent: agent.name,
      costsMean: model === undefined || (model.endpoint === '' && model.provider === 'anthropic'),
    }),
}

export function claudeExecutor(options: AcpOptions): Executor {
  return {
    name: 'claude',
    keepsHome: true,
    start: (assignment) => new StreamRun(options, assignment, native),
    available: (agent) => available(agent, options, true),
  }
}

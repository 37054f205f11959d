// Claude Code of Anthropic, and the adapter through which it speaks ACP.
import type { Program, Seat } from './program.ts'

export function surroundings({ server, assignment }: Seat): Record<string, string> {
  const quiet = {
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    // Without this Baton's own tools are hidden behind a search.
    ENABLE_TOOL_SEARCH: 'false',
    NO_BROWSER: '1',
  }
  if (server === undefined) {
    const own = assignment.model
    return own === undefined ? quiet : { ...quiet, ANTHROPIC_MODEL: own.id }
  }
  const { id } = server.model
  return {
    ...quiet,
    CLAUDE_CODE_MAX_RETRIES: '2',
    // Other vendors' models take no part in its way of thinking.
    ...(server.model.provider === 'anthropic' ? {} : { MAX_THINKING_TOKENS: '0' }),
    ANTHROPIC_BASE_URL: server.origin,
    // Local servers look at the Authorization header only; the other variable would be sent as x-api-key.
    ANTHROPIC_AUTH_TOKEN: server.key,
    ANTHROPIC_MODEL: id,
    ANTHROPIC_CUSTOM_MODEL_OPTION: id,
    ANTHROPIC_DEFAULT_OPUS_MODEL: id,
    ANTHROPIC_DEFAULT_SONNET_MODEL: id,
    ANTHROPIC_DEFAULT_HAIKU_MODEL: id,
    ANTHROPIC_SMALL_FAST_MODEL: id,
  }
}

/** Agents below it, and tools by which it would act when its step is long over, or elsewhere. */
const withheld = [
  ...['Agent', 'Task', 'Workflow', 'SendMessage', 'ListAgents'],
  ...['CronCreate', 'CronDelete', 'CronList', 'ScheduleWakeup', 'EnterWorktree', 'ExitWorktree', 'EnterPlanMode'],
]

/** Baton's own tools need no leave: they reach nothing but their attempt. */
export function allowed({ tools }: Seat['assignment']): readonly string[] {
  return tools.map(({ name }) => `mcp__${name}`)
}

const account = {
  vendor: 'anthropic',
  keys: ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN'],
  logins: ['.claude/.credentials.json'],
  hosts: ['api.anthropic.com:443', 'console.anthropic.com:443', 'platform.claude.com:443'],
}

export const claude: Program = {
  name: 'claude',
  package: '@anthropic-ai/claude-code',
  commands: ['claude'],
  install: 'npm install --global @anthropic-ai/claude-code',
  adapter: 'claude-agent-acp',
  ...account,
}

export const claudeAcp: Program = {
  name: 'claude-agent-acp',
  package: '@agentclientprotocol/claude-agent-acp',
  commands: ['claude-agent-acp'],
  install: 'npm install --global @agentclientprotocol/claude-agent-acp',
  ...account,
  acp: {
    furnish: (seat) => ({
      env: surroundings(seat),
      meta: {
        claudeCode: {
          options: {
            promptSuggestions: false,
            // A repository's own settings would send it elsewhere and run its hooks; its servers of tools would be started.
            settingSources: [],
            strictMcpConfig: true,
            allowedTools: allowed(seat.assignment),
            ...(seat.assignment.agent.subagents === true ? {} : { disallowedTools: withheld }),
          },
        },
      },
    }),
    settings: ({ assignment }) => [{ option: 'mode', values: [assignment.readsOnly ? 'plan' : 'default'] }],
    resumes: true,
    tools: true,
  },
}

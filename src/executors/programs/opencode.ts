// OpenCode.
import type { Program, Seat } from './program.ts'

function configuration({ server, assignment }: Seat): Record<string, unknown> {
  const ask = { edit: 'ask', bash: 'ask', webfetch: 'ask', ...(assignment.agent.subagents ? {} : { task: 'deny' }) }
  const quiet = { autoupdate: false, share: 'disabled', permission: ask }
  if (server === undefined) return assignment.model === undefined ? quiet : { ...quiet, model: assignment.model.id }
  const { id, context = 128_000, maxOutput = 8000 } = server.model
  const model = { name: id, tool_call: true, limit: { context, output: maxOutput } }
  const baton = {
    npm: '@ai-sdk/openai-compatible',
    name: 'baton',
    options: { baseURL: server.url, apiKey: server.key },
    models: { [id]: model },
  }
  return {
    ...quiet,
    model: `baton/${id}`,
    small_model: `baton/${id}`,
    enabled_providers: ['baton'],
    provider: { baton },
  }
}

export const opencode: Program = {
  name: 'opencode',
  package: 'opencode-ai',
  commands: ['opencode'],
  install: 'npm install --global opencode-ai',
  logins: ['.local/share/opencode/auth.json'],
  obeys: ['opencode.json', 'opencode.jsonc', '.opencode'],
  acp: {
    furnish: (seat) => ({
      args: ['acp', '--cwd', seat.folder],
      env: {
        OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration(seat)),
        OPENCODE_DISABLE_MODELS_FETCH: '1',
        OPENCODE_DISABLE_AUTOUPDATE: '1',
      },
    }),
    settings: ({ assignment }) => (assignment.readsOnly ? [{ option: 'mode', values: ['plan'] }] : []),
    resumes: true,
    tools: true,
  },
}

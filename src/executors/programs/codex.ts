// Codex of OpenAI, and the adapter through which it speaks ACP.
import type { Program, Seat } from './program.ts'

export const keyVariable = 'BATON_MODEL_KEY'

/** What `config.toml` would say; as JSON, the adapter takes it from a variable. */
export function configuration({ server, assignment }: Seat): Record<string, unknown> {
  const quiet = {
    analytics: { enabled: false },
    features: { plugins: false, apps: false, multi_agent: assignment.agent.subagents === true },
  }
  if (server === undefined) {
    const own = assignment.model
    return own === undefined ? quiet : { ...quiet, model: own.id }
  }
  const baton = { name: 'baton', base_url: server.url, env_key: keyVariable, wire_api: 'responses' }
  const patience = { request_max_retries: 2, stream_max_retries: 2 }
  const { context } = server.model
  return {
    ...quiet,
    model: server.model.id,
    ...(context === undefined ? {} : { model_context_window: context }),
    model_provider: 'baton',
    model_providers: { baton: { ...baton, ...patience } },
  }
}

/** Its thread fails first; why is in the message after it. */
function trouble(update: Readonly<Record<string, unknown>>): string | undefined {
  const failed =
    update.sessionUpdate === 'session_info_update' && JSON.stringify(update._meta ?? '').includes('"systemError"')
  return failed ? 'Its thread failed.' : undefined
}

const account = {
  vendor: 'openai',
  keys: ['CODEX_API_KEY', 'OPENAI_API_KEY'],
  logins: ['.codex/auth.json'],
  hosts: ['api.openai.com:443', 'chatgpt.com:443', 'auth.openai.com:443'],
}

export const codex: Program = {
  name: 'codex',
  package: '@openai/codex',
  commands: ['codex'],
  install: 'npm install --global @openai/codex',
  adapter: 'codex-acp',
  ...account,
}

export const codexAcp: Program = {
  name: 'codex-acp',
  package: '@agentclientprotocol/codex-acp',
  commands: ['codex-acp'],
  install: 'npm install --global @agentclientprotocol/codex-acp',
  ...account,
  // It trusts every folder that it works in, and so starts what is named there.
  obeys: ['.codex/config.toml', '.codex/hooks.json'],
  acp: {
    furnish: (seat) => ({
      env: {
        CODEX_CONFIG: JSON.stringify(configuration(seat)),
        NO_BROWSER: '1',
        // Else a key is not looked at.
        ...(seat.keys.length === 0 ? {} : { DEFAULT_AUTH_REQUEST: JSON.stringify({ methodId: 'api-key' }) }),
        ...(seat.server === undefined ? {} : { MODEL_PROVIDER: 'baton', [keyVariable]: seat.server.key }),
      },
    }),
    // Its own sandbox cannot be set up inside ours; where there is none of ours, its own is kept.
    settings: ({ assignment }) => [
      {
        option: 'mode',
        values: assignment.readsOnly
          ? ['read-only']
          : assignment.isolation === 'none'
            ? ['workspace-write', 'agent']
            : ['agent-full-access', 'agent'],
      },
    ],
    trouble,
    resumes: true,
    tools: true,
    titles: true,
  },
}

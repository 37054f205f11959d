// Gemini CLI of Google.
import type { Program } from './program.ts'

const settings = (selectedType: string, subagents: boolean, servers: readonly string[]): string =>
  JSON.stringify({
    security: { auth: { selectedType } },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false, maxAttempts: 3 },
    telemetry: { enabled: false },
    // Baton's own tools need no leave: they reach nothing but their attempt.
    ...(servers.length === 0 ? {} : { mcp: { allowed: servers } }),
    experimental: { enableAgents: subagents },
    tools: { exclude: ['enter_plan_mode', ...(subagents ? [] : ['invoke_agent'])] },
  })

export const gemini: Program = {
  name: 'gemini',
  package: '@google/gemini-cli',
  commands: ['gemini'],
  install: 'npm install --global @google/gemini-cli',
  vendor: 'google',
  keys: ['GEMINI_API_KEY'],
  logins: ['.gemini/oauth_creds.json'],
  hosts: [
    'generativelanguage.googleapis.com:443',
    'cloudcode-pa.googleapis.com:443',
    'oauth2.googleapis.com:443',
    'accounts.google.com:443',
  ],
  obeys: ['.env', '.gemini/.env', '.gemini/settings.json'],
  acp: {
    furnish: ({ server, assignment, keys }) => {
      const id = server?.model.id ?? assignment.model?.id
      return {
        args: ['--acp', '--skip-trust', ...(id === undefined ? [] : ['-m', id])],
        env: {
          GEMINI_CLI_NO_RELAUNCH: 'true',
          ...(server === undefined ? {} : { GEMINI_API_KEY: server.key, GOOGLE_GEMINI_BASE_URL: server.origin }),
        },
        files: {
          '.gemini/settings.json': settings(
            server === undefined && !keys.includes('GEMINI_API_KEY') ? 'oauth-personal' : 'gemini-api-key',
            assignment.agent.subagents === true,
            assignment.tools.map(({ name }) => name),
          ),
        },
      }
    },
    settings: ({ assignment }) => [{ option: 'mode', values: [assignment.readsOnly ? 'plan' : 'default'] }],
    // It says that it can load a session, and fails when it is asked to.
    resumes: false,
    tools: true,
  },
}

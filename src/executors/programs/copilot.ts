// Copilot CLI of GitHub.
import type { Program } from './program.ts'

/** No agents below it. */
const alone = ['--excluded-tools', 'task', 'read_agent', 'list_agents', 'write_agent']

/** What a server refused for good is told by its status. */
const failures = /^Error: (Failed to get response from the AI model|Authentication failed|Execution failed|[45]\d\d )/

function trouble({ sessionUpdate, content }: Readonly<Record<string, unknown>>): string | undefined {
  if (sessionUpdate !== 'agent_message_chunk' || typeof content !== 'object' || content === null) return undefined
  const text = 'text' in content && typeof content.text === 'string' ? content.text : ''
  return failures.test(text) ? text : undefined
}

export const copilot: Program = {
  name: 'copilot',
  package: '@github/copilot',
  // The second is a script that starts the first and waits for it.
  commands: [`copilot-${process.platform}-${process.arch}`, 'copilot'],
  install: 'npm install --global @github/copilot',
  vendor: 'github',
  keys: ['COPILOT_GITHUB_TOKEN'],
  logins: ['.copilot/config.json'],
  hosts: ['api.github.com:443', 'api.githubcopilot.com:443', 'api.individual.githubcopilot.com:443', 'github.com:443'],
  obeys: ['.github/hooks', '.github/copilot/settings.json', '.github/copilot/settings.local.json'],
  // A quarter of a gigabyte, at its first start in each HOME.
  unpacks: { variable: 'COPILOT_PKG_CACHE_HOME', folder: '.cache/copilot' },
  acp: {
    furnish: ({ server, assignment }) => ({
      args: [
        ...['--acp', '--no-auto-update', ...(assignment.agent.subagents === true ? [] : alone)],
        // Baton's own need no leave: they reach nothing but their attempt.
        ...assignment.tools.flatMap(({ name }) => ['--allow-tool', name]),
      ],
      env: {
        COPILOT_AUTO_UPDATE: 'false',
        ...(server === undefined
          ? assignment.model === undefined
            ? {}
            : { COPILOT_MODEL: assignment.model.id }
          : {
              COPILOT_OFFLINE: 'true',
              COPILOT_PROVIDER_BASE_URL: server.url,
              COPILOT_PROVIDER_API_KEY: server.key,
              COPILOT_MODEL: server.model.id,
            }),
      },
    }),
    settings: () => [{ option: 'allow_all', values: ['off'] }],
    trouble,
    resumes: true,
    tools: true,
  },
}

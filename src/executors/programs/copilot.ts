// Copilot CLI of GitHub.
import type { Program } from './program.ts'

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
  acp: {
    furnish: ({ server, assignment }) => ({
      args: ['--acp', '--no-auto-update'],
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
    resumes: true,
    tools: true,
  },
}

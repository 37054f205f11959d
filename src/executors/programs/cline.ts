// Cline.
import type { Program } from './program.ts'

export const cline: Program = {
  name: 'cline',
  package: 'cline',
  commands: ['cline'],
  install: 'npm install --global cline',
  acp: {
    furnish: ({ server }) => ({
      args: ['--acp'],
      env: {
        // Else it leaves a program running behind it.
        CLINE_SESSION_BACKEND_MODE: 'local',
        CLINE_NO_AUTO_UPDATE: '1',
        ...(server === undefined ? {} : { CLINE_API_KEY: server.key, CLINE_PROVIDER: 'openai-compatible' }),
      },
    }),
    settings: () => [{ option: 'auto_approve', values: ['false'] }],
    resumes: false,
    tools: false,
  },
}

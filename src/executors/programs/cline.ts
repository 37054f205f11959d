// Cline.
import type { Program, Seat } from './program.ts'

/** A server of one's own can be named in this file only. */
function files({ server }: Seat): Record<string, string> {
  const settings = { '.cline/data/settings/global-settings.json': JSON.stringify({ telemetryOptOut: true }) }
  if (server === undefined) return settings
  const provider = 'openai-compatible'
  const own = { provider, apiKey: server.key, model: server.model.id, baseUrl: server.url }
  const providers = {
    version: 1,
    lastUsedProvider: provider,
    modes: {},
    providers: { [provider]: { settings: own, updatedAt: '2026-01-01T00:00:00.000Z', tokenSource: 'manual' } },
  }
  return { ...settings, '.cline/data/settings/providers.json': JSON.stringify(providers) }
}

export const cline: Program = {
  name: 'cline',
  package: 'cline',
  commands: ['cline'],
  install: 'npm install --global cline',
  obeys: ['.cline', '.clinerules/hooks'],
  acp: {
    furnish: (seat) => ({
      args: ['--acp'],
      env: {
        // Else it leaves a program running behind it.
        CLINE_SESSION_BACKEND_MODE: 'local',
        CLINE_NO_AUTO_UPDATE: '1',
        ...(seat.server === undefined
          ? {}
          : {
              CLINE_API_KEY: seat.server.key,
              CLINE_PROVIDER: 'openai-compatible',
              CLINE_MODEL: seat.server.model.id,
            }),
      },
      files: files(seat),
    }),
    settings: ({ server }) => [
      { option: 'auto_approve', values: ['false'] },
      // It begins with a model of its own, and offers no other.
      ...(server === undefined ? [] : [{ option: 'model', values: [server.model.id], unoffered: true as const }]),
    ],
    resumes: false,
    tools: false,
  },
}

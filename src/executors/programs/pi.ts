// Pi, and the adapter through which it speaks ACP.
import type { Program, Seat } from './program.ts'

function files({ server }: Seat): Record<string, string> {
  if (server === undefined) return {}
  const { id, context = 128_000, maxOutput = 8000 } = server.model
  const free = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 }
  const model = { id, name: id, reasoning: false, input: ['text'], contextWindow: context, maxTokens: maxOutput }
  const baton = {
    baseUrl: server.url,
    api: 'openai-completions',
    apiKey: server.key,
    models: [{ ...model, cost: free }],
  }
  return {
    '.pi/agent/models.json': JSON.stringify({ providers: { baton } }),
    '.pi/agent/settings.json': JSON.stringify({ defaultProvider: 'baton', defaultModel: id }),
  }
}

export const pi: Program = {
  name: 'pi',
  package: '@earendil-works/pi-coding-agent',
  commands: ['pi'],
  install: 'npm install --global @earendil-works/pi-coding-agent pi-acp',
  adapter: 'pi-acp',
}

export const piAcp: Program = {
  name: 'pi-acp',
  package: 'pi-acp',
  commands: ['pi-acp'],
  install: 'npm install --global pi-acp @earendil-works/pi-coding-agent',
  needs: ['pi'],
  obeys: ['.pi'],
  acp: {
    furnish: (seat) => ({ env: { PI_OFFLINE: '1' }, files: files(seat) }),
    resumes: false,
    tools: false,
  },
}

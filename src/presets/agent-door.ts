// Where agents at work find Baton's own tools: a door of their own on this machine, opened when the first of them wants it.
import manifest from '../../package.json' with { type: 'json' }
import type { House } from '../core/ports/house.ts'
import type { ToolServer } from '../core/ports.ts'
import type { HttpDoor } from '../doors/http/door.ts'
import { realClock } from './clock.ts'
import { once } from './lazily.ts'

export interface AgentDoor {
  admit(attempt: string): Promise<ToolServer>
  dismiss(attempt: string): void
  close(): Promise<void>
}

const mostTokens = 256

/**
 * Served houses have it too: what an agent in its sandbox can reach should be these tools, and not everything that people are served; nor
 * can what it asks use up what they may ask. `secrets` is what never reaches a transcript; each token joins it.
 */
export function agentDoor(house: Promise<House>, secrets: string[]): AgentDoor {
  const door = once(async () => open(await house))
  const given: string[] = []
  return {
    admit: async (attempt) => {
      const opened = await door.get()
      const token = opened.admit(attempt)
      secrets.push(token)
      given.push(token)
      const old = given.length > mostTokens ? secrets.indexOf(given.shift() ?? '') : -1
      if (old >= 0) secrets.splice(old, 1)
      return { name: 'baton', url: `${opened.urls[0]}/mcp`, token }
    },
    dismiss: (attempt) => void door.opened()?.then((opened) => opened.dismiss(attempt)),
    close: async () => (await door.opened())?.close(),
  }
}

async function open(house: House): Promise<HttpDoor> {
  const [{ openHttpDoor }, { methods }] = await Promise.all([
    import('../doors/http/door.ts'),
    import('../api/index.ts'),
  ])
  return openHttpDoor({
    house,
    methods: methods.filter((one) => 'forAgents' in one),
    clock: realClock,
    version: manifest.version,
    // Nobody is told it.
    token: realClock.chance(40),
    owner: 'nobody',
    port: 0,
    forAgents: true,
  })
}

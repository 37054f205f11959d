// baton mcp: Baton's methods as tools for an editor or agent that starts this command and speaks to it through its pipes.
import { userInfo } from 'node:os'
import manifest from '../../../package.json' with { type: 'json' }
import { methods } from '../../api/index.ts'
import type { Scope } from '../../api/scopes.ts'
import { HungUp } from '../../client/over.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { serveStdio } from '../../doors/mcp/stdio.ts'
import { realClock } from '../../presets/clock.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import type { Connection } from '../world.ts'

export const mcp: Command = {
  name: 'mcp',
  caption:
    'Gives an editor or agent the tools of Baton over its standard input and output (MCP); it may read and run, and what --allow adds.',
  usage: '[--allow approve|admin …]',
  example: 'baton mcp\nbaton mcp --allow approve',
  options: [
    {
      name: 'allow',
      value: 'right',
      many: true,
      caption: 'let it answer gates (approve), or do whatever you may (admin)',
    },
  ],
  words: [0, 0],
  json: 'nothing but the protocol',
  run: async (context) => {
    const may = new Set<Scope>(['read', 'run', ...rights(context)])
    const desk = new Desk(context, await context.world.connect('work'))
    try {
      await serveStdio({
        version: manifest.version,
        clock: realClock,
        ...context.world.pipes(),
        port: {
          methods,
          caller: { name: userInfo().username, may },
          owner: '',
          ask: (method, params) => desk.ask(method, params),
        },
      })
    } finally {
      await desk.house.close()
    }
    return exits.ok
  },
}

const more: readonly Scope[] = ['approve', 'admin']

function rights(context: Context): readonly Scope[] {
  return context.all('allow').map((given) => {
    const right = more.find((one) => one === given)
    if (right !== undefined) return right
    throw new Refused(
      refuse('invalid', `--allow ${given}`, `it must be one of: ${more.join(', ')}`, 'give one of these'),
    )
  })
}

/** An editor stays open for days; the process that holds the home may go meanwhile, and another take its place. */
class Desk {
  house: Connection
  readonly #context: Context

  constructor(context: Context, house: Connection) {
    this.#context = context
    this.house = house
  }

  /** What only looks is asked again of whoever has the home now; of the rest nobody knows whether it was done. */
  async ask(name: string, params: unknown): Promise<unknown> {
    const { house } = this
    try {
      return await call(house, name, params)
    } catch (error) {
      if (!(error instanceof HungUp)) throw error
      if (this.house === house) this.house = await this.#context.world.connect('work')
      const shape = methods.find((one) => one.name === name)?.shape
      if (shape !== 'view' && shape !== 'read') throw error
      return call(this.house, name, params)
    }
  }
}

/** The names of methods come from the list that the tools are made from. */
function call(house: Connection, name: string, params: unknown): Promise<unknown> {
  return house.call(name as 'status/list', params as Record<string, never>)
}

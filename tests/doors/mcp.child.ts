// A program that speaks the protocol on its standard input and output, as an editor starts one: `node mcp.child.ts`.
import { methods } from '../../src/api/index.ts'
import { perform } from '../../src/api/perform.ts'
import { everything } from '../../src/api/scopes.ts'
import { Refused, refuse } from '../../src/core/refusals.ts'
import { serveStdio } from '../../src/doors/mcp/stdio.ts'
import { realClock } from '../../src/presets/clock.ts'
import { busyHouse, folder } from '../cli/testing.ts'

const house = busyHouse()
const caller = { name: 'ann', folder, may: everything }
await serveStdio({
  version: '1.2.3',
  clock: realClock,
  input: process.stdin,
  output: process.stdout,
  port: {
    methods,
    // The house takes this program for its owner; what the agent may do is less.
    caller: { ...caller, may: new Set(['read', 'run']) },
    owner: '',
    ask: async (name, params) => {
      const method = methods.find((one) => one.name === name)
      if (method === undefined) throw new Refused(refuse('not-found', name, 'there is none', 'see docs'))
      const done = await perform(method, house, caller, params)
      if (!done.ok) throw new Refused(done.refusal)
      return done.result
    },
  },
})
process.stderr.write('ended\n')

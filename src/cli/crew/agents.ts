// baton agents: who could do steps here, whether each could be started now, and what is missing where not.
import type { AgentLine, AgentList } from '../../api/agent/list.ts'
import type { Command } from '../command.ts'
import { type People, type Piece, paint } from '../print/people.ts'

export const agents: Command = {
  name: 'agents',
  caption:
    'Lists the agents of this repository, and those that only need their name in baton.yaml, with what each lacks.',
  usage: '',
  example: 'baton agents\nbaton agents --json',
  options: [],
  words: [0, 0],
  json: '{ mode, agents: { name, from, executor, program?, model?, tier?, local, account, network, roles, readsOnly, seats, busy, ok, why, barred? }[] }',
  run: async (context) => {
    const list = await context.with('look', (house) => house.call('agent/list', {}))
    context.give(list, (people) => print(people, list))
    return undefined
  },
}

export const free: Command = {
  name: 'agents free',
  caption: 'Says that an account can be used again: somebody logged in, paid, or installed what was missing.',
  usage: '<account> [--reason <text>]',
  example: 'baton agents free claude --reason "logged in again"',
  options: [{ name: 'reason', value: 'text', caption: 'why, for the record' }],
  words: [1, 1],
  json: '{ account, seq, facts: string[] }',
  run: async (context) => {
    const account = context.word(0)
    const why = context.text('reason')
    await context.with('write', async (house) => {
      const done = await house.call('account/free', { account, ...(why === undefined ? {} : { why }) })
      context.give({ account, ...done }, (people) => people.line(`${account} can be used again.`))
    })
    return undefined
  },
}

function print(people: People, { mode, agents: all }: AgentList): void {
  if (mode === 'offline') people.line(paint('yellow', 'offline: only what runs on machines of your own is used'))
  const parts: readonly [AgentLine['from'], string][] = [
    ['trusted', 'Agents of this repository:'],
    ['shown', 'Agents of a configuration that nobody has trusted yet:'],
    ['shipped', 'Known, and not configured here (write their name under agents in baton.yaml):'],
  ]
  for (const [from, title] of parts) {
    const found = all.filter((one) => one.from === from)
    if (found.length === 0) continue
    people.line({ text: title, style: 'bold' })
    people.table(found.map(row), '  ')
  }
}

function row(agent: AgentLine): Piece[] {
  const { name, ok, executor, program, model, tier, local, seats, busy, from, barred, why } = agent
  const driven = program === undefined || program === executor ? executor : `${program} by ${executor}`
  const strong = tier === undefined ? '' : tier
  const said = barred === undefined ? why : `${barred.kind}: ${barred.why}${untilText(barred.until)}`
  return [
    ok ? paint('green', 'ok') : paint('red', 'no'),
    name,
    model === undefined ? driven : `${driven}, ${model}`,
    strong,
    local ? 'local' : 'elsewhere',
    from === 'trusted' ? `${busy}/${seats}` : '',
    said,
  ]
}

function untilText(until: number | undefined): string {
  return until === undefined ? '' : ` (until ${new Date(until).toISOString()})`
}

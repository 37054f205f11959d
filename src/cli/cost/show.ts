// baton cost: what was spent, by item, step, agent, model or day.
import type { CostLine, Costs } from '../../api/cost/show.ts'
import { costKeys } from '../../core/spending/sums.ts'
import type { Command } from '../command.ts'
import { idOf } from '../names.ts'
import { dollars, part, thousands } from '../print/money.ts'
import type { People, Piece } from '../print/people.ts'
import { duration, plural } from '../print/words.ts'

const line =
  '{ key, attempts, landed, tokensIn, tokensOut, cachedIn, costUsd, ms, unpriced, abandonedUsd, abandonedTokens, openUsd, cachedShare, abandonedShare, perLandedUsd? }'

export const cost: Command = {
  name: 'cost',
  caption: 'What was spent, how much of it was read from caches, and how much went into work that will not land.',
  usage: '[<item>] [--by item|step|agent|model|day]',
  example: 'baton cost\nbaton cost 001-photo-albums --by agent\nbaton cost --by day --json',
  options: [{ name: 'by', value: 'word', caption: 'what is added up together (usually items, or steps of one item)' }],
  words: [1, 0],
  json: `{ seq, by, item?, total: line, lines: line[], more }, where a line is ${line}`,
  run: async (context) => {
    const by = context.choice('by', costKeys)
    await context.with('look', async (house) => {
      const item = context.words.length === 0 ? {} : { item: await idOf(house, context.word(0), 'item') }
      const costs = await house.call('cost/show', {
        ...item,
        ...(by === undefined ? {} : { by }),
        limit: context.json ? 5000 : 200,
      })
      context.give(costs, (people) => print(people, costs))
    })
    return undefined
  },
}

function print(people: People, costs: Costs): void {
  if (costs.total.attempts === 0) {
    people.line('nothing was spent: no attempt was made')
    return
  }
  const head = [costs.by, 'cost', 'abandoned', 'tries', 'landed', 'in', 'cached', 'out', 'time']
  const rows = [...costs.lines.map((one) => cells(nameOf(one, costs.by), one)), cells('in all', costs.total)]
  people.table([head.map((text): Piece => ({ text, style: 'dim' })), ...rows])
  if (costs.more > 0) people.line(`… and ${plural(costs.more, 'line')} more: --json gives up to 5000`)
  const { perLandedUsd, openUsd, unpriced } = costs.total
  if (perLandedUsd !== undefined) people.line(`${dollars(perLandedUsd)} for each step that landed`)
  if (openUsd > 0) people.line(`${dollars(openUsd)} of it on work that is still under way`)
  if (unpriced > 0)
    people.line(
      { text: `${thousands(unpriced)} tokens have no known price`, style: 'yellow' },
      ': give their model one (price_in, price_cached, price_out), for what they cost is not in these sums',
    )
}

function nameOf(one: CostLine, by: Costs['by']): string {
  return one.key === '' && by === 'model' ? '(chosen by the agent)' : one.key
}

function cells(name: string, one: CostLine): readonly Piece[] {
  const unsure = one.unpriced > 0 ? '+?' : ''
  return [
    name,
    `${dollars(one.costUsd)}${unsure}`,
    `${dollars(one.abandonedUsd)} (${part(one.abandonedShare)})`,
    String(one.attempts),
    String(one.landed),
    thousands(one.tokensIn),
    part(one.cachedShare),
    thousands(one.tokensOut),
    duration(one.ms),
  ]
}

// baton budget: how much an item, a step or a day may take.

import type { Command } from '../command.ts'
import { find } from '../names.ts'

const most = 1e12

export const budget: Command = {
  name: 'budget',
  caption:
    'Says how much an item, a step or a day here may take, in place of what baton.yaml says; with no option, as much as it takes.',
  usage: '<item|step|day> [--cost <dollars>] [--tokens <count>] [--hours <count>] [--reason <text>]',
  example: 'baton budget 001-photo-albums --cost 20\nbaton budget T012 --tokens 500000\nbaton budget day --cost 50',
  options: [
    { name: 'cost', value: 'dollars', caption: 'US dollars' },
    { name: 'tokens', value: 'count', caption: 'tokens, in and out together' },
    { name: 'hours', value: 'count', caption: 'hours of agents at work, added up' },
    { name: 'reason', value: 'text', caption: 'why, for the record' },
  ],
  words: [1, 1],
  json: '{ scope, of, seq, facts: string[] }',
  run: async (context) => {
    const costUsd = context.number('cost', 0, most)
    const tokens = context.whole('tokens', 0, most)
    const hours = context.number('hours', 0, 1e6)
    const why = context.text('reason')
    await context.with('write', async (house) => {
      const name = context.word(0)
      const day = name === 'day'
      const of = day
        ? (await house.call('workspace/look', { quick: true })).repository.root
        : (await find(house, name, ['item', 'step'])).id
      const scope = day ? 'day' : of.includes('/') ? 'step' : 'item'
      const done = await house.call('budget/set', {
        scope,
        of,
        ...(costUsd === undefined ? {} : { costUsd }),
        ...(tokens === undefined ? {} : { tokens }),
        ...(hours === undefined ? {} : { workMs: Math.round(hours * 3_600_000) }),
        ...(why === undefined ? {} : { why }),
      })
      context.give({ scope, of, ...done }, (people) => people.line(`The budget of ${day ? 'a day here' : of} is set.`))
    })
    return undefined
  },
}

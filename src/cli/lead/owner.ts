// baton owner: hands an item or a step to somebody else.
import type { Command } from '../command.ts'
import { find } from '../names.ts'

export const owner: Command = {
  name: 'owner',
  caption: 'Hands an item or a step to somebody else; who had it, and why it went over, stays in the record.',
  usage: '<item|step> <to> --why <text>',
  example:
    'baton owner 001-photo-albums grace --why "ada is away until May"\nbaton owner T012 grace --why "she knows the icons"',
  options: [{ name: 'why', value: 'text', caption: 'the reason, for the record' }],
  words: [2, 2],
  json: '{ on, to, seq, facts: string[] }',
  run: async (context) => {
    const why = context.need('why', 'the reason')
    const to = context.word(1)
    await context.with('write', async (house) => {
      const { id } = await find(house, context.word(0), ['item', 'step'])
      const done = await house.call('owner/transfer', { on: id, to, why })
      context.give({ on: id, to, ...done }, (people) => people.line(`${id} belongs to `, to, ' now.'))
    })
    return undefined
  },
}

// baton open: a link that lets one browser in to the server of this home.
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { announce } from './staying.ts'

export const open: Command = {
  name: 'open',
  caption: 'Gives a link that lets one browser in to the server of this home: good once, for ten minutes.',
  usage: '',
  example: 'baton open',
  options: [],
  words: [0, 0],
  json: '{ urls, link, until, already }',
  run: (context) =>
    context.with('look', async (house) => {
      const { urls } = await house.call('server/show', {})
      const { url, until } = await house.call('server/invite', {})
      announce(context, { urls, link: url, until, already: true })
      return exits.ok
    }),
}

// baton plan diff: what differs between two plans.
import type { Command } from '../command.ts'
import { paint, type Style } from '../print/people.ts'
import { askedFormat, asOption } from './options.ts'

const colours: Readonly<Record<string, Style>> = { added: 'green', removed: 'red', ticked: 'green', unticked: 'yellow' }

export const diff: Command = {
  name: 'plan diff',
  caption:
    'What differs between two plans, or two versions of one: a step is known by its id, then its words, then its place.',
  usage: '<old> <new> [--as <format>]',
  example: 'baton plan diff specs/001-photo-albums/tasks.md /tmp/tasks.md',
  options: [asOption],
  words: [2, 2],
  json: '{ old: { source, format }, now: { source, format }, notes, differences: { what, item, step, was?, by?, text }[] }',
  run: async (context) => {
    const asked = { old: context.word(0), now: context.word(1), ...askedFormat(context) }
    const found = await context.with('look', (house) => house.call('plan/diff', asked))
    context.give(found, (people) => {
      if (found.differences.length === 0) people.line('No step differs.')
      people.table(found.differences.map(({ what, text }) => [paint(colours[what] ?? 'cyan', what), text]))
    })
    return undefined
  },
}

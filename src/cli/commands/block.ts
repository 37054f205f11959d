// baton block and unblock: obstacles that a person declares.
import { blockerKinds } from '../../core/nouns/blocker.ts'
import type { Command } from '../command.ts'
import { find, idOf } from '../names.ts'
import { duration, plural } from '../print/words.ts'

export const block: Command = {
  name: 'block',
  caption: 'Declares an obstacle: nothing of the item or step starts until it is gone.',
  usage: '<item|step> --notes <text> [--kind <word>] [--owner <who>]',
  example: 'baton block T012 --kind external --owner design --notes "waiting for the new icons"',
  options: [
    { name: 'notes', value: 'text', caption: 'what is in the way' },
    { name: 'why', value: 'text', caption: 'as --notes' },
    {
      name: 'kind',
      value: 'word',
      caption: `${Object.keys(blockerKinds).join(', ')}, or a word of your own (default external)`,
    },
    { name: 'owner', value: 'who', caption: 'who can remove it (default you)' },
  ],
  words: [1, 1],
  json: '{ on, blocker, seq, facts: string[] }',
  run: async (context) => {
    const notes = context.text('why') ?? context.need('notes', 'what is in the way')
    await context.with('write', async (house) => {
      const { id } = await find(house, context.word(0), ['item', 'step'])
      const kind = context.text('kind')
      const owner = context.text('owner')
      const done = await house.call('blocker/raise', {
        on: id,
        notes,
        ...(kind === undefined ? {} : { kind }),
        ...(owner === undefined ? {} : { owner }),
      })
      context.give({ on: id, ...done }, (people) => {
        people.line(`${id} is blocked: ${done.blocker}.`)
        people.line(`  → baton unblock ${done.blocker}`)
      })
    })
    return undefined
  },
}

export const unblock: Command = {
  name: 'unblock',
  caption: 'Says that an obstacle is gone; without a name it lists the obstacles.',
  usage: '[<blocker>] [--notes <text>]',
  example: 'baton unblock blocker-17 --notes "the icons came"',
  options: [{ name: 'notes', value: 'text', caption: 'how it went away' }],
  words: [1, 0],
  json: '{ blocker, seq, facts: string[] } | { blockers: { id, item, step?, kind, owner, notes, startAt, holds: { count, left, steps } }[], byKind: { kind, open }[], seq }',
  run: async (context) => {
    if (context.words.length === 0) {
      const list = await context.with('look', (house) => house.call('blocker/list', {}))
      context.give(list, (people) => {
        if (list.blockers.length === 0) people.line('Nothing is blocked.')
        people.table(
          list.blockers.map(({ id, step, item, kind, startAt, holds, owner, notes }) => {
            const since = `for ${duration(Math.max(0, Date.now() - startAt))}`
            return [
              id,
              step ?? item,
              kind,
              since,
              `holds ${holds.count} of ${plural(holds.left, 'step')}`,
              owner,
              notes,
            ]
          }),
        )
        if (list.byKind.length > 1)
          people.line(`in all: ${list.byKind.map(({ kind, open }) => `${open} ${kind}`).join(', ')}`)
      })
      return undefined
    }
    const notes = context.text('notes')
    await context.with('write', async (house) => {
      const blocker = await idOf(house, context.word(0), 'blocker')
      const done = await house.call('blocker/clear', { blocker, ...(notes === undefined ? {} : { notes }) })
      context.give({ blocker, ...done }, (people) => people.line(`${blocker} is gone.`))
    })
    return undefined
  },
}

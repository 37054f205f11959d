// baton why: the reason for where a step is.
import type { Command } from '../command.ts'
import { idOf } from '../names.ts'
import { statusPiece } from '../print/words.ts'

export const why: Command = {
  name: 'why',
  caption: 'Says why a step is where it is, what would end that, and who can; now or as it was after an entry.',
  usage: '<step> [--at <seq>]',
  example: 'baton why T012\nbaton why 001-photo-albums/T012 --at 140',
  options: [{ name: 'at', value: 'seq', caption: 'as it was after this entry of the record' }],
  words: [1, 1],
  json: '{ step, title, status, kind, why, until, seq }',
  run: async (context) => {
    const at = context.whole('at', 0, Number.MAX_SAFE_INTEGER)
    const past = at === undefined ? {} : { at }
    let idle = false
    const hold = await context.with('look', async (house) => {
      const step = await idOf(house, context.word(0), 'step', at)
      idle = house.inside && at === undefined
      return house.call('step/why', { step, ...past })
    })
    context.give(hold, (people) => {
      people.line({ text: hold.step, style: 'bold' }, ' ', hold.title, '  ', statusPiece(hold.status))
      people.line('  ', hold.why)
      // Whoever only looks starts nothing, however ready it is.
      if (idle && hold.status === 'ready') people.line('  → baton run carries on: nothing runs for this home now')
      else people.line('  → ', hold.until)
    })
    return undefined
  },
}

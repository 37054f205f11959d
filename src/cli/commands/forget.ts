// baton forget: removes what an agent said, for good and by name.
import type { Command } from '../command.ts'
import { idOf } from '../names.ts'

export const forget: Command = {
  name: 'forget',
  caption: 'Removes what an agent said in an attempt, for good. The record keeps that it was removed, by whom and why.',
  usage: '<attempt>… --reason <text>',
  example: 'baton forget 001-photo-albums/T012/1 --reason "a password was in it"',
  options: [{ name: 'reason', value: 'text', caption: 'why, for the record' }],
  words: [1000, 1],
  json: '{ forgotten: string[] }',
  run: async (context) => {
    const why = context.need('reason', 'the record keeps why it was removed')
    const done = await context.with('write', async (house) => {
      const attempts: string[] = []
      for (const word of context.words) {
        // A whole name may be of an item that is closed, which no short name finds any more.
        const whole = /^[^/]+\/[^/]+\/[1-9]\d*$/.test(word)
        attempts.push(whole ? word : await idOf(house, word, 'attempt'))
      }
      return house.call('attempt/forget', { attempts, why })
    })
    context.give(done, (people) => {
      for (const attempt of done.forgotten) people.line(`${attempt}: what its agent said is gone.`)
      people.line({ text: 'Backups that were made before still hold it.', style: 'yellow' })
    })
    return undefined
  },
}

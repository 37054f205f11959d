// baton gc: removes the folders of attempts that landed, and those that are named.
import type { Command } from '../command.ts'
import { idOf } from '../names.ts'
import { bytes, plural } from '../print/words.ts'

export const gc: Command = {
  name: 'gc',
  caption: 'Removes the folders of attempts whose work has landed. Others go only when they are named.',
  usage: '[<attempt>…] [--dry-run]',
  example: 'baton gc\nbaton gc 001-photo-albums/T012/1',
  options: [{ name: 'dry-run', caption: 'only list them' }],
  words: [1000, 0],
  json: '{ discarded: string[], bytes, kept: string[] } | { clones: { attempt, bytes, landed }[], bytes }',
  run: async (context) => {
    if (context.has('dry-run')) {
      const list = await context.with('look', (house) => house.call('clone/list', {}))
      context.give(list, (people) => {
        people.table(list.clones.map((one) => [one.attempt, bytes(one.bytes), one.landed ? 'landed' : 'not landed']))
        people.line(`${plural(list.clones.length, 'folder')}, ${bytes(list.bytes)}`)
      })
      return undefined
    }
    const done = await context.with('write', async (house) => {
      const attempts: string[] = []
      for (const word of context.words) attempts.push(await idOf(house, word, 'attempt'))
      return house.call('clone/discard', { attempts })
    })
    context.give(done, (people) => {
      people.line(`${plural(done.discarded.length, 'folder')} removed, ${bytes(done.bytes)} freed.`)
      for (const one of done.kept) people.line('  kept: ', one, ' (not landed; baton gc ', one, ' removes it)')
    })
    return undefined
  },
}

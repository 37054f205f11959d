// baton backup and restore: copies of the home.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import { homeOf } from '../quick.ts'

export const backup: Command = {
  name: 'backup',
  caption: 'Copies the home into a new folder while everything goes on; the copy is signed and can be restored.',
  usage: '<folder>',
  example: 'baton backup ../baton-backup',
  options: [],
  words: [1, 1],
  json: '{ folder, head, files, bytes }',
  run: async (context) => {
    const folder = resolve(context.world.folder, context.word(0))
    const done = await context.with('write', (house) => house.call('audit/backup', { folder }))
    context.give(done, (people) => people.line(`${done.head} entries, ${done.files} files in ${done.folder}`))
    return undefined
  },
}

export const restore: Command = {
  name: 'restore',
  caption:
    'Brings a copy of the home back, after checking all of it. It refuses a home that is not empty, or puts it aside.',
  usage: '<folder> [--aside]',
  example: 'baton restore ../baton-backup --aside',
  options: [{ name: 'aside', caption: 'put what the home holds aside, in a folder in it; nothing is removed' }],
  words: [1, 1],
  json: '{ home, head, blobs, lost, aside? }',
  run: async (context) => {
    const folder = resolve(context.world.folder, context.word(0))
    if (!existsSync(folder)) {
      throw new Refused(refuse('not-found', `backup ${folder}`, 'there is no such folder', 'baton backup makes one'))
    }
    const aside = context.has('aside') ? `aside-${new Date().toISOString().replaceAll(':', '-')}` : undefined
    const { restoreHome } = await import('../connect.ts')
    const done = await restoreHome(folder, homeOf(context.world.env), aside)
    context.give(done, (people) => {
      people.line(`${done.head} entries and ${done.blobs} blobs are back in ${done.home}`)
      if (done.lost > 0)
        people.line({ text: `${done.lost} newer entries are not in it`, style: 'yellow' }, ': the record now says so')
      if (done.aside !== undefined) people.line(`what was there lies in ${done.aside}`)
    })
    return undefined
  },
}

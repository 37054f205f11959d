// baton backup and restore: copies of the home.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import type { People } from '../print/people.ts'
import { bytes, plural } from '../print/words.ts'
import { homeOf } from '../quick.ts'

export const backup: Command = {
  name: 'backup',
  caption:
    'Copies the record, its blobs and its transcripts into a new folder while everything goes on; signed, and can be restored. Keys are not in it.',
  usage: '<folder>',
  example: 'baton backup ../baton-backup',
  options: [],
  words: [1, 1],
  json: '{ folder, head, files, bytes, transcripts, signed, missing: string[], changed: string[], forgotten: string[] }',
  run: async (context) => {
    const folder = resolve(context.world.folder, context.word(0))
    const done = await context.with('write', (house) => house.call('audit/backup', { folder }))
    context.give(done, (people) => {
      people.line(
        `${done.head} entries, ${plural(done.transcripts, 'transcript')}, ${bytes(done.bytes)} in ${done.folder}`,
      )
      if (!done.signed) people.line({ text: 'no key may sign here', style: 'yellow' }, ': baton doctor says why')
      printSealed(people, done)
    })
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
  json: '{ home, head, blobs, transcripts, missing: string[], changed: string[], forgotten: string[], lost, aside? }',
  run: async (context) => {
    const folder = resolve(context.world.folder, context.word(0))
    if (!existsSync(folder)) {
      throw new Refused(refuse('not-found', `backup ${folder}`, 'there is no such folder', 'baton backup makes one'))
    }
    const aside = context.has('aside') ? `aside-${new Date().toISOString().replaceAll(':', '-')}` : undefined
    const { restoreHome } = await import('../connect.ts')
    const done = await restoreHome(folder, homeOf(context.world.env), aside)
    context.give(done, (people) => {
      const parts = [`${done.head} entries`, plural(done.blobs, 'blob'), plural(done.transcripts, 'transcript')]
      people.line(`${parts.join(', ')} are back in ${done.home}`)
      printSealed(people, done)
      if (done.lost > 0)
        people.line({ text: `${done.lost} newer entries are not in it`, style: 'yellow' }, ': the record now says so')
      if (done.aside !== undefined) people.line(`what was there lies in ${done.aside}`)
    })
    return undefined
  },
}

export interface Sealed {
  readonly missing: readonly string[]
  readonly changed: readonly string[]
  readonly forgotten: readonly string[]
}

/** What the record names and is not there, told apart from what a person had removed. */
export function printSealed(people: People, { missing, changed, forgotten }: Sealed): void {
  if (missing.length > 0) people.line({ text: 'missing', style: 'red' }, `: ${shown(missing)}`)
  if (changed.length > 0) people.line({ text: 'changed since it was sealed', style: 'red' }, `: ${shown(changed)}`)
  if (forgotten.length > 0) people.line(`forgotten by name: ${shown(forgotten)}`)
}

function shown(names: readonly string[]): string {
  const more = names.length - 20
  return names.slice(0, 20).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

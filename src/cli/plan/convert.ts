// baton plan convert: a plan in another format, printed or written into a folder.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import { paint } from '../print/people.ts'
import { askedFormat, asOption } from './options.ts'

export const convert: Command = {
  name: 'plan convert',
  caption:
    'Writes a plan down in another format: printed, or into a folder with --out. Nothing that is there is overwritten.',
  usage: '<plan> --to speckit|markdown|taskmaster|beads|json [--out <folder>] [--as <format>]',
  example: 'baton plan convert .taskmaster/tasks/tasks.json --to speckit --out .',
  options: [
    { name: 'to', value: 'format', caption: 'the format to write' },
    { name: 'out', value: 'folder', caption: 'write the files under this folder' },
    asOption,
  ],
  words: [1, 1],
  json: '{ from, to, files: { path, text }[], lost: string[], notes, written?: string[] }',
  run: async (context) => {
    const asked = { plan: context.word(0), to: context.need('to', 'the format to write'), ...askedFormat(context) }
    const made = await context.with('look', (house) => house.call('plan/convert', asked))
    const out = context.text('out')
    const written = out === undefined ? undefined : writeAll(resolve(context.world.folder, out), made.files)
    context.give({ ...made, ...(written === undefined ? {} : { written }) }, (people) => {
      for (const { path, text } of written === undefined ? made.files : []) {
        if (made.files.length > 1) people.line(paint('dim', `── ${path}`))
        people.block(text)
      }
      for (const path of written ?? []) people.line(paint('green', 'written'), ` ${path}`)
    })
    for (const line of made.lost) context.hint(`not said in ${made.to}: ${line}`)
    return undefined
  },
}

function writeAll(folder: string, files: readonly { path: string; text: string }[]): string[] {
  const places = files.map(({ path, text }) => ({ path, text, whole: resolve(folder, path) }))
  for (const { path, whole } of places) {
    if (!whole.startsWith(folder + sep))
      throw new Refused(refuse('invalid', path, 'it would lie outside the folder', 'rename it in the plan'))
    if (existsSync(whole))
      throw new Refused(
        refuse('conflict', whole, 'it is there already', 'name another folder with --out, or move it away', whole),
      )
  }
  for (const { whole, text } of places) {
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, text, { flag: 'wx' })
  }
  return places.map(({ whole }) => whole)
}

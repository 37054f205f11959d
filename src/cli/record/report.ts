// baton report: one item as one HTML file, to be read, kept and printed.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { anyItem } from '../names.ts'
import { plural } from '../print/words.ts'

export const report: Command = {
  name: 'report',
  caption:
    'Makes one HTML file of an item, open or closed: what, who, when, why, and the evidence. Exit code 6 when the record is not whole.',
  usage: '<item> [--out <file>]',
  example: 'baton report 001-photo-albums --out photo-albums.html',
  options: [{ name: 'out', value: 'file', caption: 'write to a new file instead of here' }],
  words: [1, 1],
  json: '{ item, seq, entries, html, gone: string[], root?, broken? }; with --out: file in place of html',
  run: async (context) => {
    const made = await context.with('look', async (house) =>
      house.call('item/report', { item: await anyItem(house, context.word(0)) }),
    )
    const code = made.broken === undefined ? exits.ok : exits.conflict
    const out = context.text('out')
    if (out === undefined) {
      if (context.json) context.give(made, () => undefined)
      else context.world.stdout.write(made.html)
      warn(context, made.broken)
      return code
    }
    const file = resolve(context.world.folder, out)
    write(file, made.html)
    const { html: _, ...rest } = made
    context.give({ ...rest, file }, (people) => people.line(`${plural(rest.entries, 'line')} of the record: ${file}`))
    if (rest.gone.length > 0) context.hint(`Words of ${plural(rest.gone.length, 'attempt')} are gone, as it says.`)
    warn(context, made.broken)
    return code
  },
}

function warn(context: Context, broken: string | undefined): void {
  if (broken === undefined) return
  context.hint(`The record is not whole, and the page says so: ${broken}. baton audit verify says more.`)
}

/** What was made before is not written over. */
function write(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('conflict', `--out ${file}`, why, 'name a file that does not exist yet'))
  }
}

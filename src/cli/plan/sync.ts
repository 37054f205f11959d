// baton plan import and plan sync: a plan is read into the house, or read again, and what that decided is said.
import type { PlanImported } from '../../api/plan/import.ts'
import type { Command, Context } from '../command.ts'
import { type People, paint } from '../print/people.ts'
import { sayNotes } from './notes.ts'
import { askedFormat, asOption } from './options.ts'

const shape = '{ seq, workspace, format, source, notes, items: { item, steps, decided: { what, step?, text }[] }[] }'

export const importPlan: Command = {
  name: 'plan import',
  caption: 'Reads a committed plan into the record without starting anything of it.',
  usage: '<plan> [--as <format>]',
  example: 'baton plan import .taskmaster/tasks/tasks.json --as taskmaster',
  options: [asOption],
  words: [1, 1],
  json: shape,
  run: async (context) => {
    const asked = { plan: context.word(0), ...askedFormat(context) }
    const done = await context.with('write', (house) => house.call('plan/import', asked))
    context.give(done, (people) => {
      print(people, done)
      people.line('')
      people.line(`  → baton run ${done.source}`)
    })
    return undefined
  },
}

export const sync: Command = {
  name: 'plan sync',
  caption:
    'Reads plans again that are being carried out, and says what that decided. Without a name: all of this repository.',
  usage: '[<plan>] [--as <format>]',
  example: 'baton plan sync\nbaton plan sync specs/001-photo-albums',
  options: [asOption],
  words: [1, 0],
  json: `${shape}[]`,
  run: async (context: Context) => {
    const plan = context.words[0]
    const asked = { ...(plan === undefined ? {} : { plan }), ...askedFormat(context) }
    const done = await context.with('write', (house) => house.call('plan/sync', asked))
    context.give(done, (people) => {
      for (const one of done) print(people, one)
    })
    return undefined
  },
}

const most = 40

function print(people: People, { source, format, notes, items }: PlanImported): void {
  people.line(paint('dim', `${source} read as ${format}`))
  for (const { item, steps, decided } of items) {
    people.line(paint('bold', item), paint('dim', `  ${steps} steps`))
    if (decided.length === 0) people.line('  nothing has changed')
    people.table(
      decided.slice(0, most).map(({ what, text }) => [paint(what === 'asked' ? 'yellow' : 'cyan', what), text]),
      '  ',
    )
    if (decided.length > most) people.line(paint('dim', `  … and ${decided.length - most} more: --json says them all`))
  }
  sayNotes(people, notes, 5)
}

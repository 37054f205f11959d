// baton plan lint: everything odd about a plan, for a person, a program or a code review.
import type { PlanShown } from '../../api/plan/show.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { jsonText } from '../print/json.ts'
import { paint } from '../print/people.ts'
import { sayNotes } from './notes.ts'
import { askedFormat, asOption } from './options.ts'
import { sarif } from './sarif.ts'

export const lint: Command = {
  name: 'plan lint',
  caption: 'Says everything odd about plans, with file and line. Ends with 2 when one of them could not be run.',
  usage: '<plan> [<plan> …] [--as <format>] [--format text|sarif]',
  example: 'baton plan lint specs/001-photo-albums\nbaton plan lint docs/roadmap.md --format sarif > plan.sarif',
  options: [asOption, { name: 'format', value: 'word', caption: 'text (default), or sarif for code reviews' }],
  words: [50, 1],
  json: '{ plans: { source, format, errors, warnings, notes: { level, kind, file, line, column?, text, remedy? }[] }[], errors }',
  run: async (context) => {
    const format = context.choice('format', ['text', 'sarif'] as const) ?? 'text'
    const shown = await context.with('look', async (house) => {
      const all: PlanShown[] = []
      for (const plan of context.words) all.push(await house.call('plan/show', { plan, ...askedFormat(context) }))
      return all
    })
    const errors = shown.reduce((sum, one) => sum + one.errors, 0)
    if (format === 'sarif') {
      if (context.json) throw new Refused(refuse('invalid', '--json', 'SARIF is JSON already', 'leave --json out'))
      context.world.stdout.write(`${jsonText(sarif(shown))}\n`)
      return errors > 0 ? exits.validation : exits.ok
    }
    const plans = shown.map(({ source, format: as, errors: bad, notes }) => {
      return { source, format: as, errors: bad, warnings: notes.length - bad, notes }
    })
    context.give({ plans, errors }, (people) => {
      for (const { source, format: as, errors: bad, warnings, notes } of plans) {
        sayNotes(people, notes, Number.POSITIVE_INFINITY)
        const found = bad + warnings === 0 ? 'nothing odd' : `${bad} errors, ${warnings} warnings`
        people.line(paint(bad > 0 ? 'red' : 'green', found), ` in ${source} (${as})`)
      }
    })
    return errors > 0 ? exits.validation : exits.ok
  },
}

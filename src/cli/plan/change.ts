// baton plan log, note, block, tick: the history and progress that a plan's own files keep.
import type { Command, Context, Option } from '../command.ts'
import { paint } from '../print/people.ts'
import { askedFormat, asOption } from './options.ts'

type Change = Parameters<typeof changed>[1]

async function changed(
  context: Context,
  change:
    | { kind: 'note' | 'block'; key: string; text: string; item?: string }
    | { kind: 'log'; key?: string; text: string; item?: string }
    | { kind: 'tick' | 'untick'; key: string; item?: string },
): Promise<undefined> {
  const item = context.text('item')
  const whole = item === undefined ? change : { ...change, item }
  const asked = { plan: context.word(0), ...askedFormat(context), changes: [whole] }
  const done = await context.with('write', (house) => house.call('plan/change', asked))
  context.give(done, (people) => {
    if (done.files.length === 0) people.line('It says so already; nothing was written.')
    for (const file of done.files) people.line(paint('green', 'written'), ` ${file}`)
    if (done.files.length > 0) people.line(paint('dim', '  → look at it, and commit it'))
  })
  return undefined
}

const itemOption: Option = { name: 'item', value: 'id', caption: 'the item, where a plan has several' }
const json = '{ format, files: string[] }'

interface Words {
  readonly name: string
  readonly caption: string
  readonly usage: string
  readonly example: string
  readonly words: readonly [number, number]
  readonly change: (context: Context) => Change
}

function command({ change, ...words }: Words): Command {
  return { ...words, options: [asOption, itemOption], json, run: (context) => changed(context, change(context)) }
}

export const note = command({
  name: 'plan note',
  caption: 'Writes a dated note on a step into the plan itself, as its format keeps notes.',
  usage: '<plan> <step> <text>',
  example: 'baton plan note plans.md S1.2 "the schema is settled"',
  words: [3, 3],
  change: (context) => ({ kind: 'note', key: context.word(1), text: context.word(2) }),
})

export const blocked = command({
  name: 'plan block',
  caption: 'Writes an obstacle of a step into the plan itself; formats that keep a list of issues get an entry there.',
  usage: '<plan> <step> <text>',
  example: 'baton plan block plans.md S2.1 "no driver for the new card"',
  words: [3, 3],
  change: (context) => ({ kind: 'block', key: context.word(1), text: context.word(2) }),
})

export const log = command({
  name: 'plan log',
  caption: 'Writes a dated line into the history that the plan keeps.',
  usage: '<plan> <text>',
  example: 'baton plan log plans.md "Reviewed all stages with the team"',
  words: [2, 2],
  change: (context) => ({ kind: 'log', text: context.word(1) }),
})

export const tick = command({
  name: 'plan tick',
  caption: 'Ticks a step or a stage in the plan itself, with all that its format asks of a completion.',
  usage: '<plan> <step>',
  example: 'baton plan tick plans.md S1.2',
  words: [2, 2],
  change: (context) => ({ kind: 'tick', key: context.word(1) }),
})

export const untick = command({
  name: 'plan untick',
  caption: 'Opens a step again in the plan itself.',
  usage: '<plan> <step>',
  example: 'baton plan untick specs/001-photo-albums T012',
  words: [2, 2],
  change: (context) => ({ kind: 'untick', key: context.word(1) }),
})

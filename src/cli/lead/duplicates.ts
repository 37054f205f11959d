// baton duplicates: items that may be the same work, and what becomes of them.
import type { DuplicateList } from '../../api/duplicate/list.ts'
import type { Command, Context, Option } from '../command.ts'
import { anyItem, idOf } from '../names.ts'
import type { People } from '../print/people.ts'

type Verdict = 'merged' | 'linked' | 'closed' | 'overturned'

const why: Option = { name: 'why', value: 'text', caption: 'the reason, for the record' }
const into: Option = { name: 'into', value: 'item', caption: 'which of the two goes on (default the one before)' }
const json = '{ duplicate, verdict, seq, facts: string[] }'

export const duplicates: Command = {
  name: 'duplicates list',
  caption: 'Lists items that may be the same work; --all also those that were settled.',
  usage: '[<item>] [--all]',
  example: 'baton duplicates list\nbaton duplicates list 001-photo-albums --all',
  options: [{ name: 'all', caption: 'also what was settled' }],
  words: [1, 0],
  json: '{ duplicates: { id, item, of, why, likeness, by, at, settled?: { verdict, rationale, by, at, into? } }[], seq }',
  run: async (context) => {
    const all = context.has('all')
    await context.with('look', async (house) => {
      const item = context.words.length === 0 ? {} : { item: await idOf(house, context.word(0), 'item') }
      const list = await house.call('duplicate/list', { ...item, all })
      context.give(list, (people) => print(people, list))
    })
    return undefined
  },
}

export const suspect: Command = {
  name: 'duplicates suspect',
  caption: 'Says that an item may be the same work as another one, open or over.',
  usage: '<item> <other> --why <text>',
  example: 'baton duplicates suspect 002-albums 001-photo-albums --why "both sort photos"',
  options: [why],
  words: [2, 2],
  json: '{ duplicate, seq, facts: string[] }',
  run: async (context) => {
    const reason = context.need('why', 'the reason')
    await context.with('write', async (house) => {
      const item = await idOf(house, context.word(0), 'item')
      const of = await anyItem(house, context.word(1))
      const done = await house.call('duplicate/suspect', { item, of, why: reason })
      context.give(done, (people) => people.line(`${done.duplicate}: ${item} may be ${of}.`))
    })
    return undefined
  },
}

export const merge: Command = {
  name: 'duplicates merge',
  caption: 'Settles that two items are one: one of them ends, and the other goes on for both.',
  usage: '<duplicate> --why <text> [--into <item>]',
  example: 'baton duplicates merge duplicate-42 --into 001-photo-albums --why "one of them is enough"',
  options: [why, into],
  words: [1, 1],
  json,
  run: (context) => settle(context, 'merged'),
}

export const close: Command = {
  name: 'duplicates close',
  caption: 'Settles that an item is the same as one that is there already: it ends, and nothing of it is done.',
  usage: '<duplicate> --why <text> [--into <item>]',
  example: 'baton duplicates close duplicate-42 --why "001-photo-albums has shipped it"',
  options: [why, into],
  words: [1, 1],
  json,
  run: (context) => settle(context, 'closed'),
}

export const link: Command = {
  name: 'duplicates link',
  caption: 'Settles that two items belong together: both go on, and each names the other.',
  usage: '<duplicate> --why <text>',
  example: 'baton duplicates link duplicate-42 --why "two halves of one thing"',
  options: [why],
  words: [1, 1],
  json,
  run: (context) => settle(context, 'linked'),
}

export const overturn: Command = {
  name: 'duplicates overturn',
  caption: 'Settles that two items are two things; it is never suspected of them again.',
  usage: '<duplicate> --why <text>',
  example: 'baton duplicates overturn duplicate-42 --why "one is for the web, one for phones"',
  options: [why],
  words: [1, 1],
  json,
  run: (context) => settle(context, 'overturned'),
}

async function settle(context: Context, verdict: Verdict): Promise<undefined> {
  const rationale = context.need('why', 'the reason')
  const goesOn = context.text('into')
  const name = context.word(0)
  const duplicate = /^\d+$/.test(name) ? `duplicate-${name}` : name
  await context.with('write', async (house) => {
    const more = goesOn === undefined ? {} : { into: await anyItem(house, goesOn) }
    const done = await house.call('duplicate/settle', { duplicate, verdict, rationale, ...more })
    context.give({ duplicate, verdict, ...done }, (people) => people.line(`${duplicate} is settled: ${verdict}.`))
  })
  return undefined
}

function print(people: People, { duplicates: found }: DuplicateList): void {
  if (found.length === 0) people.line('Nothing is suspected.')
  for (const { id, item, of, why: reason, likeness, by, settled } of found) {
    people.line({ text: id, style: 'yellow' }, `  ${item} may be ${of}`, ` (${Math.round(likeness * 100)} %, ${by})`)
    people.line('  ', reason)
    if (settled !== undefined) people.line(`  ${settled.verdict} by `, settled.by, ': ', settled.rationale)
    else people.line(`  → baton duplicates merge|close|link|overturn ${id} --why "…"`)
  }
}

// baton audit diff: what came about between two times of the record, in plain words.
import type { DatedMark, RecordDiff } from '../../api/audit/diff.ts'
import { isPlainEnd } from '../../api/audit/ends.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { KindTold } from '../../core/telling/changes.ts'
import { type Kind, kinds } from '../../core/telling/kinds.ts'
import { quoted } from '../../core/text/neutral.ts'
import { utc } from '../../core/text/utc.ts'
import type { Command, Context } from '../command.ts'
import { anyItem } from '../names.ts'
import { type People, widthOf } from '../print/people.ts'
import { homeOf } from '../quick.ts'

const headings: Readonly<Record<Kind, string>> = {
  opened: 'opened',
  decided: 'decided',
  answered: 'answered',
  done: 'done',
  integrated: 'integrated',
  reverted: 'taken back',
  'handed-over': 'handed over',
  asked: 'asked',
  hindered: 'in the way, and out of it',
  judged: 'tried and judged',
  launched: 'started',
  planned: 'changed by plans',
  removed: 'removed',
  house: 'of Baton itself',
  carried: 'carried from one of these to the next',
}
const usualLines = 20

export const diff: Command = {
  name: 'audit diff',
  caption:
    'Tells in plain words what came about between two times, after the proof that the later record grew out of the earlier one.',
  usage: '<from> [<to>] [--item <item>] [--kind <kind>] [--after <seq>] [--limit <n>]',
  example:
    'baton audit diff 140\nbaton audit diff 2026-11-01 --item 001-photo-albums\nbaton audit diff 2026-11-01 2026-11-08\nbaton audit diff monday.note friday.note\nbaton audit diff /mnt/elsewhere/checkpoints --kind decided',
  options: [
    {
      name: 'item',
      value: 'item',
      caption: 'tell only what came about of this item, open or closed; without <from>, since the beginning',
    },
    { name: 'kind', value: 'kind', caption: `tell only this: ${kinds.join(', ')}` },
    { name: 'after', value: 'seq', caption: 'go on after this entry, the last one that was told' },
    { name: 'limit', value: 'n', caption: `of each kind at most so many (usually ${usualLines}; with --kind 200)` },
  ],
  words: [2, 0],
  json: '{ from: { size, root, at?, signedBy? }, to, proof: string[], entries, item?, streams: { of, entries }[],\n  kinds: { kind, count, told: { seq, at, by, of, says }[], more }[], people: { by, entries }[], unknown }',
  run: async (context) => {
    const kind = context.choice('kind', kinds)
    const after = context.whole('after', 0, Number.MAX_SAFE_INTEGER)
    const limit = context.whole('limit', 0, 1000) ?? (kind === undefined ? usualLines : 200)
    const name = context.text('item')
    const [from, to] = await endsIn(context, name !== undefined)
    const found = await context.with('look', async (house) =>
      house.call('audit/diff', {
        ...{ from, limit },
        ...(name === undefined ? {} : { item: await anyItem(house, name) }),
        ...(to === undefined ? {} : { to }),
        ...(kind === undefined ? {} : { kind }),
        ...(after === undefined ? {} : { after }),
      }),
    )
    context.give(found, (people) => print(people, found))
    if (found.from.signedBy === undefined)
      context.hint(
        'No checkpoint vouches for the earlier end: name what was kept of one instead of a number or a time.',
      )
    return undefined
  },
}

async function endsIn(context: Context, ofItem: boolean): Promise<readonly [string, string | undefined]> {
  const [from, to] = await Promise.all(context.words.map((word) => endIn(context, word)))
  if (from !== undefined) return [from, to]
  if (ofItem) return ['0', undefined]
  const remedy = 'give a number of entries, a time or what was kept of a checkpoint; or --item <item>, for all of it'
  throw new Refused(refuse('invalid', 'baton audit diff', 'it does not say since when', remedy))
}

/** A number and a time are meant as such; everything else names what was kept. */
async function endIn(context: Context, word: string): Promise<string> {
  if (isPlainEnd(word)) return word
  const { folder, env } = context.world
  const { readKeptAt } = await import('../../presets/places.ts')
  const text = await readKeptAt(word, folder, homeOf(env))
  if (text !== undefined && text.trim() !== '') return text
  const remedy = 'give a number of entries, a time as 2026-11-01 or 2026-11-01T12:00Z, or a file with a checkpoint'
  throw new Refused(refuse('not-found', word, 'nothing is kept there', remedy))
}

function print(people: People, found: RecordDiff): void {
  people.line('from  ', ...endText(found.from))
  people.line('to    ', ...endText(found.to))
  people.line({ text: 'proved', style: 'green' }, ': the later record begins with all of the earlier one')
  const all = found.to.size - found.from.size
  const own = found.item === undefined ? '' : `, ${found.entries} of them of ${found.item}`
  people.line(`${entriesText(all)} between them${own}`)
  if (found.entries > 0) {
    if (found.item === undefined)
      people.line(
        'of    ',
        someOf(found.streams.map(({ of, entries }) => [of === 'house' ? 'Baton itself' : of, entries])),
      )
    people.line('by    ', someOf(found.people.map(({ by, entries }) => [by || 'nobody', entries])))
  }
  for (const { kind, count, told, more } of found.kinds) {
    if (told.length > 0) people.line('')
    people.line({ text: headings[kind], style: 'bold' }, `: ${count}`)
    printTold(people, told, found.item !== undefined)
    const last = told.at(-1)
    if (more > 0 && last !== undefined)
      people.line({ text: `  … and ${more} more: --kind ${kind} --after ${last.seq}`, style: 'dim' })
  }
  if (found.unknown > 0)
    people.line(`${entriesText(found.unknown)} of kinds that this version does not know: a newer Baton wrote them`)
}

/** Sentences are never cut: what does not fit goes on in the next line of the terminal. */
function printTold(people: People, told: KindTold['told'], ofOne: boolean): void {
  const names = told.map(({ of, by }) => [ofOne ? '' : quoted(of, mostLetters), quoted(by, mostLetters)] as const)
  const [wide, wider] = [0, 1].map((at) => Math.max(0, ...names.map((pair) => widthOf(pair[at] ?? ''))))
  for (const [at, { seq, at: when, says }] of told.entries()) {
    const [of = '', by = ''] = names[at] ?? []
    const place = `  ${String(seq).padStart(String(told.at(-1)?.seq).length)}  ${utc(when).join(' ')}  `
    people.line(
      { text: place, style: 'dim' },
      ...(ofOne ? [] : [padded(of, wide), '  ']),
      padded(by, wider),
      '  ',
      says,
    )
  }
}

const mostLetters = 40
const padded = (text: string, width = 0): string => text + ' '.repeat(Math.max(0, width - widthOf(text)))

const mostNamed = 8

function someOf(all: readonly (readonly [string, number])[]): string {
  const some = all.slice(0, mostNamed).map(([name, entries]) => `${name} ${entries}`)
  return `${some.join(', ')}${all.length > some.length ? ', and others' : ''}`
}

const entriesText = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`

function endText({ size, at, signedBy }: DatedMark): string[] {
  if (size === 0) return ['the beginning']
  return [
    `entry ${size}`,
    at === undefined ? '' : `, ${utc(at).join(' ')} UTC`,
    signedBy === undefined ? '' : `, signed by ${signedBy}`,
  ]
}

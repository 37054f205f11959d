// baton handoff: what attempts, gates, integrations and reverts left for whoever comes next.
import type { Handoffs } from '../../api/handoff/list.ts'
import type { HandoffView } from '../../api/handoff/show.ts'
import type { HandoffsVerified } from '../../api/handoff/verify.ts'
import type { NameKind } from '../../api/name/find.ts'
import { Refused } from '../../core/refusals.ts'
import { utc } from '../../core/text/utc.ts'
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { find } from '../names.ts'
import type { People, Piece } from '../print/people.ts'
import { plural } from '../print/words.ts'
import type { Connection } from '../world.ts'

const line = '{ path, item, seq, at, of, event, digest, commit, attempt?, gate? }'
const handoffJson =
  '{ schemaVersion, workItemId, workflow: { name, version }, step: { key, order }, eventType, attemptId, timestamp,\n  actor, outcome, nextAction, baselineIntegration, links: string[] }'

export const list: Command = {
  name: 'handoff list',
  caption: 'Lists the handoffs of an item, a step or the whole record, and those that are owed and not written yet.',
  usage: '[<item|step>] [--limit <count>]',
  example: 'baton handoff list 001-photo-albums\nbaton handoff list T012 --json',
  options: [{ name: 'limit', value: 'count', caption: 'the newest so many (default 200)' }],
  words: [1, 0],
  json: `{ seq, handoffs: line[], more, owed: { item, of, event, attempt?, why? }[] }, where a line is ${line}`,
  run: async (context) => {
    const limit = context.whole('limit', 1, 5000)
    const handoffs = await context.with('look', async (house) => {
      const most = limit === undefined ? {} : { limit }
      if (context.words.length === 0) return house.call('handoff/list', most)
      const { kind, id } = await named(house, context.word(0), ['item', 'step'])
      return house.call('handoff/list', { ...(kind === 'item' ? { item: id } : { step: id }), ...most })
    })
    context.give(handoffs, (people) => printList(people, handoffs))
    return undefined
  },
}

export const show: Command = {
  name: 'handoff show',
  caption:
    'Shows one handoff, by its path or as the newest of an attempt or a step, and whether the file is still as recorded.',
  usage: '<path|attempt|step>',
  example: 'baton handoff show 001-photo-albums/T012/1\nbaton handoff show T012 --json',
  options: [],
  words: [1, 1],
  json: `{ ...line, workspace, ref, standing: "whole"|"missing"|"changed"|"invalid", why, forgotten?: { at, by, why }, handoff?: ${handoffJson} },\n  where a line is ${line}`,
  run: async (context) => {
    const word = context.word(0)
    const view = await context.with('look', async (house) => {
      if (word.startsWith('handoff/')) return house.call('handoff/show', { handoff: word })
      return house.call('handoff/show', { handoff: (await named(house, word, ['step', 'attempt'])).id })
    })
    context.give(view, (people) => printOne(people, view))
    return undefined
  },
}

export const verify: Command = {
  name: 'handoff verify',
  caption:
    'Holds the handoffs of an item, or of this repository, to the record: there, unchanged, valid, linked. Exit code 6 when they are not.',
  usage: '[<item>] [--limit <count>]',
  example: 'baton handoff verify\nbaton handoff verify 001-photo-albums --json',
  options: [{ name: 'limit', value: 'count', caption: 'name at most so many (default 200)' }],
  words: [1, 0],
  json: '{ seq, workspace, item?, ref, tip?, recorded, whole, counts: { whole, missing, changed, invalid, foreign }, owed, forgotten: string[],\n  found: { standing, path, why, item?, of? }[], more }',
  run: async (context) => {
    const limit = context.whole('limit', 1, 5000)
    const verified = await context.with('look', async (house) => {
      const most = limit === undefined ? {} : { limit }
      if (context.words.length === 0) return house.call('handoff/verify', most)
      const { id } = await named(house, context.word(0), ['item'])
      return house.call('handoff/verify', { item: id, ...most })
    })
    context.give(verified, (people) => printVerified(people, verified))
    return verified.whole ? exits.ok : exits.conflict
  },
}

export const repair: Command = {
  name: 'handoff repair',
  caption: 'Writes handoffs of an item that are missing or changed back as recorded; what waited for them goes on.',
  usage: '<item>',
  example: 'baton handoff repair 001-photo-albums',
  options: [],
  words: [1, 1],
  json: '{ item, written: string[], lost: string[] }',
  run: async (context) => {
    const done = await context.with('write', async (house) =>
      house.call('handoff/repair', { item: (await named(house, context.word(0), ['item'])).id }),
    )
    context.give(done, (people) => {
      for (const path of done.written) people.line({ text: 'written back  ', style: 'green' }, path)
      for (const path of done.lost)
        people.line({ text: 'lost  ', style: 'red' }, path, ': what was recorded of it is gone as well')
      if (done.written.length + done.lost.length === 0) people.line(`The handoffs of ${done.item} are as recorded.`)
    })
    return done.lost.length === 0 ? exits.ok : exits.conflict
  },
}

type Named = Awaited<ReturnType<typeof find>>

/** What a short name stands for, also in an item that is over. */
async function named(house: Connection, word: string, kinds: readonly NameKind[]): Promise<Named> {
  const found = await find(house, word, kinds).catch(orUnknown)
  if (!(found instanceof Refused)) return found
  const [item = word, ...rest] = word.split('/')
  const over = await find(house, item, ['closed']).catch(orUnknown)
  if (over instanceof Refused) throw found
  const kind = (['item', 'step'] as const)[rest.length] ?? 'attempt'
  return { kind, id: [over.id, ...rest].join('/') }
}

function orUnknown(error: unknown): Refused {
  if (error instanceof Refused && error.refusal.kind === 'not-found') return error
  throw error
}

function printList(people: People, { handoffs, more, owed }: Handoffs): void {
  if (handoffs.length + owed.length === 0) people.line('nothing has left a handoff yet')
  if (more > 0) people.line(`… and ${plural(more, 'older one')} before these`)
  people.table(handoffs.map(({ of, event, attempt, gate, path }) => [`#${of}`, event, attempt ?? gate ?? '', path]))
  for (const { item, of, event, attempt = item, why } of owed)
    people.line(
      { text: 'not written yet  ', style: 'yellow' },
      `#${of} ${event} of ${attempt}`,
      why === undefined ? '' : `: ${why}`,
    )
}

const mark = (standing: string): Piece => ({ text: standing, style: standing === 'whole' ? 'green' : 'red' })

function printOne(people: People, view: HandoffView): void {
  people.line({ text: view.path, style: 'bold' })
  people.line(mark(view.standing), view.why === '' ? '' : `: ${view.why}`)
  people.line(`${view.event} of entry ${view.of}, named by entry ${view.seq}, sha256 ${view.digest}`)
  const { handoff } = view
  if (handoff === undefined) people.line('What it said is gone.')
  else {
    const { name, version } = handoff.workflow
    people.line(`${name}@${version}, step ${handoff.step.key} (${handoff.step.order}), ${handoff.attemptId}`)
    people.line(
      handoff.timestamp,
      ' by ',
      handoff.actor,
      `, ${handoff.baselineIntegration === 'post' ? 'on' : 'not on'} the base branch`,
    )
    people.line('outcome  ', handoff.outcome)
    people.line('next     ', handoff.nextAction)
    for (const link of handoff.links) people.line('link     ', link)
  }
  if (view.forgotten !== undefined)
    people.line(
      { text: 'gone     ', style: 'yellow' },
      `what was said in ${view.attempt ?? 'it'} was removed ${utc(view.forgotten.at).join(' ')} UTC by ${view.forgotten.by}: ${view.forgotten.why}`,
    )
  if (view.standing !== 'whole') people.line('→ ', `baton handoff repair ${view.item}`)
}

function printVerified(people: People, verified: HandoffsVerified): void {
  const { counts, owed, found, more, whole, recorded, item } = verified
  if (!recorded) people.line('This repository keeps no handoffs yet: they begin with the next run.')
  people.line(
    whole ? { text: 'whole', style: 'green' } : { text: 'NOT WHOLE', style: 'red' },
    `: ${plural(counts.whole, 'handoff')} as recorded`,
    owed === 0 ? '' : `, ${owed} not written yet`,
  )
  for (const attempt of verified.forgotten.slice(0, 20))
    people.line(
      { text: '  gone  ', style: 'yellow' },
      `what was said in ${attempt} was removed by name; its handoff is as recorded`,
    )
  for (const one of found) people.line('  ', mark(one.standing), '  ', one.path, `: ${one.why}`)
  if (more > 0) people.line(`  … and ${plural(more, 'more')}`.replace(/s$/u, ''))
  if (counts.foreign > 0)
    people.line('→ ', `git log ${verified.ref} says who put there what no entry names; it is nothing that Baton reads`)
  const broken = new Set(
    found.flatMap((one) =>
      (one.standing === 'missing' || one.standing === 'changed') && one.item !== undefined ? [one.item] : [],
    ),
  )
  for (const one of item === undefined ? broken : broken.size > 0 ? [item] : [])
    people.line('→ ', `baton handoff repair ${one}`)
}

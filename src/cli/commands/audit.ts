// baton audit: the record is verified, proved, signed, folded again, and given away.

import { once } from 'node:events'
import { createWriteStream, openSync, type WriteStream } from 'node:fs'
import { resolve } from 'node:path'
import type { AuditReport } from '../../core/ports/house.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { printOverview } from '../print/overview.ts'
import { checkpointTo, sayMissed } from '../print/places.ts'
import { duration, plural } from '../print/words.ts'
import { homeOf } from '../quick.ts'
import { printSealed } from './backup.ts'

export const verify: Command = {
  name: 'audit verify',
  caption:
    'Checks the whole record: every hash, link, key and checkpoint, and what it names elsewhere. Exit code 6 when it is not whole.',
  usage: '[--since <kept>] [--checkpoint <kept>]',
  example:
    'baton audit verify\nbaton audit verify --checkpoint kept-elsewhere.note\nbaton audit verify --since /mnt/elsewhere/checkpoints',
  options: [
    {
      name: 'since',
      value: 'kept',
      caption:
        'hold it against what was kept (a file, or ref:…), and read only what came after the newest checkpoint there',
    },
    { name: 'checkpoint', value: 'kept', caption: 'hold it against what was kept, and read all of it' },
  ],
  words: [0, 0],
  json: '{ whole, entries, root, checkpoints, ms, firstBad?: { seq, what }, foreign: string[],\n  sealed: { held, missing: string[], changed: string[], forgotten: string[], left: string[] }, notes: string[] }',
  run: async (context) => {
    const since = await kept(context, 'since')
    const checkpoint = await kept(context, 'checkpoint')
    const report = await context.with('look', (house) =>
      house.call('audit/verify', {
        ...(since === undefined ? {} : { since }),
        ...(checkpoint === undefined ? {} : { checkpoint }),
      }),
    )
    context.give(report, (people) => {
      people.line(
        report.whole ? { text: 'whole', style: 'green' } : { text: 'NOT WHOLE', style: 'red' },
        `: ${plural(report.entries, 'entry').replace('entrys', 'entries')}, ${plural(report.checkpoints, 'checkpoint')}, ${duration(report.ms)}`,
      )
      if (report.firstBad !== undefined) people.line(`  first bad entry ${report.firstBad.seq}: `, report.firstBad.what)
      for (const one of report.foreign) people.line({ text: '  foreign: ', style: 'red' }, one)
      printSealed(people, report.sealed)
      for (const one of report.sealed.left)
        people.line(
          { text: '  still there: ', style: 'yellow' },
          `${one} was to be forgotten: baton forget ${one} again`,
        )
      if (report.root !== '') people.line('  root ', report.root)
      for (const one of report.notes) people.line('  ', one)
      for (const one of remedies(report)) people.line('→ ', one)
    })
    return report.whole ? exits.ok : exits.conflict
  },
}

/** What can be done about each kind of finding. */
function remedies({ firstBad, foreign, sealed }: AuditReport): readonly string[] {
  const lost = [...sealed.missing, ...sealed.changed]
  const copies = lost.filter((one) => one.startsWith('the kept copy of '))
  return [
    ...(firstBad === undefined
      ? []
      : [
          'copy this home elsewhere as it is: it is the evidence',
          'baton restore <backup> --aside brings back what was saved, and puts what is here aside',
        ]),
    ...(foreign.length === 0 ? [] : ['baton doctor says which key signs here, and what to do about it']),
    ...(copies.length === 0 ? [] : ['baton handoff repair <item> keeps a copy again, when the file itself is whole']),
    ...(lost.length === copies.length || firstBad !== undefined
      ? []
      : ['a backup may still hold it: baton restore <backup> --aside; else it is lost, and what it was stays sealed']),
  ]
}

async function kept(context: Context, option: string): Promise<string | undefined> {
  const place = context.text(option)
  if (place === undefined) return undefined
  const { folder, env } = context.world
  const { readKeptAt } = await import('../../presets/places.ts')
  const text = await readKeptAt(place, folder, homeOf(env))
  if (text !== undefined && text !== '') return text
  throw new Refused(
    refuse('not-found', `--${option} ${place}`, 'nothing is kept there', 'baton audit checkpoint makes a note'),
  )
}

export const prove: Command = {
  name: 'audit prove',
  caption: 'Gives a proof that an entry is in the record that a signed checkpoint stands for.',
  usage: '<seq>',
  example: 'baton audit prove 140 > entry-140.proof',
  options: [],
  words: [1, 1],
  json: '{ seq, proof, key }',
  run: async (context) => {
    const seq = Number(context.word(0))
    if (!Number.isSafeInteger(seq) || seq < 1)
      throw new Refused(
        refuse(
          'invalid',
          `entry ${context.word(0)}`,
          'it must be a whole number from 1',
          'baton audit replay names the last one',
        ),
      )
    const proof = await context.with('write', (house) => house.call('audit/prove', { seq }))
    context.give(proof, (people) => people.block(proof.proof))
    context.hint(`To check it elsewhere: baton audit check <file> --key ${proof.key}`)
    return undefined
  },
}

export const checkpoint: Command = {
  name: 'audit checkpoint',
  caption: 'Signs what the record is now. Kept elsewhere, the note shows any later change.',
  usage: '[--checkpoint-to <place>]',
  example:
    'baton audit checkpoint > kept-elsewhere.note\nbaton audit checkpoint --checkpoint-to /mnt/elsewhere/checkpoints\nbaton audit checkpoint --checkpoint-to ref:/srv/notes.git:refs/baton/checkpoints',
  options: [checkpointTo],
  words: [0, 0],
  json: '{ note, places: { place, size, why? }[] }',
  run: async (given) => {
    const context = given.keeping(given.all('checkpoint-to'))
    const { signed, places } = await context.with('write', async (house) => ({
      signed: await house.call('audit/checkpoint', {}),
      places: (await house.call('audit/places', {})).places,
    }))
    context.give({ ...signed, places }, (people) => people.block(signed.note))
    sayMissed(context, places)
    return places.some(({ why }) => why !== undefined) ? exits.conflict : undefined
  },
}

export const rotateKey: Command = {
  name: 'audit rotate-key',
  caption: 'Hands signing over to a next key, in a note that both keys sign: verify follows it.',
  usage: '[--lost <why>]',
  example: 'baton audit rotate-key\nbaton audit rotate-key --lost "the disk with the key died"',
  options: [
    { name: 'lost', value: 'why', caption: 'the key before is gone: you answer for the next one, and verify says so' },
  ],
  words: [0, 0],
  json: '{ key, before?, seq }',
  run: async (context) => {
    const lost = context.text('lost')
    const done = await context.with('write', (house) => house.call('audit/rotate', lost === undefined ? {} : { lost }))
    context.give(done, (people) => {
      if (done.before !== undefined) people.line('until now  ', done.before)
      people.line('from now on  ', done.key)
      people.line(
        `The record says so at entry ${done.seq}. The key before lies in keys/ as retired: remove it when you like.`,
      )
    })
    return undefined
  },
}

export const replay: Command = {
  name: 'audit replay',
  caption: 'Folds the record again, up to an entry or to its end, and says what the state was then.',
  usage: '[--at <seq>]',
  example: 'baton audit replay --at 140',
  options: [{ name: 'at', value: 'seq', caption: 'stop after this entry' }],
  words: [0, 0],
  json: '{ seq, epoch, workspaces, gates, attempts, summary: as status, same? }',
  run: async (context) => {
    const at = context.whole('at', 0, Number.MAX_SAFE_INTEGER)
    const done = await context.with('look', (house) => house.call('audit/replay', at === undefined ? {} : { at }))
    context.give(done, (people) => {
      people.line(
        `after entry ${done.seq}: epoch ${done.epoch}, ${plural(done.attempts, 'attempt')}, ${plural(done.gates, 'gate')}`,
      )
      if (done.same !== undefined)
        people.line(done.same ? 'the same as the state in memory' : 'NOT the same as the state in memory')
      printOverview(people, done.summary)
    })
    return done.same === false ? exits.unexpected : exits.ok
  },
}

export const exportRecord: Command = {
  name: 'audit export',
  caption: 'Gives the record of an item or workspace away as JSON lines, with proofs that need no home to be verified.',
  usage: '[<item|workspace>] [--out <file>]',
  example: 'baton audit export 001-photo-albums --out record.jsonl',
  options: [{ name: 'out', value: 'file', caption: 'write to a new file instead of here' }],
  words: [1, 0],
  json: 'the lines themselves; with --out: { lines, withheld, file }',
  run: async (context) => {
    const out = context.text('out')
    const file = out === undefined ? undefined : resolve(context.world.folder, out)
    const stream = context.word(0)
    let lines = 0
    let withheld = 0
    let sink: WriteStream | undefined
    await context.with('write', async (house) => {
      for await (const line of house.stream('audit/export', stream === '' ? {} : { stream })) {
        lines += 1
        if (line.startsWith('{"withheld":')) withheld += 1
        // Made when there is something to write: a refusal leaves no empty file.
        if (file !== undefined) sink ??= createWriteStream(file, { fd: fresh(file) })
        if (sink === undefined) context.world.stdout.write(line)
        else if (!sink.write(line)) await once(sink, 'drain')
      }
    })
    if (withheld > 0)
      context.hint(
        `${plural(withheld, 'line')} withheld: they name other items or repositories. Their proofs stand there.`,
      )
    if (sink === undefined) return exits.ok
    sink.end()
    await once(sink, 'finish')
    context.give({ lines, withheld, file }, (people) => people.line(`${lines} lines written to ${file}`))
    return exits.ok
  },
}

/** What was given away before is not written over. */
function fresh(file: string): number {
  try {
    return openSync(file, 'wx', 0o600)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('conflict', `--out ${file}`, why, 'name a file that does not exist yet'))
  }
}

// baton audit: the record is verified, proved, signed, folded again, and given away.

import { once } from 'node:events'
import { createWriteStream, existsSync, openSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { printOverview } from '../print/overview.ts'
import { duration, plural } from '../print/words.ts'

export const verify: Command = {
  name: 'audit verify',
  caption: 'Checks the whole record: every hash, every link, every checkpoint. Exit code 6 when it is not whole.',
  usage: '[--since <checkpoint>] [--checkpoint <file>]',
  example: 'baton audit verify\nbaton audit verify --checkpoint kept-elsewhere.note',
  options: [
    { name: 'since', value: 'checkpoint', caption: 'begin at this checkpoint: a file with a signed note' },
    { name: 'checkpoint', value: 'file', caption: 'hold the record against a signed note that was kept elsewhere' },
  ],
  words: [0, 0],
  json: '{ whole, entries, root, checkpoints, ms, firstBad?: { seq, what }, notes: string[] }',
  run: async (context) => {
    const since = note(context, 'since')
    const checkpoint = note(context, 'checkpoint')
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
      if (report.root !== '') people.line('  root ', report.root)
      for (const one of report.notes) people.line('  ', one)
    })
    return report.whole ? exits.ok : exits.conflict
  },
}

function note(context: Context, option: string): string | undefined {
  const file = context.text(option)
  if (file === undefined) return undefined
  const path = resolve(context.world.folder, file)
  if (existsSync(path)) return readFileSync(path, 'utf8')
  throw new Refused(
    refuse('not-found', `--${option} ${file}`, 'there is no such file', 'baton audit checkpoint makes a note'),
  )
}

export const prove: Command = {
  name: 'audit prove',
  caption: 'Gives a proof that an entry is in the record that a signed checkpoint stands for.',
  usage: '<seq>',
  example: 'baton audit prove 140 > entry-140.proof',
  options: [],
  words: [1, 1],
  json: '{ seq, proof }',
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
    return undefined
  },
}

export const checkpoint: Command = {
  name: 'audit checkpoint',
  caption: 'Signs what the record is now. Keep the note elsewhere: it then shows any later change.',
  usage: '',
  example: 'baton audit checkpoint > kept-elsewhere.note',
  options: [],
  words: [0, 0],
  json: '{ note }',
  run: async (context) => {
    const signed = await context.with('write', (house) => house.call('audit/checkpoint', {}))
    context.give(signed, (people) => people.block(signed.note))
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
  json: 'the lines themselves; with --out: { lines, file }',
  run: async (context) => {
    const out = context.text('out')
    const file = out === undefined ? undefined : resolve(context.world.folder, out)
    const stream = context.word(0)
    let lines = 0
    const sink = file === undefined ? undefined : createWriteStream(file, { fd: fresh(file) })
    await context.with('write', async (house) => {
      for await (const line of house.stream('audit/export', stream === '' ? {} : { stream })) {
        lines += 1
        if (sink === undefined) context.world.stdout.write(line)
        else if (!sink.write(line)) await once(sink, 'drain')
      }
    })
    if (sink === undefined) return exits.ok
    sink.end()
    await once(sink, 'finish')
    context.give({ lines, file }, (people) => people.line(`${lines} lines written to ${file}`))
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

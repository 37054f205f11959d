// baton audit check: a proof or an export, checked anywhere, with a key and without a home.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import { tell } from '../../core/telling/sentences.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { plural } from '../print/words.ts'

const mostTold = 10
const mostBytes = 512 * 1024 * 1024

export const check: Command = {
  name: 'audit check',
  caption: 'Checks a proof or an export that somebody was given: it needs no home, only the key of the record.',
  usage: '<file> [--key <key|file>]',
  example: 'baton audit check entry-140.proof --key example.com/baton+7d65d1bc+Adqc…\nbaton audit check record.jsonl',
  options: [
    {
      name: 'key',
      value: 'key',
      caption: 'the public key of the record, or a file that begins with it: checkpoints that were kept',
    },
  ],
  words: [1, 1],
  json: '{ kind: proof|export, origin, size, root, key, unvouched, entries, withheld, forgotten: string[],\n  told: { seq, at, by, of, says }[] (at most 20) }',
  run: async (context) => {
    const checked = await checkedIn(context)
    const { entries, withheld, ...rest } = checked
    const forgotten = entries.flatMap(({ type, data }) => (type === 'transcript.forgotten' ? [attemptIn(data)] : []))
    const told = entries
      .slice(0, 20)
      .map((one) => ({ seq: one.seq, at: one.at, by: one.by, of: one.stream, says: tell(one) }))
    const answer = { ...rest, entries: entries.length, withheld: withheld.length, forgotten, told }
    context.give(answer, (people) => {
      people.line({ text: 'genuine', style: 'green' }, `: ${entriesText(entries.length)} of ${rest.origin}`)
      people.line(`  signed over ${entriesText(rest.size)} by ${rest.key.split('+').slice(0, 2).join('+')}`)
      if (withheld.length > 0)
        people.line(`  ${plural(withheld.length, 'more')} proved and withheld: ${withheld.slice(0, 20).join(', ')}`)
      for (const one of forgotten) people.line(`  what was said in ${one} was removed since, by name`)
      for (const one of told.slice(0, mostTold)) people.line(`  ${one.seq}  ${one.of}  ${one.says} (${one.by})`)
      if (entries.length > mostTold) people.line(`  … and ${entries.length - mostTold} more`)
    })
    if (rest.unvouched)
      context.hint('The key is the one that the file names itself: compare it with one that you have from elsewhere.')
    return exits.ok
  },
}

const entriesText = (count: number): string => `${count} ${count === 1 ? 'entry' : 'entries'}`

function attemptIn(data: unknown): string {
  return typeof data === 'object' && data !== null && 'attempt' in data ? String(data.attempt) : ''
}

async function checkedIn(context: Context) {
  const file = resolve(context.world.folder, context.word(0))
  const { checkGiven, KeyMissing } = await import('../../engine/given/checking.ts')
  const text = textOf(file)
  const key = context.text('key')
  const kept = key === undefined ? undefined : resolve(context.world.folder, key)
  try {
    return checkGiven(text, kept !== undefined && existsSync(kept) ? textOf(kept) : key)
  } catch (error) {
    if (!(error instanceof Error)) throw error
    const why = error.message
    const remedy = 'add --key: baton audit prove --json names the key, and so does the first note of what was kept'
    if (error instanceof KeyMissing) {
      if (key === undefined) throw new Refused(refuse('invalid', file, why, remedy))
      const other = 'give the public line that baton audit prove --json names, or all that --checkpoint-to has kept'
      throw new Refused(
        refuse('invalid', `--key ${key}`, 'a checkpoint alone says who signed, and not by which key', other),
      )
    }
    throw new Refused(refuse('conflict', file, why, 'ask whoever gave it to you for it again, and for the key'))
  }
}

function textOf(file: string): string {
  try {
    const found = statSync(file)
    if (!found.isFile()) throw new Error('it is no plain file')
    if (found.size <= mostBytes) return readFileSync(file, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('not-found', file, why, 'name a file that baton audit prove or export has made'))
  }
  throw new Refused(refuse('invalid', file, 'it is larger than 512 MiB', 'export less at once: one item'))
}

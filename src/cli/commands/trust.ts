// baton trust: shows what the repository's configuration would do, then allows exactly that content.
import type { ConfigurationLines } from '../../api/workspace/look.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { confirm } from '../ask.ts'
import type { Command, Context } from '../command.ts'

export const trust: Command = {
  name: 'trust',
  caption:
    "Shows what the repository's baton.yaml would do, then allows exactly that content. The scripts that it names are listed, not covered.",
  usage: '[--digest <sha256>] [--show] [--why <text>] [--impact <text>]',
  example: 'baton trust\nbaton trust --show --json\nbaton trust --digest 9f86d0… --why "two reviewers from now on"',
  options: [
    { name: 'digest', value: 'sha256', caption: 'allow this content, as it was shown before, without asking' },
    { name: 'show', caption: 'only show it' },
    { name: 'why', value: 'text', caption: 'the reason, for the change log' },
    { name: 'impact', value: 'text', caption: 'what it changes, and for whom' },
  ],
  words: [0, 0],
  json: '{ file, digest, trusted, sentences: string[], scripts: string[], notes: { file, line, level, kind, text, remedy? }[], seq? }',
  run: async (context) => {
    const { configuration } = await context.with('look', (house) => house.call('workspace/look', { quick: true }))
    if (configuration === undefined) {
      throw new Refused(
        refuse('not-found', 'baton.yaml', 'this repository has none', 'write one; docs/cli.md shows its fields'),
      )
    }
    await allow(context, configuration)
    return undefined
  },
}

/** The home is held only for the moment of saying so, never while a person reads. */
export async function allow(context: Context, found: ConfigurationLines): Promise<void> {
  const meant = (context.text('digest') ?? found.digest) === found.digest
  const settled = context.has('show') || (found.trusted && meant)
  if (!context.json) printConfiguration(context, found)
  if (settled) {
    context.give(found, (people) =>
      people.line(found.trusted ? 'Exactly this content is trusted.' : 'It is not trusted.'),
    )
    return
  }
  const digest = context.text('digest') ?? found.digest
  if (!context.has('digest')) {
    const yes = await confirm(context.world, 'Allow exactly this?', `baton trust --digest ${found.digest}`)
    if (!yes) throw new Refused(refuse('cancelled', found.file, 'it was not allowed', 'nothing was changed'))
  }
  const done = await context.with('write', (house) => house.call('workspace/trust', { digest, ...said(context) }))
  context.give({ ...found, trusted: true, seq: done.seq }, (people) =>
    people.line('Trusted: exactly this content, and no other.'),
  )
}

/** What `baton workflow changes` says of it. */
function said(context: Context): { readonly why?: string; readonly impact?: string } {
  const [why, impact] = [context.text('why'), context.text('impact')]
  return { ...(why === undefined ? {} : { why }), ...(impact === undefined ? {} : { impact }) }
}

function printConfiguration(context: Context, found: ConfigurationLines): void {
  const { people } = context
  people.line({ text: found.file, style: 'bold' }, `  ${found.digest.slice(0, 16)}`)
  for (const sentence of found.sentences) people.line('  · ', sentence)
  if (found.scripts.length > 0) {
    people.line({ text: '  This does not cover what is in the files that it names: read them too.', style: 'yellow' })
    for (const script of found.scripts) people.line('    ', script)
    people.line(
      '    Whoever may change the branch may change them. An agent may not: a person is asked before that lands.',
    )
  }
  for (const note of found.notes) {
    people.line(
      '  ',
      { text: note.level, style: note.level === 'error' ? 'red' : 'yellow' },
      ` ${note.file}:${note.line} `,
      note.text,
    )
    if (note.remedy !== undefined) people.line('    → ', note.remedy)
  }
}

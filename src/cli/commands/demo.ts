// baton demo: a small plan carried out by scripted agents, in a repository and a home of its own.
import type { Command } from '../command.ts'
import { playDemo } from '../demo.ts'
import { stay } from '../server/staying.ts'

export const demo: Command = {
  name: 'demo',
  caption:
    'Carries a small plan out with scripted agents, in a repository and a home of its own. Needs no model and no network.',
  usage: '[--once | --serve] [--isolation strict|basic|none]',
  example: 'baton demo\nbaton demo --once --json',
  options: [
    { name: 'once', caption: 'leave nothing behind' },
    { name: 'serve', caption: 'stay open afterwards, so that a browser can look at it' },
    { name: 'isolation', value: 'level', caption: 'strict, basic or none (default: the strongest that passes here)' },
  ],
  words: [0, 0],
  json: '{ outcome, isolation, clones, steps, landed, ms, entries, whole, folder?, home?, exit }',
  run: async (context) => {
    const asked = context.choice('isolation', ['strict', 'basic', 'none'] as const)
    const done = await playDemo(context, {
      ...(asked === undefined ? {} : { isolation: asked }),
      keep: !context.has('once') || context.has('serve'),
      quiet: context.json,
    })
    context.give(done, (people) => {
      people.line(
        `${done.outcome}: ${done.landed} of ${done.steps} steps landed; ${done.entries} entries, record ${done.whole ? 'whole' : 'NOT WHOLE'}`,
      )
      if (done.folder === undefined) return
      people.line('what to try next:')
      people.line(`  cd ${done.folder} && git log --oneline --graph --all`)
      people.line(`  export BATON_HOME=${done.home}`)
      people.line('  baton status T003 · baton why T003 · baton show T003 · baton audit verify')
      people.line('  baton integrate 001-tea-book')
    })
    if (!context.has('serve') || done.home === undefined) return done.exit
    return stay(context, { home: done.home })
  },
}

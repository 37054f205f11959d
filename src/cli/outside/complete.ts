// baton complete: a claimed step is done, or failed; Baton takes the result, checks it and lands it.
import { resolve } from 'node:path'
import { type Completed, endEvents } from '../../api/attempt/complete.ts'
import type { Judged, Judgement } from '../../api/attempt/judged.ts'
import { HungUp } from '../../client/over.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import type { Connection, Mode } from '../world.ts'
import { attemptNamed, executorOption, namingOptions } from './naming.ts'

export const complete: Command = {
  name: 'complete',
  caption:
    "Ends a claimed attempt with a commit, which Baton checks and lands as it does any agent's; or says that it failed. Waits until it is judged.",
  usage: '<step|attempt> | --work-item <item> --step <key> [--attempt <n>]  [options]',
  example:
    'baton complete T003\nbaton complete T003 --commit my-branch --outcome "icons drawn anew"\nbaton complete --work-item 001-photo-albums --step T003 --attempt 1 --event-type attempt-failed --outcome "the API is gone"',
  options: [
    ...namingOptions,
    { name: 'attempt', value: 'n', caption: 'the attempt; refused when another one is open' },
    { name: 'commit', value: 'rev', caption: 'the work: a branch, tag or commit (default: HEAD of this checkout)' },
    { name: 'from', value: 'folder', caption: 'take the files of this folder instead of a commit' },
    { name: 'event-type', value: 'word', caption: `one of ${endEvents.join(', ')} (usually the first)` },
    { name: 'outcome', value: 'text', caption: 'what came of it; the answer of a step that only reads' },
    { name: 'next-action', value: 'text', caption: 'what whoever comes next should do' },
    { name: 'link', value: 'url', many: true, caption: 'where more can be read' },
    { name: 'actor', value: 'name', caption: 'who did it, when that is not the executor' },
    { name: 'timestamp', value: 'time', caption: 'when it was done, e.g. 2026-11-20T15:00:00Z' },
    { name: 'baseline', value: 'word', caption: 'pre, as it always is here: baton integrate comes after it' },
    executorOption,
    { name: 'no-wait', caption: 'only record it; whoever works for this home checks and lands it' },
  ],
  words: [2, 0],
  json: '{ seq, attempt, step, item, judgement: "checking"|"landed"|"gated"|"held"|"rejected"|"failed", why, commit?, gate?, over, leftOut: { path, why }[] }',
  run: async (context) => {
    const asked = endOf(context)
    const mode: Mode = context.has('no-wait') ? 'write' : 'work'
    let house = await context.world.connect(mode)
    try {
      const attempt = await attemptNamed(context, house)
      const done = await house.call('attempt/complete', { attempt, ...asked })
      sayLeftOut(context, done)
      let judged: Judged = done
      while (!judged.over && mode === 'work') {
        try {
          judged = await house.call('attempt/judged', { attempt })
        } catch (error) {
          // Whoever held the home has gone: what is left to do is done here.
          if (!(error instanceof HungUp)) throw error
          house = await context.world.connect(mode)
        }
      }
      context.give({ ...judged, leftOut: done.leftOut }, () => tell(context, house, judged))
      return codes[asked.event === undefined || asked.event === 'attempt-completed' ? judged.judgement : 'landed']
    } finally {
      await house.close()
    }
  },
}

/** What a script can tell them apart by: checked and refused is like a run that is stuck. */
const codes: Readonly<Record<Judgement, number>> = {
  open: exits.ok,
  checking: exits.ok,
  landed: exits.ok,
  gated: exits.policy,
  held: exits.conflict,
  rejected: exits.provider,
  failed: exits.provider,
  stopped: exits.cancelled,
}

function endOf(context: Context) {
  const baseline = context.choice('baseline', ['pre', 'post'] as const)
  if (baseline === 'post')
    throw new Refused(
      refuse(
        'invalid',
        '--baseline post',
        'a step lands on the branch of its item',
        'baton integrate merges that to the base branch',
      ),
    )
  const event = context.choice('event-type', endEvents)
  if (event !== undefined && event !== 'attempt-completed') context.need('outcome', 'what went wrong')
  const from = context.text('from')
  const at = timeOf(context.text('timestamp'))
  const words = [
    ['executor', context.text('executor')],
    ['outcome', context.text('outcome')],
    ['nextAction', context.text('next-action')],
    ['actor', context.text('actor')],
    ['commit', context.text('commit')],
    ['from', from === undefined ? undefined : resolve(context.world.folder, from)],
  ].filter(([, value]) => value !== undefined)
  return {
    ...(event === undefined ? {} : { event }),
    ...(at === undefined ? {} : { at }),
    links: [...context.all('link')],
    ...(Object.fromEntries(words) as { readonly [word: string]: string }),
  }
}

function timeOf(given: string | undefined): number | undefined {
  if (given === undefined) return undefined
  const at = /^\d{4}-\d{2}-\d{2}T/.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isFinite(at) && at >= 0) return at
  throw new Refused(
    refuse('invalid', `--timestamp ${quoted(given, 60)}`, 'it is no time', 'write it as 2026-11-20T15:00:00Z'),
  )
}

function sayLeftOut(context: Context, { leftOut }: Completed): void {
  for (const { path, why } of leftOut.slice(0, 20)) context.hint(`not taken: ${quoted(path, 200)}: ${quoted(why, 200)}`)
  if (leftOut.length > 20) context.hint(`and ${leftOut.length - 20} more`)
}

function tell({ people }: Context, house: Connection, { attempt, step, judgement, why, gate }: Judged): void {
  const style = judgement === 'landed' ? 'green' : 'yellow'
  people.line({ text: attempt, style: 'bold' }, ': ', { text: judgement, style }, '  ', why)
  if (gate !== undefined) people.line(`  → baton gate ${gate}`)
  if (judgement === 'rejected') people.line(`  → baton show ${attempt}; baton claim ${step} to mend it`)
  if (judgement === 'failed') people.line(`  → baton retry ${step}, to have it done after all`)
  if (judgement === 'checking' && house.inside) people.line('  → whoever works for this home goes on: baton run')
}

// baton show: an attempt with everything that speaks for or against it.
import type { AttemptView } from '../../api/attempt/show.ts'
import { utc } from '../../core/text/utc.ts'
import type { Command } from '../command.ts'
import { anyAttempt } from '../names.ts'
import { dollars, thousands } from '../print/money.ts'
import type { People, Piece } from '../print/people.ts'
import { duration } from '../print/words.ts'

export const show: Command = {
  name: 'show',
  caption: 'Shows an attempt: who, how it ended, what its checks said with their evidence, and its diff.',
  usage: '<step|attempt> [--limit <bytes>]',
  example: 'baton show T012\nbaton show 001-photo-albums/T012/1 --json',
  options: [{ name: 'limit', value: 'bytes', caption: 'cut the diff here (default 200000; 0 leaves it out)' }],
  words: [1, 1],
  json: '{ attempt, step, title, agent, executor, model?, mends?: { attempt, what }, summary?, fence, epoch, base, startedAt, endedAt?, outcome?, used?, commit?, tree?, landed?, inputs?,\n  transcript?, forgotten?: { at, by, why }, handoff?, protectedPaths, clone, checks?: { tip, tree, passed }, verdicts: { check, passed, why, evidence, ms }[], changes: { path, kind }[], patch }',
  run: async (context) => {
    const limit = context.whole('limit', 0, 4_000_000)
    const view = await context.with('look', async (house) => {
      const attempt = await anyAttempt(house, context.word(0))
      return house.call('attempt/show', { attempt, ...(limit === undefined ? {} : { limit }) })
    })
    context.give(view, (people) => print(people, view))
    return undefined
  },
}

function print(people: People, view: AttemptView): void {
  people.line({ text: view.attempt, style: 'bold' }, '  ', view.title)
  const took = view.endedAt === undefined ? 'running' : duration(view.endedAt - view.startedAt)
  const driven = view.model === undefined ? view.executor : `${view.executor}, ${view.model}`
  people.line(view.agent, ' (', driven, `), claim ${view.fence} in epoch ${view.epoch}, ${took}`, spent(view))
  if (view.mends !== undefined) people.line(`goes on from ${view.mends.attempt}: ${found[view.mends.what]}`)
  if (view.outcome !== undefined) people.line(`${view.outcome.kind}: `, view.outcome.why)
  if (view.summary !== undefined) people.block(view.summary.trim(), '  says │ ')
  people.line(`base ${short(view.base)}`, view.commit === undefined ? '' : ` · result ${short(view.commit)}`)
  if (view.landed !== undefined) people.line('landed as ', { text: short(view.landed), style: 'green' })
  if (view.forgotten !== undefined) {
    const { at, by, why } = view.forgotten
    people.line(
      { text: 'gone: ', style: 'yellow' },
      `what its agent said was removed ${utc(at).join(' ')} UTC by ${by}: ${why}`,
    )
  }
  if (view.handoff !== undefined) people.line('handed over in ', view.handoff)
  if (view.protectedPaths.length > 0)
    people.line({ text: 'changed protected paths: ', style: 'yellow' }, view.protectedPaths.join(', '))
  for (const verdict of view.verdicts) {
    const mark: Piece = verdict.passed ? { text: 'passed', style: 'green' } : { text: 'failed', style: 'red' }
    people.line('check ', verdict.check, ' ', mark, `: `, verdict.why, ` (${duration(verdict.ms)})`)
    if (!verdict.passed && verdict.evidence !== '') people.block(verdict.evidence, '  │ ')
  }
  if (view.verdicts.length === 0) people.line('nothing checked it')
  people.line(`${view.changes.length} files changed`)
  if (view.patch === '') return
  people.line('')
  for (const line of view.patch.replace(/\n$/, '').split('\n')) people.line(coloured(line))
}

const found = { checks: 'its checks did not pass', conflict: 'it did not merge with what had landed' } as const

function spent({ used }: AttemptView): string {
  if (used === undefined || used.tokensIn + used.tokensOut === 0) return ''
  const money = used.unpriced === true ? 'price unknown' : dollars(used.cost)
  return `, ${thousands(used.tokensIn)} tokens in, ${thousands(used.tokensOut)} out, ${money}`
}

const short = (id: string): string => id.slice(0, 10)

function coloured(line: string): Piece {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('diff ')) return { text: line, style: 'bold' }
  if (line.startsWith('+')) return { text: line, style: 'green' }
  if (line.startsWith('-')) return { text: line, style: 'red' }
  return line.startsWith('@@') ? { text: line, style: 'cyan' } : line
}

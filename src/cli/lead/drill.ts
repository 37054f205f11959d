// Prints where the time of one item or step went, and what its numbers came from.
import type { BlockerList } from '../../api/blocker/list.ts'
import type { BlockedOf, ItemDetail, SpanDetail } from '../../core/portfolio/detail.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { utc } from '../../core/text/utc.ts'
import { dollars, part, thousands } from '../print/money.ts'
import { type People, type Piece, paint } from '../print/people.ts'
import { plural } from '../print/words.ts'
import { legend, short, timeline } from './timeline.ts'

interface Shown {
  readonly now: number
  readonly standing: BlockerList['blockers']
  readonly width: number
}

const mostSteps = 200

export function printItem(people: People, item: ItemDetail, { now, standing, width }: Shown): void {
  people.line(paint('bold', item.id), '  ', item.title, '  ', paint('dim', item.status))
  if (item.owner !== '')
    people.line(
      'owner: ',
      item.owners
        .map(({ owner, at }, index) => `${owner === '' ? 'nobody' : owner}${index === 0 ? '' : ` since ${when(at)}`}`)
        .join(', '),
    )
  for (const span of item.spans) people.line(...spanSaid(span, now))
  const drawn = timeline(item, now, width)
  if (drawn.length > 0) people.line()
  for (const text of drawn) people.line(text)
  if (drawn.length > 0) people.line(paint('dim', legend))
  printSteps(people, item)
  for (const { id, step, kind, startAt, notes, owner, holds } of standing) {
    people.line()
    people.line(
      paint('yellow', id),
      ` ${kind}${step === undefined ? '' : ` on ${step.slice(item.id.length + 1)}`}, for ${short(Math.max(0, now - startAt))}: `,
      notes,
      ' (',
      owner,
      ')',
    )
    people.line(`  holds ${holds.count} of ${plural(holds.left, 'step')} still to be done → baton unblock ${id}`)
  }
  if (item.artifacts.length > 0)
    people.line(`${plural(item.artifacts.length, 'handoff')}: baton handoff list ${item.id}`)
}

function spanSaid({ openedAt, endedAt, end, duplicateOf, revertedAt, blocked }: SpanDetail, now: number): Piece[] {
  const lasted = short(Math.max(0, (endedAt ?? now) - openedAt))
  const word = end === 'duplicate' ? `closed as a duplicate of ${duplicateOf}` : (end ?? '')
  const over = endedAt === undefined ? `, open for ${lasted}` : `, ${word} ${when(endedAt)} after ${lasted}`
  const back = revertedAt === undefined ? '' : `, taken back ${when(revertedAt)}`
  return [`opened ${when(openedAt)}${over}${back}${blockedSaid(blocked)}`]
}

function blockedSaid(blocked: BlockedOf | undefined): string {
  if (blocked === undefined) return ''
  const kinds = blocked.by.map(({ kind, ms }) => `${kind} ${short(ms)}`).join(', ')
  return `; ${part(blocked.share)} of it blocked (${kinds})`
}

function printSteps(people: People, { id, steps, attempts }: ItemDetail): void {
  if (steps.length === 0) return
  people.line()
  const head = ['step', 'cycle', 'blocked', 'back', 'tries', 'cost', 'owner'].map((text) => paint('dim', text))
  const rows = steps
    .slice(0, mostSteps)
    .map(({ key, cycleMs, landedAt, begunAt, blocked, blockedMs, reworks, owner }) => {
      const own = attempts.filter(({ step }) => step === `${id}/${key}`)
      const cycle =
        cycleMs !== undefined
          ? short(cycleMs)
          : landedAt !== undefined
            ? 'landed'
            : begunAt === undefined
              ? '-'
              : own.some(({ endedAt }) => endedAt === undefined)
                ? 'at work'
                : 'begun'
      const share = blocked !== undefined ? part(blocked.share) : blockedMs > 0 ? short(blockedMs) : '-'
      const cost = own.reduce((sum, { costUsd }) => sum + costUsd, 0)
      return [key, cycle, share, String(reworks), String(own.length), dollars(cost), owner]
    })
  people.table([head, ...rows])
  if (steps.length > mostSteps) people.line(`… and ${steps.length - mostSteps} more: --json gives up to 5000`)
  people.line(paint('dim', `→ baton metrics ${id}/${steps[0]?.key ?? ''} shows its attempts`))
}

/** A step at which nothing was done has nothing to show, and one that is not there has a near name to be told. */
export function printStep(people: People, item: ItemDetail, key: string): void {
  const own = item.attempts.filter(({ step }) => step === `${item.id}/${key}`)
  const step = item.steps.find((one) => one.key === key)
  if (step === undefined) {
    const why = 'nothing was done at a step of this name'
    throw new Refused(
      refuse('not-found', `${item.id}/${key}`, why, `baton metrics ${item.id} lists those at which something was`),
    )
  }
  people.line(paint('bold', `${item.id}/${key}`), step.owner === '' ? '' : '  ', step.owner)
  const { begunAt, landedAt, cycleMs, blocked } = step
  if (begunAt !== undefined) {
    const landed = landedAt === undefined ? '' : `, landed ${when(landedAt)} after ${short(cycleMs ?? 0)}`
    people.line(`begun ${when(begunAt)}${landed}${blockedSaid(blocked)}`)
  }
  for (const {
    attempt,
    agent,
    startedAt,
    endedAt,
    outcome = 'at work',
    commit,
    tokens,
    costUsd,
    seq,
    artifacts,
  } of own) {
    people.line()
    people.line(paint('bold', attempt), `  ${agent}  `, outcome)
    const took = endedAt === undefined ? '' : `, took ${short(endedAt - startedAt)}`
    people.line(
      `  began ${when(startedAt)}${took}, ${thousands(tokens)} tokens, ${dollars(costUsd)}; entry ${seq} of the record`,
    )
    if (commit !== undefined) people.line('  landed as ', commit)
    for (const path of artifacts) people.line('  left ', path)
  }
  if (own.some(({ artifacts }) => artifacts.length > 0))
    people.line(paint('dim', '→ git show refs/baton/record:<path>, or baton handoff show'))
}

const when = (at: number): string => utc(at).join(' ')
